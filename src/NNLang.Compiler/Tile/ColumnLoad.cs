using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Loads the columns of an epilogue with one transfer: for each tile of channels scale and bias side by side, channels on the partitions.
/// </summary>
internal sealed class ColumnLoad
{
    private readonly BufferRef _buffer;
    private readonly bool _scale;
    private readonly bool _bias;

    private ColumnLoad(BufferRef buffer, bool scale, bool bias)
    {
        _buffer = buffer;
        _scale = scale;
        _bias = bias;
    }

    /// <summary>Adds the load for tiles of <paramref name="tileChannels"/> channels each, the last perhaps fewer; none if there is no column.</summary>
    public static ColumnLoad Add(LoweringContext context, long channels, int tileChannels)
    {
        var epilogue = context.Group.Epilogue;
        var (scale, bias) = (epilogue.Scale, epilogue.Bias);
        var columns = (scale is null ? 0 : 1) + (bias is null ? 0 : 1);
        if (columns == 0)
        {
            return new ColumnLoad(BufferRef.None, false, false);
        }

        var tiles = (channels + tileChannels - 1) / tileChannels;
        var steps = new List<RecipeStep>();
        Append(scale);
        Append(bias);
        if (columns == 2)
        {
            steps.Add(RecipeStep.Concat(2));
        }

        if (tiles > 1)
        {
            steps.Add(RecipeStep.Permute(1, 0, 2));
        }
        else
        {
            steps.Add(RecipeStep.Reshape(tileChannels, 1, columns));
        }

        var region = context.Builder.RecipeRegion("columns", [tileChannels, tiles, columns], new RecipeTemplate([.. steps]));
        var bytes = tiles * columns * 4;
        var buffer = context.Builder.OnChip("columns", BufferKind.Weight, bytes);
        var run = default(PatternBuilder);
        run.Add(tiles * columns, 4);
        var partitions = default(PatternBuilder);
        partitions.Add(tileChannels, bytes);
        var destination = new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, tileChannels, 0, ElementType.F32));
        var source = new TemplateOperand(region, new HbmOperand(0, 0, ElementType.F32, [.. partitions.Hbm()], [.. run.Hbm()]));
        context.Builder.Operation(
            "load columns", context.CoreMember, 0, endsTile: false,
            GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(destination, source, QueueClass.Loads)));
        return new ColumnLoad(buffer, scale is not null, bias is not null);

        void Append(RecipeTemplate? recipe)
        {
            if (recipe is null)
            {
                return;
            }

            steps.AddRange(recipe.Steps);
            if (tiles * tileChannels != channels)
            {
                steps.Add(RecipeStep.Pad(0, (tiles * tileChannels) - channels));
            }

            steps.Add(RecipeStep.Reshape(tiles, tileChannels, 1));
        }
    }

    /// <summary>The columns of one tile, starting at a partition.</summary>
    public EpilogueColumns Of(long tile, int channels, int firstPartition = 0)
    {
        var width = (_scale ? 1 : 0) + (_bias ? 1 : 0);
        TemplateOperand? scale = _scale ? Column(tile * width) : null;
        TemplateOperand? bias = _bias ? Column((tile * width) + (_scale ? 1 : 0)) : null;
        return new EpilogueColumns(scale, bias);

        TemplateOperand Column(long index) => new(
            _buffer, default(PatternBuilder).OnChip(MemoryKind.Sbuf, firstPartition, channels, index * 4, ElementType.F32));
    }
}
