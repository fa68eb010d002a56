using System.Collections.Immutable;
using Google.Protobuf;
using NNLang.Onnx.Export;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Onnx;

/// <summary>
/// Exports networks as ONNX models (opset 17). Layers keep their paths as names, weights their keys, inputs and outputs their names: what
/// was imported gets its names back. Deterministic.
/// </summary>
public static class OnnxExporter
{
    /// <summary>The opset of exported models.</summary>
    public const int Opset = 17;

    /// <summary>
    /// Exports the first <paramref name="length"/> layers, all by default. The outputs of the whole network are the network's; those of
    /// a shorter length are all tensors live at its cut, and the last layer's. Throws <see cref="NotSupportedException"/> where a layer
    /// has no ONNX form, and what <paramref name="weights"/> throws.
    /// </summary>
    /// <param name="network">The network; symbolic dimensions become dimension parameters.</param>
    /// <param name="weights">The elements of a weight.</param>
    /// <param name="length">The number of layers; at least 1, at most all.</param>
    public static OnnxExport Export(Network network, Func<TensorSource.Weight, Tensor> weights, int? length = null)
    {
        var count = length ?? network.Layers.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, network.Layers.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var whole = count == network.Layers.Length;
        return Export(network, weights, count, whole ? null : LiveAt(network, count));
    }

    /// <summary>
    /// Exports the first <paramref name="length"/> layers with the given results as outputs: <c>(layer, result)</c> in program order.
    /// </summary>
    public static OnnxExport Export(
        Network network, Func<TensorSource.Weight, Tensor> weights, int length, ImmutableArray<(int Layer, int Result)> outputs) =>
        Export(network, weights, length, (ImmutableArray<(int, int)>?)outputs);

    /// <summary>The results that are live after the first <paramref name="length"/> layers: read or returned later, and the last layer's
    /// own.</summary>
    public static ImmutableArray<(int Layer, int Result)> LiveAt(Network network, int length)
    {
        var live = new SortedSet<(int, int)>();
        for (var i = length; i < network.Layers.Length; i++)
        {
            foreach (var operand in network.Layers[i].Operands)
            {
                Add(i, operand);
            }
        }

        foreach (var output in network.Outputs)
        {
            Add(network.Layers.Length, output.Value);
        }

        if (length > 0)
        {
            for (var result = 0; result < network.Layers[length - 1].Operation.ResultTypes.Length; result++)
            {
                live.Add((length - 1, result));
            }
        }

        return [.. live];

        void Add(int reader, ValueRef value)
        {
            if (value.Kind == ValueKind.Layer && Network.ProducerOf(reader, value) < length)
            {
                live.Add((Network.ProducerOf(reader, value), value.Result));
            }
        }
    }

    private static OnnxExport Export(
        Network network, Func<TensorSource.Weight, Tensor> weights, int length, ImmutableArray<(int Layer, int Result)>? outputs)
    {
        var builder = new GraphBuilder(network, weights);
        for (var i = 0; i < length; i++)
        {
            builder.AddLayer(i);
        }

        var exported = ImmutableArray.CreateBuilder<OnnxExportedOutput>();
        if (outputs is { } chosen)
        {
            foreach (var (layer, result) in chosen)
            {
                exported.Add(new OnnxExportedOutput(
                    builder.AddOutput(builder.NameOf(layer, result), null, network.Layers[layer].Operation.ResultTypes[result]), layer,
                    result));
            }
        }
        else
        {
            foreach (var output in network.Outputs)
            {
                var isLayer = output.Value.Kind == ValueKind.Layer;
                var layer = isLayer ? Network.ProducerOf(network.Layers.Length, output.Value) : -1;
                exported.Add(new OnnxExportedOutput(
                    builder.AddOutput(builder.NameOf(network.Layers.Length, output.Value, output.Source), output.Name, output.Type),
                    layer,
                    isLayer ? output.Value.Result : 0));
            }
        }

        return new OnnxExport(builder.Finish().ToByteArray(), exported.ToImmutable());
    }
}
