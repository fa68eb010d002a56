using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// The weights of one or several neighbouring tiles of output channels in sbuf: one load a block of input channels, one row a partition
/// (<c>docs/lowering.md</c> 3.2). Tiles share a load while rows are shorter than 2 KiB.
/// </summary>
internal sealed class ConvolutionWeights
{
    private const int GoodRowBytes = 2048;

    private readonly List<BufferRef> _buffers = [];
    private readonly int _firstOutput;
    private readonly int _outputs;
    private readonly int _rowOutputs;

    private ConvolutionWeights(ConvolutionTile first, int outputs, int rowOutputs)
    {
        _firstOutput = first.FirstOutput;
        _outputs = outputs;
        _rowOutputs = rowOutputs;
    }

    /// <summary>Adds the loads for the tile and as many after it as belong into them.</summary>
    public static ConvolutionWeights Load(LoweringContext context, FusedCore.Convolution core, ConvolutionPlan plan, ConvolutionTile first)
    {
        var builder = context.Builder;
        var window = core.Window;
        var taps = window.KernelHeight * window.KernelWidth;
        var outputs = first.Outputs;
        if (first.Groups == 1 && core.Groups == 1)
        {
            for (var next = first.Index + 1; next < plan.Tiles.Count && outputs * taps * 4 < GoodRowBytes; next++)
            {
                outputs += plan.Tiles[next].Outputs;
            }
        }

        var rowOutputs = first.Groups == 1 ? outputs : core.GroupOutputs;
        var weights = new ConvolutionWeights(first, outputs, rowOutputs);
        var rowBytes = taps * rowOutputs * 4;
        var region = builder.RecipeRegion(
            $"weights {first.Index}",
            [first.Inputs, window.KernelHeight, window.KernelWidth, rowOutputs],
            Recipe(core, first, outputs));
        for (var slab = 0; slab < first.Slabs; slab++)
        {
            var partitions = first.InputsOf(slab);
            var partition = first.StagesInput ? 0 : first.FirstInput % TensorStorage.PartitionCount;
            var buffer = builder.OnChip($"weights {slab},{first.Index}", BufferKind.Weight, rowBytes);
            var run = default(PatternBuilder);
            run.Add(rowBytes / 4, 4);
            var rows = default(PatternBuilder);
            rows.Add(partitions, rowBytes);
            builder.Operation(
                $"load weights {slab},{first.Index}", context.CoreMember, first.Index, endsTile: false,
                GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(
                    new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, partition, partitions, 0, ElementType.F32)),
                    new TemplateOperand(region, new HbmOperand(
                        0, (long)slab * TensorStorage.PartitionCount * rowBytes, ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()])),
                    QueueClass.Loads)));
            weights._buffers.Add(buffer);
        }

        return weights;
    }

    /// <summary>Whether a tile's weights are among these.</summary>
    public bool Holds(ConvolutionTile tile) =>
        tile.FirstOutput >= _firstOutput && tile.FirstOutput + tile.Outputs <= _firstOutput + _outputs;

    /// <summary>The stationary operand of a tile for one block of input channels and one tap.</summary>
    public TemplateOperand Stationary(ConvolutionTile tile, int slab, int tap)
    {
        var width = tile.Groups == 1 ? tile.Outputs : _rowOutputs;
        var offset = ((tap * _rowOutputs) + (tile.Groups == 1 ? tile.FirstOutput - _firstOutput : 0)) * 4L;
        var pattern = default(PatternBuilder);
        pattern.Add(width, 4);
        var partition = tile.StagesInput ? 0 : tile.FirstInput % TensorStorage.PartitionCount;
        return new TemplateOperand(
            _buffers[slab], pattern.OnChip(MemoryKind.Sbuf, partition, tile.InputsOf(slab), offset, ElementType.F32));
    }

    // [output, input / groups, ky, kx] to [input of the tile][ky][kx][outputs], compact for groups side by side.
    private static RecipeTemplate Recipe(FusedCore.Convolution core, ConvolutionTile first, int outputs)
    {
        var steps = ImmutableArray.CreateBuilder<RecipeStep>();
        steps.Add(RecipeTemplate.Source(core.Weight));
        if (outputs != core.OutputChannels)
        {
            steps.Add(RecipeStep.Slice(0, first.FirstOutput, first.FirstOutput + outputs));
        }

        var window = core.Window;
        if (first.Groups == 1)
        {
            steps.Add(RecipeStep.Permute(1, 2, 3, 0));
        }
        else
        {
            steps.Add(RecipeStep.Reshape(first.Groups, core.GroupOutputs, core.GroupInputs, window.KernelHeight, window.KernelWidth));
            steps.Add(RecipeStep.Permute(0, 2, 3, 4, 1));
            steps.Add(RecipeStep.Reshape(first.Inputs, window.KernelHeight, window.KernelWidth, core.GroupOutputs));
        }

        return new RecipeTemplate(steps.ToImmutable());
    }
}
