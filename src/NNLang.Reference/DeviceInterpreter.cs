using System.Collections.Immutable;
using System.Globalization;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Reference.Device;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Reference;

/// <summary>
/// Evaluates a fused network in the device's arithmetic: predicts every tensor of the compiled program bit for bit (<c>docs/numerics.md</c>). Weights
/// are read and packed once an instance and kept from run to run. Uses all processors; the bits do not depend on how many. One run at a time.
/// </summary>
public sealed class DeviceInterpreter
{
    private readonly FusedNetwork _network;
    private readonly SourceReader _sources;
    private readonly GroupWeights?[] _weights;
    private readonly int[] _lastUse;

    /// <summary>Prepares a fused network.</summary>
    public DeviceInterpreter(FusedNetwork network, SourceReader sources)
    {
        _network = network;
        _sources = sources;
        _weights = new GroupWeights?[network.Groups.Length];
        _lastUse = LastUses(network);
    }

    /// <summary>Evaluates all groups.</summary>
    /// <param name="inputs">One tensor an input of the network, in order; rounded to f32.</param>
    /// <param name="observe">Told each group's result in program order; null if nobody wants them.</param>
    /// <param name="cancellation">Stops between groups.</param>
    /// <returns>The outputs.</returns>
    public ImmutableArray<Tensor> Run(
        IReadOnlyList<Tensor> inputs, Action<int, Tensor>? observe = null, CancellationToken cancellation = default)
    {
        var given = inputs.Select(TensorElements.ToFloats).ToArray();
        var values = new float[_network.Groups.Length][];
        for (var g = 0; g < values.Length; g++)
        {
            cancellation.ThrowIfCancellationRequested();
            var instance = _network.Groups[g];
            values[g] = EvaluateGroup(g, [.. instance.Operands.Select(link => Read(link, g, given, values, instance.Sources))]);
            observe?.Invoke(g, Tensor.Of(instance.Group.Result.Shape, values[g]));
            Release(g, instance, values);
        }

        return
        [
            .. _network.Outputs.Select((link, i) => Tensor.Of(
                _network.Network.Outputs[i].Type.KnownShape!.Value,
                Read(link, values.Length, given, values, [.. _network.OutputSources.Select(source => (TensorSource?)source)]))),
        ];
    }

    /// <summary>Evaluates all groups and keeps every result, by group.</summary>
    public ImmutableArray<Tensor> RunAll(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default)
    {
        var all = ImmutableArray.CreateBuilder<Tensor>(_network.Groups.Length);
        Run(inputs, (_, tensor) => all.Add(tensor), cancellation);
        return all.ToImmutable();
    }

    private float[] EvaluateGroup(int index, float[][] operands)
    {
        var instance = _network.Groups[index];
        var group = instance.Group;
        var weights = _weights[index] ??= new GroupWeights(group, instance.Sources, _sources);
        var shapes = group.Operands.Select(operand => operand.Shape).ToArray();
        var result = group.Result.Shape;
        var values = group.Core switch
        {
            FusedCore.Convolution => weights.Convolution!.Evaluate(operands[0]),
            FusedCore.Product core => weights.Product!.Evaluate(core, operands[0]),
            FusedCore.BatchedProduct core => ProductEvaluator.Batched(core, operands[0], shapes[0], operands[1], shapes[1], result),
            FusedCore.Pool core => ElementEvaluators.Pool(core, operands[0]),
            FusedCore.GlobalPool core => ElementEvaluators.GlobalPool(core, operands[0]),
            FusedCore.Softmax core => ElementEvaluators.Softmax(core, operands[0], result),
            FusedCore.Binary core => ElementEvaluators.Fold(core.Operation, operands, shapes, result),
            FusedCore.Chain core => ElementEvaluators.Fold(core.Operation, operands, shapes, result),
            FusedCore.Transpose core => ElementEvaluators.Transpose(operands[0], shapes[0], core.Axes),
            FusedCore.Concat core => ElementEvaluators.Concat(operands, shapes, core.Axis, result),
            FusedCore.Slice core => ElementEvaluators.Slice(core, operands[0], shapes[0], result),
            FusedCore.Pad core => ElementEvaluators.Pad(core, operands[0], shapes[0], result),
            FusedCore.Elementwise => (float[])operands[0].Clone(),
            _ => operands[0],
        };
        var (channels, run) = Channels(group);
        var inPsum = group.Core is FusedCore.Convolution or FusedCore.Product or FusedCore.BatchedProduct;
        EpilogueEvaluator.Apply(group.Epilogue, weights.Scale, weights.Bias, values, channels, run, inPsum);
        return values;
    }

