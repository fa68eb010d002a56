using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Schedules;
using NNLang.Machine.Devices;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Green;

namespace NNLang.Workspaces.Schedules;

/// <summary>
/// What compiling a network found: when everything runs and what is wasted, or why it cannot be compiled. Places are relative to statements,
/// so that it can be shown in later versions for whatever they left alone. Immutable, thread-safe.
/// </summary>
public sealed class NetworkSchedule
{
    private readonly Lazy<Dictionary<GreenNode, List<int>>> _layers;
    private readonly Lazy<LayerUse[]> _uses;
    private readonly Lazy<ScheduleFacts> _facts;

    internal NetworkSchedule(
        CompiledNetwork compiled, ImmutableArray<ScheduleFinding> findings, bool hasFindings, ImmutableArray<string> openDimensions)
    {
        Compiled = compiled;
        Findings = findings;
        HasFindings = hasFindings;
        OpenDimensions = openDimensions;
        _layers = new Lazy<Dictionary<GreenNode, List<int>>>(IndexLayers);
        _uses = new Lazy<LayerUse[]>(() => LayerUse.Of(Compiled));
        _facts = new Lazy<ScheduleFacts>(() => ScheduleFacts.Of(Compiled.Plan!));
        Diagnostics = [.. ScheduleDiagnostics.Problems(compiled), .. findings.Where(finding => finding.IsShown).Select(finding => finding.Diagnostic)];
    }

    /// <summary>The network.</summary>
    public Network Network => Compiled.Network;

    /// <summary>The device it was compiled for.</summary>
    public DeviceDescription Device => Compiled.Device;

    /// <summary>Everything the compiler made.</summary>
    public CompiledNetwork Compiled { get; }

    /// <summary>When everything runs; null if it could not be compiled.</summary>
    public Schedule? Schedule => Compiled.Succeeded ? Compiled.Schedule : null;

    /// <summary>
    /// Inefficiencies, with remedies that help; those for the panel only among them. Until they have been looked for, those of the schedule before.
    /// </summary>
    public ImmutableArray<ScheduleFinding> Findings { get; }

    /// <summary>Whether <see cref="Findings"/> are those of this network.</summary>
    public bool HasFindings { get; }

    /// <summary>Symbolic dimensions without a value, for want of which it was not compiled.</summary>
    public ImmutableArray<string> OpenDimensions { get; }

    /// <summary>Problems and findings as diagnostics; their places are relative to statements.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The engines and times of a layer.</summary>
    /// <param name="layer">Its index; only where <see cref="Schedule"/> is not null.</param>
    public LayerUse UseOf(int layer) => _uses.Value[layer];

    /// <summary>Why it is as it is; only where <see cref="Schedule"/> is not null.</summary>
    public ScheduleFacts Facts => _facts.Value;

    /// <summary>The layers that come from a statement, in program order.</summary>
    public IReadOnlyList<int> LayersOf(GreenNode statement) => _layers.Value.TryGetValue(statement, out var layers) ? layers : [];

    /// <summary>Whether it is the answer for a network on a device.</summary>
    public bool IsFor(Network network, DeviceDescription device) =>
        ReferenceEquals(Network, network) && (ReferenceEquals(Device, device) || Device.Hash == device.Hash);

    private Dictionary<GreenNode, List<int>> IndexLayers()
    {
        var index = new Dictionary<GreenNode, List<int>>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < Network.Layers.Length; i++)
        {
            for (SourceAnchor? anchor = Network.Layers[i].Anchor; anchor is not null; anchor = anchor.Call)
            {
                if (!index.TryGetValue(anchor.Statement, out var layers))
                {
                    index.Add(anchor.Statement, layers = []);
                }

                if (layers.Count == 0 || layers[^1] != i)
                {
                    layers.Add(i);
                }
            }
        }

        return index;
    }
}
