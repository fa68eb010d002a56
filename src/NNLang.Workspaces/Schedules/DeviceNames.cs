using NNLang.Machine.Devices;
using NNLang.Semantics.Devices;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Schedules;

/// <summary>Which device a network is shown for: its <c>@device</c>, else the user's setting, else the language's default.</summary>
public static class DeviceNames
{
    /// <summary>The name.</summary>
    public static string Of(Document document, string network, WorkspaceSettings settings) =>
        document.Compilation.DeviceNameOf(network)
        ?? (settings.Device is { Length: > 0 } device && document.Compilation.GetDevice(device) is not null ? device : BuiltInDevices.Default);

    /// <summary>The device; null if it is broken.</summary>
    public static DeviceDescription? Resolve(Document document, string network, WorkspaceSettings settings) =>
        document.Compilation.GetDevice(Of(document, network, settings));

    /// <summary>The name as the user knows it, <c>neuron_core_v2 (broken)</c> for a device derived from another.</summary>
    public static string Title(Document document, string network, WorkspaceSettings settings)
    {
        var name = Of(document, network, settings);
        foreach (var member in document.Tree.Root.Members)
        {
            if (member is Syntax.DeviceDeclarationSyntax device && device.Name.ValueText == name && device.Base is { } basis)
            {
                return $"{basis.Name.ValueText} ({name})";
            }
        }

        return name;
    }
}
