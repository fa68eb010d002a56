using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Assembly;

/// <summary>A bound network, expanded to layers. Immutable, thread-safe.</summary>
internal sealed class NetworkAssembly
{
    private readonly BoundBody _body;
    private readonly IWeightKeys _keys;
    private readonly NetworkHeader _header;

    private NetworkAssembly(NetworkResult bound, AssembledBody assembled, Network network, IReadOnlyList<AssemblyProblem> problems)
    {
        _body = bound.Body;
        _keys = bound.Keys;
        _header = bound.Header;
        Assembled = assembled;
        Network = network;
        Problems = problems;
    }

    /// <summary>Its parts.</summary>
    public AssembledBody Assembled { get; }

    /// <summary>The network as far as it could be bound.</summary>
    public Network Network { get; }

    /// <summary>Problems that only the expanded network shows.</summary>
    public IReadOnlyList<AssemblyProblem> Problems { get; }

    /// <summary>Assembles a network; what an earlier assembly has of it is used again.</summary>
    public static NetworkAssembly Of(NetworkResult bound, NetworkAssembly? previous)
    {
        var header = bound.Header;
        if (previous is not null && ReferenceEquals(previous._body, bound.Body) && ReferenceEquals(previous._keys, bound.Keys)
            && HasSameInputs(previous._header, header) && previous.Network.Name == bound.Symbol.Name)
        {
            var device = header.Annotations.Device;
            var network = previous.Network.DeviceName == device ? previous.Network : previous.Network with { DeviceName = device };
            return new NetworkAssembly(bound, previous.Assembled, network, previous.Problems);
        }

        return Assemble(bound, previous);
    }

    private static bool HasSameInputs(NetworkHeader left, NetworkHeader right) =>
        left.Inputs.Length == right.Inputs.Length
        && left.Inputs.Zip(right.Inputs).All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.Equals(pair.Second.Value));

    private static NetworkAssembly Assemble(NetworkResult bound, NetworkAssembly? previous)
    {
        var (header, session, body) = (bound.Header, bound.Session, bound.Body);
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

        var assembler = new NetworkAssembler(bound.Keys, previous is null || !ReferenceEquals(previous._keys, bound.Keys));
        var assembled = assembler.Assemble(body, [.. captures], previous?.Assembled, out var results);
        var layers = assembler.Layers.Count == assembler.Layers.Capacity ? assembler.Layers.MoveToImmutable() : assembler.Layers.ToImmutable();
        var network = new Network
        {
            Name = bound.Symbol.Name,
            Inputs = inputs.ToImmutable(),
            Layers = layers,
            Outputs = OutputsOf(body, results, layers.Length, session),
            Binding = header.Binding,
            DeviceName = header.Annotations.Device,
        };
        return new NetworkAssembly(bound, assembled, network, assembler.Problems);
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
