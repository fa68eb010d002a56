using System.Collections.Immutable;
using NNLang.Machine;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Devices;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

/// <summary>What a compilation found out: kept for the next one. Immutable, thread-safe.</summary>
internal sealed class CompilationState
{
    private readonly List<NetworkResult> _networks = [];
    private readonly List<BlockResult> _blocks = [];

    private CompilationState(FileModel file, DeviceTable devices, IWeightKeys keys)
    {
        File = file;
        Devices = devices;
        Keys = keys;
    }

    public FileModel File { get; }

    public DeviceTable Devices { get; }

    public IWeightKeys Keys { get; }

    public IReadOnlyList<NetworkResult> Networks => _networks;

    public IReadOnlyList<BlockResult> BlockResults => _blocks;

    public ImmutableArray<string> NetworkNames => [.. _networks.Select(network => network.Symbol.Name)];

    public ImmutableArray<string> BlockNames => [.. _blocks.Select(block => block.Symbol.Name)];

    public int BoundStatements { get; private set; }

    public int ReusedStatements { get; private set; }

    /// <summary>The diagnostics of semantics, anchored.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; private set; } = [];

    public static CompilationState Of(SyntaxTree tree, CompilationOptions options, CompilationState? previous)
    {
        var file = FileModel.Of(tree, previous?.File);
        var devices = DeviceTable.Of(file, previous?.Devices);
        var state = new CompilationState(file, devices, IdentityKeys.Instance);
        var gatherer = new DiagnosticGatherer();
        gatherer.Add(file.Diagnostics);
        foreach (var symbol in file.Blocks)
        {
            var old = previous?._blocks.Find(block => block.Symbol.Name == symbol.Name);
            var result = BlockResult.Of(symbol, file.Scope, devices.EnginesOf(options.Device).Engines, options.Device ?? BuiltInDevices.Default, old);
            state._blocks.Add(result);
            state.Count(result.Session);
            gatherer.AddBlock(result);
        }

        foreach (var symbol in file.Networks)
        {
            var old = previous?.FindNetwork(symbol.Name);
            var result = NetworkResult.Of(symbol, file.Scope, options, devices.EnginesOf, state.Keys, old);
            state._networks.Add(result);
            state.Count(result.Session);
            gatherer.AddNetwork(result);
        }

        file.Scope.ComputeAll();
        gatherer.Add(file.Scope.Diagnostics);
        gatherer.Add(devices.Diagnostics);
        state.Diagnostics = gatherer.Result;
        return state;
    }

    public NetworkResult? FindNetwork(string name) => _networks.Find(network => network.Symbol.Name == name);

    public BlockResult? FindBlock(string name) => _blocks.Find(block => block.Symbol.Name == name);

    private void Count(BindingSession session)
    {
        BoundStatements += session.BoundStatements;
        ReusedStatements += session.ReusedStatements;
    }
}

/// <summary>Keys as the paths give them.</summary>
internal sealed class IdentityKeys : IWeightKeys
{
    private IdentityKeys()
    {
    }

    public static IdentityKeys Instance { get; } = new();

    public string Resolve(string key, bool isMapped) => key;
}
