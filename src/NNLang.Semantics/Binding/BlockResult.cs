using System.Collections.Immutable;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Binding;

/// <summary>A block bound without its callers. Immutable.</summary>
internal sealed record BlockResult(BlockSymbol Symbol, NetworkHeader Header, BindingSession Session, BoundBody Body)
{
    /// <summary>Binds a block generically, reusing the binding before where it fits.</summary>
    public static BlockResult Of(BlockSymbol symbol, FileScope file, ImmutableArray<string> engines, string device, BlockResult? previous)
    {
        var header = previous is not null && ReferenceEquals(previous.Symbol, symbol) && symbol.Parameters.Parameters.IsEmpty
            ? previous.Header
            : NetworkHeader.OfBlock(symbol, file);
        var session = new BindingSession
        {
            File = file,
            Binding = header.Binding,
            IsGeneric = true,
            Engines = engines,
            DeviceName = device,
            Previous = previous is not null && previous.Session.Engines.SequenceEqual(engines) ? previous.Session.Instances : null,
        };
        session.Enter(symbol.Name);
        var scope = new ParameterScope(file, symbol, header.Arguments);
        var old = session.Previous is null ? null : previous!.Body;
        var body = BodyBinder.Bind(
            session, symbol.Body, scope, BodyKind.Block, header.Annotations.Merge(OperationAnnotations.None), symbol,
            Operators.Shapes.DimensionFacts.Empty, old);
        return new BlockResult(symbol, header, session, body);
    }
}

/// <summary>A network bound and, if it is not too large, assembled. Immutable.</summary>
internal sealed class NetworkResult
{
    public required BlockSymbol Symbol { get; init; }

    public required NetworkHeader Header { get; init; }

    public required BindingSession Session { get; init; }

    public required BoundBody Body { get; init; }

    /// <summary>Its parts; null if it is too large.</summary>
    public AssembledBody? Assembled { get; init; }

    /// <summary>The network as far as it could be bound; null if it is too large.</summary>
    public Network? Network { get; init; }

    /// <summary>Problems of the expanded network.</summary>
    public IReadOnlyList<AssemblyProblem> Problems { get; init; } = [];

    /// <summary>The keys that were in force.</summary>
    public required IWeightKeys Keys { get; init; }

    /// <summary>Binds and assembles a network, reusing what the snapshot before has.</summary>
    public static NetworkResult Of(
        BlockSymbol symbol, FileScope file, CompilationOptions options, Func<string?, (string Name, ImmutableArray<string> Engines)> device, IWeightKeys keys, NetworkResult? previous)
    {
        var header = NetworkHeader.OfNetwork(symbol, file, options);
        var (deviceName, engines) = device(options.Device ?? header.Annotations.Device);
        var fits = previous is not null && previous.Header.HasSameContext(header) && previous.Session.Engines.SequenceEqual(engines)
            && previous.Header.Annotations.Merge(OperationAnnotations.None).Equals(header.Annotations.Merge(OperationAnnotations.None));
        var session = new BindingSession
        {
            File = file,
            Binding = header.Binding,
            Engines = engines,
            DeviceName = deviceName,
            Previous = fits ? previous!.Session.Instances : null,
        };
        session.Enter(symbol.Name);
        var scope = new ParameterScope(file, symbol, header.Arguments);
        var body = BodyBinder.Bind(
            session, symbol.Body, scope, BodyKind.Network, header.Annotations.Merge(OperationAnnotations.None), symbol,
            Operators.Shapes.DimensionFacts.Empty, fits ? previous!.Body : null);
        if (body.LayerCount > BindingSession.MaximumOperations)
        {
            return new NetworkResult { Symbol = symbol, Header = header, Session = session, Body = body, Keys = keys };
        }

        if (fits && ReferenceEquals(previous!.Body, body) && ReferenceEquals(previous.Keys, keys) && previous.Network is not null
            && SameInputs(previous.Header, header) && previous.Symbol.Name == symbol.Name)
        {
            return new NetworkResult
            {
                Symbol = symbol,
                Header = header,
                Session = session,
                Body = body,
                Keys = keys,
                Assembled = previous.Assembled,
                Problems = previous.Problems,
                Network = previous.Network.DeviceName == header.Annotations.Device ? previous.Network : previous.Network with { DeviceName = header.Annotations.Device },
            };
        }

        return Assemble(symbol, header, session, body, keys, previous);
    }

    private static bool SameInputs(NetworkHeader left, NetworkHeader right) =>
        left.Inputs.Length == right.Inputs.Length
        && left.Inputs.Zip(right.Inputs).All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.Equals(pair.Second.Value));

    private static NetworkResult Assemble(
        BlockSymbol symbol, NetworkHeader header, BindingSession session, BoundBody body, IWeightKeys keys, NetworkResult? previous)
    {
        var inputs = ImmutableArray.CreateBuilder<NetworkInput>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, type) in header.Inputs)
        {
            index[name] = inputs.Count;
            inputs.Add(new NetworkInput(name, session.Bind(type)));
        }

        var captures = new List<NetworkReference>();
        foreach (var capture in body.Captures)
        {
            for (var i = 0; i < (capture.Value?.LeafCount ?? 0); i++)
            {
                captures.Add(index.TryGetValue(capture.Name, out var input) ? new NetworkReference(ValueKind.Input, input, 0, null) : default);
            }
        }

        var assembler = new NetworkAssembler(keys, previous is null || !ReferenceEquals(previous.Keys, keys));
        var assembled = assembler.Assemble(body, [.. captures], previous?.Assembled, out var results);
        var layers = assembler.Layers.Count == assembler.Layers.Capacity ? assembler.Layers.MoveToImmutable() : assembler.Layers.ToImmutable();
        var network = new Network
        {
            Name = symbol.Name,
            Inputs = inputs.ToImmutable(),
            Layers = layers,
            Outputs = OutputsOf(body, results, layers.Length, session),
            Binding = header.Binding,
            DeviceName = header.Annotations.Device,
        };
        return new NetworkResult
        {
            Symbol = symbol,
            Header = header,
            Session = session,
            Body = body,
            Keys = keys,
            Assembled = assembled,
            Network = network,
            Problems = assembler.Problems,
        };
    }

    private static ImmutableArray<NetworkOutput> OutputsOf(BoundBody body, NetworkReference[] results, int layers, BindingSession session)
    {
        if (body.ReturnIndex < 0)
        {
            return [];
        }

        var outputs = ImmutableArray.CreateBuilder<NetworkOutput>();
        var leaf = 0;
        foreach (var output in body.Statements[body.ReturnIndex].Outputs)
        {
            if (output.Value is TensorValue { Type: { } type } tensor)
            {
                var reference = results[leaf];
                var bound = session.Bind(type);
                outputs.Add(tensor.Constant is { } constant
                    ? new NetworkOutput(output.Name, bound, new ValueRef(ValueKind.Source, 0), new TensorSource.Constant(bound, constant))
                    : new NetworkOutput(
                        output.Name, bound,
                        reference.Kind == ValueKind.Layer
                            ? new ValueRef(ValueKind.Layer, layers - reference.Index, reference.Result)
                            : new ValueRef(reference.Kind, reference.Index, reference.Result),
                        reference.Source));
            }

            leaf += output.Value.LeafCount;
        }

        return outputs.ToImmutable();
    }
}