    // How many channels the epilogue's columns have, and how many elements of one stand in a row.
    private static (int Channels, int Run) Channels(FusedGroup group)
    {
        var shape = group.Result.Shape;
        var axis = group.Core switch
        {
            FusedCore.Convolution => 1,
            FusedCore.Product => shape.Rank - 1,
            FusedCore.Elementwise { ChannelAxis: >= 0 and var channel } => channel,
            _ => -1,
        };
        if (axis < 0)
        {
            return (1, (int)Math.Min(shape.Count, 4096) is var chunk && shape.Count % chunk == 0 ? chunk : 1);
        }

        var run = 1L;
        for (var i = axis + 1; i < shape.Rank; i++)
        {
            run *= shape[i];
        }

        return ((int)shape[axis], (int)run);
    }

    private float[] Read(FusedLink link, int reader, float[][] inputs, float[][] values, ImmutableArray<TensorSource?> sources) => link.Kind switch
    {
        FusedLinkKind.NetworkInput => inputs[link.Index],
        FusedLinkKind.Group => values[reader - link.Distance],
        _ => TensorElements.ToFloats(_sources(sources[link.Index]!)),
    };

    private void Release(int index, FusedInstance instance, float[][] values)
    {
        foreach (var link in instance.Operands)
        {
            if (link.Kind == FusedLinkKind.Group && _lastUse[index - link.Distance] == index)
            {
                values[index - link.Distance] = null!;
            }
        }

        if (_lastUse[index] < 0)
        {
            values[index] = null!;
        }
    }

    private static int[] LastUses(FusedNetwork network)
    {
        var last = new int[network.Groups.Length];
        Array.Fill(last, -1);
        for (var g = 0; g < last.Length; g++)
        {
            foreach (var link in network.Groups[g].Operands)
            {
                if (link.Kind == FusedLinkKind.Group)
                {
                    last[g - link.Distance] = g;
                }
            }
        }

        foreach (var link in network.Outputs)
        {
            if (link.Kind == FusedLinkKind.Group)
            {
                last[last.Length - link.Distance] = int.MaxValue;
            }
        }

        return last;
    }

    /// <summary>What a group keeps of its sources.</summary>
    private sealed class GroupWeights
    {
        public GroupWeights(FusedGroup group, ImmutableArray<TensorSource?> sources, SourceReader read)
        {
            Scale = Column(group.Epilogue.Scale);
            Bias = Column(group.Epilogue.Bias);
            switch (group.Core)
            {
                case FusedCore.Convolution core:
                    Convolution = new ConvolutionEvaluator(core, TensorElements.ToFloats(read(sources[core.Weight]!)));
                    break;
                case FusedCore.Product core:
                    Product = new ProductEvaluator(core, TensorElements.ToFloats(read(sources[core.Weight]!)));
                    break;
            }

            float[]? Column(RecipeTemplate? recipe) => recipe is null
                ? null
                : RecipeInterpreter.EvaluateFloats(recipe.Steps, key => read(sources[int.Parse(key, CultureInfo.InvariantCulture)]!));
        }

        public float[]? Scale { get; }

        public float[]? Bias { get; }

        public ConvolutionEvaluator? Convolution { get; }

        public ProductEvaluator? Product { get; }
    }
}
