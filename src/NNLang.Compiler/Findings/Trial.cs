using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Machine.Devices;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>Compiles changed networks to see what a remedy really does; counts the work.</summary>
internal sealed class Trial(CompiledNetwork compiled)
{
    /// <summary>Operations scheduled so far.</summary>
    public long Work { get; private set; }

    /// <summary>The plan of <c>-O0</c> of a changed network; null if it does not compile.</summary>
    public Plan? SourceOrder(Network network) => Compile(network, OptimizationLevel.SourceOrder)?.Plan;

    /// <summary>The default plan of a changed network; null if it does not compile.</summary>
    public Plan? Default(Network network) => Compile(network, OptimizationLevel.Default)?.Plan;

    /// <summary>The default plan of the network on another device; null if it does not compile.</summary>
    public Plan? OnDevice(DeviceDescription device) => Compile(compiled.Network, device, OptimizationLevel.Default)?.Plan;

    private CompiledNetwork? Compile(Network network, OptimizationLevel level) => Compile(network, compiled.Device, level);

    private CompiledNetwork? Compile(Network network, DeviceDescription device, OptimizationLevel level)
    {
        var result = CompilationPipeline.Compiler.Compile(
            network, device, compiled.Options with { Level = level, Faults = [] }, compiled.Cache);
        Work += (result.Plan?.OperationCount ?? 0) * (level == OptimizationLevel.Default ? 3 : 1);
        return result.Succeeded ? result : null;
    }
}
