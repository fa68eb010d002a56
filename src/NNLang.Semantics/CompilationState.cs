using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Devices;
using NNLang.Semantics.Spelling;
using NNLang.Semantics.Weights;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

/// <summary>What a compilation found out: kept for the next one. Immutable, thread-safe.</summary>
internal sealed class CompilationState
{
    private readonly List<NetworkResult> _networks = [];
    private readonly List<BlockResult> _blocks = [];

    private CompilationState(FileModel file, DeviceTable devices, WeightTable weights)
    {
        File = file;
        Devices = devices;
        Weights = weights;
    }

    public FileModel File { get; }

    public DeviceTable Devices { get; }

    public WeightTable Weights { get; }

    public IReadOnlyList<NetworkResult> Networks => _networks;

    public IReadOnlyList<BlockResult> BlockResults => _blocks;

    public ImmutableArray<string> NetworkNames => [.. _networks.Select(network => network.Symbol.Name)];

    public ImmutableArray<string> BlockNames => [.. _blocks.Select(block => block.Symbol.Name)];

    public List<Diagnostic> WeightDiagnostics { get; private set; } = [];

    public int BoundStatements { get; private set; }

    public int ReusedStatements { get; private set; }

    /// <summary>The diagnostics of semantics, anchored.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; private set; } = [];

    public static CompilationState Of(SyntaxTree tree, CompilationOptions options, CompilationState? previous)
    {
        var file = FileModel.Of(tree, previous?.File);
        // First, in the order of the text: which constant of a cycle is told must not depend on who asks for one first.
        file.Scope.ComputeAll();
        var devices = DeviceTable.Of(file, previous?.Devices);
        var state = new CompilationState(file, devices, WeightTable.Of(file, options, previous?.Weights));
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
            var result = NetworkResult.Of(symbol, file.Scope, options, devices.EnginesOf, state.Weights, old);
            state._networks.Add(result);
            state.Count(result.Session);
            gatherer.AddNetwork(result);
            gatherer.Add(CheckDevice(symbol, result, options, devices));
        }

        state.AddWeights(gatherer, previous);

        gatherer.Add(file.Scope.Diagnostics);
        gatherer.Add(devices.Diagnostics);
        state.Diagnostics = gatherer.Result;
        return state;
    }

    public NetworkResult? FindNetwork(string name) => _networks.Find(network => network.Symbol.Name == name);

    public BlockResult? FindBlock(string name) => _blocks.Find(block => block.Symbol.Name == name);

    private static IEnumerable<Diagnostic> CheckDevice(BlockSymbol symbol, NetworkResult result, CompilationOptions options, DeviceTable devices)
    {
        var named = result.Header.Annotations.Device;
        var view = (CallableDeclarationSyntax)SyntaxNode.Detached(symbol.Declaration);
        if (options.Device is { } device && !devices.IsDevice(device))
        {
            yield return UnknownDevice(device, SyntaxLocation.Of(view.Name), devices);
        }

        if (named is not null && !devices.IsDevice(named))
        {
            var annotation = symbol.Annotations.First(a => a.Label.ValueText == "device");
            yield return UnknownDevice(named, SyntaxLocation.Of(annotation), devices);
        }
    }

    private static Diagnostic UnknownDevice(string name, SyntaxLocation place, DeviceTable devices)
    {
        var known = devices.Names.Concat(BuiltInDevices.Names).ToList();
        return Codes.UnknownBase.At(place, name, Suggestions.Ending(Suggestions.Nearest(name, known)), $"Use {string.Join(", ", known)}.");
    }

    private void AddWeights(DiagnosticGatherer gatherer, CompilationState? previous)
    {
        var isSame = previous is not null && ReferenceEquals(previous.Weights, Weights) && previous._networks.Count == _networks.Count;
        for (var i = 0; isSame && i < _networks.Count; i++)
        {
            // The places of what is told are those of layers and of declarations, which the same network and table keep.
            isSame = ReferenceEquals(previous!._networks[i].Body, _networks[i].Body)
                && ReferenceEquals(previous._networks[i].Symbol.Declaration, _networks[i].Symbol.Declaration);
        }

        WeightDiagnostics = isSame ? previous!.WeightDiagnostics : WeightCheck.Of(Weights, _networks);
        gatherer.Add(WeightDiagnostics);
    }

    private void Count(BindingSession session)
    {
        BoundStatements += session.BoundStatements;
        ReusedStatements += session.ReusedStatements;
    }
}
