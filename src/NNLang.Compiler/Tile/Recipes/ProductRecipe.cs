using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// dense, and matmul with a weight (<c>docs/lowering.md</c> 2.3): slabs of 128 of k. L to L with the weight stationary, or, where the reader wants
/// rows on the partitions and there is no scale, L to R with the tokens stationary: the same bits.
/// </summary>
internal sealed class ProductRecipe : LoweringRecipe
{
    private const int Lanes = TensorStorage.PartitionCount;
    private const int GoodRowBytes = 2048;

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [TensorLayout.L];

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) =>
        group.Result.Shape.Rank >= 2 && group.Epilogue.Scale is null && !HasUniform(group.Epilogue)
            ? [TensorLayout.L, TensorLayout.R]
            : [TensorLayout.L];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Product)context.Group.Core;
        var result = context.Request.Results[0];
        if (result.Layout == TensorLayout.R && result.PartitionAxis == result.Shape.Rank - 2)
        {
            ToRows(context, core);
        }
        else
        {
            ToColumns(context, core);
        }
    }

    private static bool HasUniform(Epilogue epilogue) =>
        epilogue.UniformBiasBits != 0 || epilogue.UniformScaleBits != Epilogue.None.UniformScaleBits;

    private static void ToColumns(LoweringContext context, FusedCore.Product core)
    {
        var builder = context.Builder;
        var columns = ColumnLoad.Add(context, core.Outputs, Math.Min(Lanes, core.Outputs));
        var result = context.Result();
        var input = builder.Input(0);
        var last = result.Storage.Shape.Rank - 1;
        var perLoad = Math.Max(Lanes, GoodRowBytes / 4 / Lanes * Lanes);
        var ordinal = 0;
        for (var load = 0; load < core.Outputs; load += perLoad)
        {
            var width = Math.Min(perLoad, core.Outputs - load);
            var weights = LoadWeights(context, core, load, width);
            for (var m = load; m < load + width; m += Lanes)
            {
                var outputs = Math.Min(Lanes, load + width - m);
                var name = 0;
                foreach (var tokens in TokenTiles.Cut(input.Storage.Shape, last, context.Columns))
                {
                    var count = tokens.Count / core.Inputs;
                    var bank = builder.Bank($"psum {ordinal}");
                    var flat = default(PatternBuilder);
                    flat.Add(count, 4);
                    var psum = new TemplateOperand(bank, flat.OnChip(MemoryKind.Psum, 0, outputs, 0, ElementType.F32));
                    var products = new List<InstructionTemplate>();
                    foreach (var piece in StoragePiece.Cut(input.Storage, tokens, joinBlocks: false))
                    {
                        products.Add(TemplateInstruction.MatMul(
                            psum, Row(weights[piece.FirstBlock], piece.Partitions, m - load, outputs), input.OnChip(piece), products.Count > 0));
                    }

                    var index = m / Lanes;
                    builder.Operation(
                        $"matmul {index},{name}", context.CoreMember, ordinal, endsTile: false,
                        GroupBuilder.On(Engine.Tensor, "the array multiplies and sums over partitions", [.. products]));
                    var box = tokens.Along(last, m, outputs);
                    var evacuated = Evacuation.Add(
                        builder, $"evacuate {index},{name}", context.LastMember, ordinal, context.Group.Epilogue, columns.Of(index, outputs),
                        result.OnChip(new StoragePiece(box, 0, outputs, index, 1)), psum);
                    context.Complete(0, evacuated, box);
                    ordinal++;
                    name++;
                }
            }
        }
    }

    private static void ToRows(LoweringContext context, FusedCore.Product core)
    {
        var builder = context.Builder;
        var epilogue = context.Group.Epilogue;
        var result = context.Result();
        var input = builder.Input(0);
        var last = result.Storage.Shape.Rank - 1;
        var bias = epilogue.Bias is null ? default(BufferRef?) : RowLoad.Add(context, "bias row", epilogue.Bias, core.Outputs);
        var ordinal = 0;
        for (var load = 0; load < core.Outputs; load += context.Columns)
        {
            var width = Math.Min(context.Columns, core.Outputs - load);
            var weights = LoadWeights(context, core, load, width);
            foreach (var tokens in TokenTiles.Cut(input.Storage.Shape, last, Lanes))
            {
                // The rows of one block of the result's partitions: the last but one axis alone.
                foreach (var rows in SingleRows(tokens, last))
                {
                    var count = (int)rows.Extent[last - 1];
                    var bank = builder.Bank($"psum {ordinal}");
                    var flat = default(PatternBuilder);
                    flat.Add(width, 4);
                    var psum = new TemplateOperand(bank, flat.OnChip(MemoryKind.Psum, 0, count, 0, ElementType.F32));
                    var products = new List<InstructionTemplate>();
                    foreach (var piece in StoragePiece.Cut(input.Storage, rows, joinBlocks: false))
                    {
                        products.Add(TemplateInstruction.MatMul(
                            psum, input.OnChip(piece), Row(weights[piece.FirstBlock], piece.Partitions, 0, width), products.Count > 0));
                    }

                    builder.Operation(
                        $"matmul {ordinal}", context.CoreMember, ordinal, endsTile: false,
                        GroupBuilder.On(Engine.Tensor, "the array multiplies and sums over partitions", [.. products]));
                    var box = rows.Along(last, load, width);
                    foreach (var piece in StoragePiece.Cut(result.Storage, box, joinBlocks: false))
                    {
                        RowEvacuation.Add(context, epilogue, bias, load, result, piece, psum, ordinal);
                    }

                    ordinal++;
                }
            }
        }
    }

    // Partitions of the result start at multiples of 128 and do not cross one.
    private static IEnumerable<TileBox> SingleRows(TileBox tokens, int last)
    {
        for (var i = 0L; i < Leading(tokens, last - 1); i++)
        {
            var box = tokens;
            var rest = i;
            for (var axis = last - 2; axis >= 0; axis--)
            {
                box = box.Along(axis, tokens.Start[axis] + (rest % tokens.Extent[axis]), 1);
                rest /= tokens.Extent[axis];
            }

            for (var start = tokens.Start[last - 1]; start < tokens.Start[last - 1] + tokens.Extent[last - 1]; start += Lanes)
            {
                yield return box.Along(last - 1, start, Math.Min(Lanes, tokens.Start[last - 1] + tokens.Extent[last - 1] - start));
            }
        }
    }

    private static long Leading(TileBox box, int axes)
    {
        var count = 1L;
        for (var axis = 0; axis < axes; axis++)
        {
            count *= box.Extent[axis];
        }

        return count;
    }

    private static TemplateOperand Row(BufferRef buffer, int partitions, int first, int count)
    {
        var run = default(PatternBuilder);
        run.Add(count, 4);
        return new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, partitions, first * 4L, ElementType.F32));
    }

    private static List<BufferRef> LoadWeights(LoweringContext context, FusedCore.Product core, int first, int width)
    {
        var steps = new List<RecipeStep> { RecipeTemplate.Source(core.Weight) };
        if (width != core.Outputs)
        {
            steps.Add(RecipeStep.Slice(core.OutputsFirst ? 0 : 1, first, first + width));
        }

        if (core.OutputsFirst)
        {
            steps.Add(RecipeStep.Permute(1, 0));
        }

        var region = context.Builder.RecipeRegion($"weights {first}", [core.Inputs, width], new RecipeTemplate([.. steps]));
        var buffers = new List<BufferRef>();
        for (var k = 0; k < core.Inputs; k += Lanes)
        {
            var partitions = Math.Min(Lanes, core.Inputs - k);
            var buffer = context.Builder.OnChip($"weights {k / Lanes},{first}", BufferKind.Weight, width * 4L);
            var run = default(PatternBuilder);
            run.Add(width, 4);
            var rows = default(PatternBuilder);
            rows.Add(partitions, width * 4L);
            context.Builder.Operation(
                $"load weights {k / Lanes},{first / Lanes}", context.CoreMember, first / Lanes, endsTile: false,
                GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(
                    new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, partitions, 0, ElementType.F32)),
                    new TemplateOperand(region, new HbmOperand(0, (long)k * width * 4, ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()])),
                    QueueClass.Loads)));
            buffers.Add(buffer);
        }

        return buffers;
    }
}
