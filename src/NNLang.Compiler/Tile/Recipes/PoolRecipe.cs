using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// Pools over windows (<c>docs/lowering.md</c> 2.11): C to C, one tensor_reduce a tile of rows, the window in its last two dimensions. A maximum
/// may be made of each row first and of the rows then where that costs less: exact. An average is the sum in slabs of 128, then the reciprocal count.
/// </summary>
internal sealed class PoolRecipe : LoweringRecipe
{
    private const uint MinusInfinity = 0xFF800000;

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [TensorLayout.C];

    /// <inheritdoc/>
    public override Halo HaloOf(FusedGroup group, int operand)
    {
        var core = (FusedCore.Pool)group.Core;
        var window = core.Window;
        return window.PadsAreZero
            ? default
            : new Halo(window.PadTop, window.PadBottom, window.PadLeft, window.PadRight, core.Average ? 0 : MinusInfinity);
    }

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [TensorLayout.C];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Pool)context.Group.Core;
        var window = core.Window;
        var image = context.Builder.Input(0);
        var result = context.Result();
        var counts = core is { Average: true, UniformCount: false } ? LoadCounts(context, core) : default(BufferRef?);
        var taps = window.KernelHeight * window.KernelWidth;
        if (taps > 65_536)
        {
            throw new LoweringException(
                "NN5021", $"A window of {window.KernelHeight} x {window.KernelWidth} elements does not fit an instruction.", "Use a smaller window.");
        }

        var most = Math.Max(window.OutputWidth, CopyLowering.TileElements * 2 / taps);
        var ordinal = 0;
        foreach (var piece in StoragePiece.Cut(result.Storage, TileBox.All(result.Storage.Shape), joinBlocks: false))
        {
            foreach (var positions in FaultyTile.Cut(context, window, Math.Min(most, 65_536 / taps), joinImages: false))
            {
                var tile = positions.Tile;
                var box = new TileBox(
                    [tile.Image, piece.Box.Start[1], tile.Row, tile.Column], [1, piece.Box.Extent[1], tile.Rows, tile.Columns]);
                var target = result.OnChip(piece with { Box = box });
                if (!core.Average && context.Request.Fault is null && SeparablePays(window, tile))
                {
                    context.Complete(0, Separable(context, window, image, piece, tile, target, ordinal), box);
                }
                else
                {
                    var name = core.Average ? $"sum {ordinal}" : $"maximum {ordinal}";
                    var reduced = context.Builder.Operation(
                        name, context.CoreMember, ordinal, endsTile: !core.Average,
                        GroupBuilder.On(Engine.Vector, "reduces the window", TemplateInstruction.Reduce(
                            target, Windows(image, window, piece, positions), 2, core.Average ? AluOperation.Add : AluOperation.Max)));
                    context.Complete(0, core.Average ? Divide(context, core, counts, piece, tile, target, ordinal) : reduced, box);
                }

                ordinal++;
            }
        }
    }

    private static TemplateOperand Windows(TensorView image, WindowGeometry window, StoragePiece piece, FaultyTile positions)
    {
        var storage = image.Storage;
        var tile = positions.Tile;
        var pattern = default(PatternBuilder);
        pattern.AddUnmerged(tile.Rows, window.StrideHeight * storage.Strides[2]);
        pattern.AddUnmerged(tile.Columns, positions.ColumnStride(window) * storage.Strides[3]);
        pattern.AddUnmerged(window.KernelHeight, window.DilationHeight * storage.Strides[2]);
        pattern.AddUnmerged(window.KernelWidth, window.DilationWidth * storage.Strides[3]);
        var row = (tile.Row * window.StrideHeight) - window.PadTop + positions.RowShift;
        var column = (tile.Column * window.StrideWidth) - window.PadLeft + positions.ColumnShift;
        return new TemplateOperand(
            image.Buffer,
            pattern.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, Offset(storage, piece, tile.Image, row, column), storage.Type));
    }

    // Elements read: all taps at once, or each row of a window first and then the rows' maxima, whose stride doubles their cost (machine 7.2).
    private static bool SeparablePays(WindowGeometry window, WindowTile tile)
    {
        var taps = window.KernelHeight * window.KernelWidth;
        return window.DilationHeight == 1 && (RowsRead(window, tile) * window.KernelWidth) + (2 * tile.Rows * window.KernelHeight) < tile.Rows * taps;
    }

    private static int RowsRead(WindowGeometry window, WindowTile tile) => ((tile.Rows - 1) * window.StrideHeight) + window.KernelHeight;

    private static int Separable(
        LoweringContext context, WindowGeometry window, TensorView image, StoragePiece piece, WindowTile tile, TemplateOperand target, int ordinal)
    {
        var storage = image.Storage;
        var rows = RowsRead(window, tile);
        var buffer = context.Builder.OnChip($"rows {ordinal}", BufferKind.Activation, (long)rows * tile.Columns * 4);
        var flat = default(PatternBuilder);
        flat.Add((long)rows * tile.Columns, 4);
        var partial = new TemplateOperand(buffer, flat.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, 0, storage.Type));
        var across = default(PatternBuilder);
        across.AddUnmerged(rows, storage.Strides[2]);
        across.AddUnmerged(tile.Columns, window.StrideWidth * storage.Strides[3]);
        across.AddUnmerged(window.KernelWidth, window.DilationWidth * storage.Strides[3]);
        var first = Offset(
            storage, piece, tile.Image, (tile.Row * window.StrideHeight) - window.PadTop, (tile.Column * window.StrideWidth) - window.PadLeft);
        var source = new TemplateOperand(image.Buffer, across.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, first, storage.Type));
        var down = default(PatternBuilder);
        down.AddUnmerged(tile.Rows, window.StrideHeight * tile.Columns * 4L);
        down.AddUnmerged(tile.Columns, 4);
        down.AddUnmerged(window.KernelHeight, tile.Columns * 4L);
        var second = new TemplateOperand(buffer, down.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, 0, storage.Type));
        context.Builder.Operation(
            $"maximum of rows {ordinal}", context.CoreMember, ordinal, endsTile: false,
            GroupBuilder.On(Engine.Vector, "reduces each row of the window first: fewer reads", TemplateInstruction.Reduce(partial, source, 1, AluOperation.Max)));
        return context.Builder.Operation(
            $"maximum {ordinal}", context.CoreMember, ordinal, endsTile: true,
            GroupBuilder.On(Engine.Vector, "reduces the window", TemplateInstruction.Reduce(target, second, 1, AluOperation.Max)));
    }

    private static int Divide(
        LoweringContext context, FusedCore.Pool core, BufferRef? counts, StoragePiece piece, WindowTile tile, TemplateOperand target, int ordinal)
    {
        var name = $"average {ordinal}";
        if (counts is not { } buffer)
        {
            return Averaging.Scale(context, name, ordinal, target, core.Window.KernelHeight * core.Window.KernelWidth);
        }

        var pattern = default(PatternBuilder);
        pattern.Add(tile.Rows, core.Window.OutputWidth * 4L);
        pattern.Add(tile.Columns, 4);
        var offset = ((tile.Row * (long)core.Window.OutputWidth) + tile.Column) * 4;
        var reciprocals = new TemplateOperand(buffer, pattern.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, offset, ElementType.F32));
        return context.Builder.Operation(
            name, context.CoreMember, ordinal, endsTile: true,
            GroupBuilder.On(
                Engine.Vector, "multiplies by the reciprocal of each window's count",
                TemplateInstruction.TensorTensor(target, target, reciprocals, AluOperation.Mul)));
    }

    private static BufferRef LoadCounts(LoweringContext context, FusedCore.Pool core)
    {
        var window = core.Window;
        var area = core.Counted!.Value;
        var recipe = new RecipeTemplate(
        [
            RecipeStep.ReciprocalCount(
                area.Height, area.Width, window.KernelHeight, window.KernelWidth, window.StrideHeight, window.StrideWidth,
                window.PadTop - area.Top, window.PadLeft - area.Left, window.OutputHeight, window.OutputWidth,
                window.DilationHeight, window.DilationWidth),
            RecipeStep.Reshape(window.OutputHeight * window.OutputWidth),
        ]);
        return RowLoad.Add(context, "reciprocal counts", recipe, window.OutputHeight * (long)window.OutputWidth);
    }

    private static long Offset(TensorStorage storage, StoragePiece piece, long image, long row, long column) =>
        storage.Offset + (piece.FirstBlock * storage.Strides[1]) + (image * storage.Strides[0]) + (row * storage.Strides[2])
        + (column * storage.Strides[3]);
}
