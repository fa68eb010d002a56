using System.Collections.Immutable;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Semantics.Devices;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

public sealed partial class Compilation
{
    /// <summary>The devices of the file, in text order, then the built-in ones.</summary>
    public ImmutableArray<string> DeviceNames => [.. State.Devices.Names, .. BuiltInDevices.Names];

    /// <summary>The faults at file level, by name: planted on request.</summary>
    public ImmutableArray<FaultDescription> Faults => [.. State.Devices.Faults];

    /// <summary>A device of the file, or a built-in one; null if there is none of that name, or it has errors.</summary>
    public DeviceDescription? GetDevice(string name) => State.Devices.Find(name);

    /// <summary>
    /// The device a network is compiled for: that of the options, else of its <c>@device</c>, else <see cref="BuiltInDevices.Default"/>;
    /// null if it does not exist or has errors.
    /// </summary>
    public DeviceDescription? DeviceOf(string network)
    {
        var name = Options.Device ?? State.FindNetwork(network)?.Header.Annotations.Device ?? BuiltInDevices.Default;
        return GetDevice(name);
    }

    /// <summary>
    /// A fault of the file by name, or one written as <c>kind(field: value, ..)</c>, checked against a device. Null if it is not sound;
    /// diagnostics, with places in <paramref name="specification"/>, say why.
    /// </summary>
    public FaultDescription? GetFault(string specification, DeviceDescription device, out ImmutableArray<Diagnostic> diagnostics)
    {
        foreach (var fault in State.Devices.Faults)
        {
            if (fault.Name == specification)
            {
                diagnostics = [.. FaultKinds.Validate(fault, device).Select(problem => FaultBinder.Describe(problem, device, SyntaxLocation.Absolute(new TextSpan(0, specification.Length))))];
                return diagnostics.IsEmpty ? fault : null;
            }
        }

        return FaultSpecification.Parse(specification, device, out diagnostics);
    }

    /// <summary>The weights in force; read when asked for. The caller disposes them.</summary>
    public NetworkWeights OpenWeights() => new(State.Weights, Options.Files);
}
