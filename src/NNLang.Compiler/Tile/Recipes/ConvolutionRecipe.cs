using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// conv2d (<c>docs/lowering.md</c> 2.1, 2.4): C to C. For each tile of output channels and positions one product a slab, in the order (ky, kx,
/// block of 128 input channels), then one evacuation. Stride, dilation and padding are numbers in the moving pattern.
/// </summary>
internal sealed class ConvolutionRecipe : LoweringRecipe
{
    private const int Lanes = TensorStorage.PartitionCount;

    // A depthwise tile may run on either of two engines: short ones share out evenly.
    private const int DepthwisePositions = 256;

    // A partition's share of weights that a convolution may hold at once: a quarter of a partition of 192 KiB.
    private const int MostKeptBytes = 48 << 10;

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) => [TensorLayout.C];

    /// <inheritdoc/>
    public override Halo HaloOf(FusedGroup group, int operand)
    {
        var core = (FusedCore.Convolution)group.Core;
        var window = core.Window;
        return core.IsStem ? default : new Halo(window.PadTop, window.PadBottom, window.PadLeft, window.PadRight);
    }

    /// <inheritdoc/>
    public override OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands) =>
        ((FusedCore.Convolution)group.Core).IsStem
            // The stem copies the image to device memory first, from wherever it lies.
            ? new OperandNeed(null) { AcceptsDense = true, AnyStrides = true }
            : new OperandNeed(TensorLayout.C, HaloOf(group, operand));

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [TensorLayout.C];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var core = (FusedCore.Convolution)context.Group.Core;
        if (core.IsStem)
        {
            StemLowering.Lower(context, core);
            return;
        }

        var plan = ConvolutionPlan.Of(core);
        var columns = ColumnLoad.Add(context, core.OutputChannels, plan.ColumnChannels);
        var result = context.Result();
        var image = context.Builder.Input(0);
        var most = core.IsDepthwise ? Math.Min(context.Columns, DepthwisePositions) : context.Columns;
        var bands = FaultyTile.Cut(context, core.Window, most, JoinsImages(image, result)).ToArray();
        var ordinal = 0;
        ConvolutionWeights? weights = null;
        if (bands.Length > 1 && KeepsWeights(core, plan))
        {
            // All channels of a band before the next band: a reader needs all channels, but not all rows.
            var kept = new ConvolutionWeights[plan.Tiles.Count];
            foreach (var tile in plan.Tiles)
            {
                weights = kept[tile.Index] = weights?.Holds(tile) == true ? weights : ConvolutionWeights.Load(context, core, plan, tile);
            }

            for (var band = 0; band < bands.Length; band++)
            {
                foreach (var tile in plan.Tiles)
                {
                    Compute(context, core, tile, kept[tile.Index], columns, image, result, bands[band], $"{tile.Index},{band}", ordinal++);
                }
            }

            return;
        }

        foreach (var tile in plan.Tiles)
        {
            weights = weights?.Holds(tile) == true ? weights : ConvolutionWeights.Load(context, core, plan, tile);
            for (var band = 0; band < bands.Length; band++)
            {
                Compute(context, core, tile, weights, columns, image, result, bands[band], $"{tile.Index},{band}", ordinal++);
            }
        }
    }

    // Whether the weights of all output channels may stay on chip together without crowding out what is loaded ahead.
    private static bool KeepsWeights(FusedCore.Convolution core, ConvolutionPlan plan)
    {
        var taps = (long)core.Window.KernelHeight * core.Window.KernelWidth;
        var bytes = 0L;
        foreach (var tile in plan.Tiles)
        {
            bytes += tile.Slabs * taps * (tile.Groups == 1 ? tile.Outputs : core.GroupOutputs) * 4;
        }

        return bytes <= MostKeptBytes && !plan.Tiles.Any(tile => tile.StagesInput || tile.StagesOutput);
    }

    private static void Compute(
        LoweringContext context,
        FusedCore.Convolution core,
        ConvolutionTile tile,
        ConvolutionWeights weights,
        ColumnLoad columns,
        TensorView image,
        TensorView result,
        FaultyTile positions,
        string name,
        int ordinal)
    {
        var builder = context.Builder;
        var window = core.Window;
        var position = positions.Tile;
        var bank = builder.Bank($"psum {ordinal}");
        var flat = default(PatternBuilder);
        flat.Add(position.Count, 4);
        var psum = new TemplateOperand(bank, flat.OnChip(MemoryKind.Psum, 0, tile.Outputs, 0, ElementType.F32));
        var source = tile.StagesInput ? Stage(context, tile, image, ordinal) : image;
        var products = new List<InstructionTemplate>();
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            for (var kx = 0; kx < window.KernelWidth; kx++)
            {
                for (var slab = 0; slab < tile.Slabs; slab++)
                {
                    var moving = Moving(source, tile, slab, window, positions, ky, kx);
                    var stationary = weights.Stationary(tile, slab, (ky * window.KernelWidth) + kx);
                    products.Add(TemplateInstruction.MatMul(psum, stationary, moving, products.Count > 0, tile.Groups));
                }
            }
        }

        var tensor = GroupBuilder.On(Engine.Tensor, "the array multiplies and sums over partitions", [.. products]);
        if (core.IsDepthwise)
        {
            builder.Operation(
                $"matmul {name}", context.CoreMember, ordinal, endsTile: false, tensor,
                GroupBuilder.On(
                    Engine.Vector, "one tap a pass with the same bits; frees TensorE",
                    Taps(context, tile, weights, window, source, positions, bank, ordinal)));
        }
        else
        {
            builder.Operation($"matmul {name}", context.CoreMember, ordinal, endsTile: false, tensor);
        }

        var box = position.Box(tile.FirstOutput, tile.Outputs);
        var epilogue = context.Group.Epilogue;
        var column = columns.Of(tile.Index, tile.Outputs);
        var piece = new StoragePiece(box, tile.FirstOutput % Lanes, tile.Outputs, tile.FirstOutput / Lanes, 1);
        if (!tile.StagesOutput)
        {
            var evacuated = Evacuation.Add(
                builder, $"evacuate {name}", context.LastMember, ordinal, epilogue, column, result.OnChip(piece), psum);
            context.Complete(0, evacuated, box);
            return;
        }

        var staged = builder.OnChip($"staged {ordinal}", BufferKind.Activation, position.Count * 4L);
        var stagedOperand = new TemplateOperand(staged, flat.OnChip(MemoryKind.Sbuf, 0, tile.Outputs, 0, ElementType.F32));
        Evacuation.Add(builder, $"evacuate {name}", context.LastMember, ordinal, epilogue, column, stagedOperand, psum);
        foreach (var part in StoragePiece.Cut(result.Storage, box, joinBlocks: false))
        {
            var first = (int)(part.Box.Start[1] - tile.FirstOutput);
            var from = new TemplateOperand(staged, flat.OnChip(MemoryKind.Sbuf, first, part.Partitions, 0, ElementType.F32));
            var moved = builder.Operation(
                $"move {name}", context.LastMember, ordinal, endsTile: true,
                GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(result.OnChip(part), from, QueueClass.Loads)));
            context.Complete(0, moved, part.Box);
        }
    }

    // A depthwise tile tap by tap. The sums stay in sbuf until the last tap, so that ScalarE may use psum meanwhile; two halves by turns, so
    // that no instruction reads what the one before it wrote (docs/machine.md 7.4).
    private static InstructionTemplate[] Taps(
        LoweringContext context, ConvolutionTile tile, ConvolutionWeights weights, WindowGeometry window, TensorView source, FaultyTile positions,
        BufferRef bank, int ordinal)
    {
        var position = positions.Tile;
        var halves = new List<WindowTile> { position };
        if (position is { Images: 1, Rows: > 1 })
        {
            var upper = position.Rows / 2;
            halves = [position with { Rows = upper }, position with { Row = position.Row + upper, Rows = position.Rows - upper }];
        }

        var taps = window.KernelHeight * window.KernelWidth;
        var sums = taps > 1 ? context.Builder.OnChip($"sums {ordinal}", BufferKind.Activation, position.Count * 4L) : BufferRef.None;
        var result = new List<InstructionTemplate>(taps * halves.Count);
        for (var tap = 0; tap < taps; tap++)
        {
            var first = 0L;
            foreach (var half in halves)
            {
                var run = default(PatternBuilder);
                run.Add(half.Count, 4);
                var sum = new TemplateOperand(sums, run.OnChip(MemoryKind.Sbuf, 0, tile.Outputs, first, ElementType.F32));
                var target = tap + 1 < taps
                    ? sum
                    : new TemplateOperand(bank, run.OnChip(MemoryKind.Psum, 0, tile.Outputs, first, ElementType.F32));
                var moving = Moving(source, tile, 0, window, positions with { Tile = half }, tap / window.KernelWidth, tap % window.KernelWidth);
                var weight = weights.Stationary(tile, 0, tap);
                result.Add(tap == 0
                    // The first tap adds +0, so that a product of -0 cannot differ from TensorE's start at +0.
                    ? TemplateInstruction.TensorScalar(target, moving, AluOperation.Mul, weight, AluOperation.Add, TemplateOperand.Immediate(0f))
                    : TemplateInstruction.ScalarTensorTensor(target, moving, AluOperation.Mul, weight, AluOperation.Add, sum));
                first += half.Count * 4L;
            }
        }

        return [.. result];
    }

    private static TemplateOperand Moving(
        TensorView source, ConvolutionTile tile, int slab, WindowGeometry window, FaultyTile positions, int ky, int kx)
    {
        var storage = source.Storage;
        var position = positions.Tile;
        var row = (position.Row * window.StrideHeight) + (ky * window.DilationHeight) - window.PadTop + positions.RowShift;
        var column = (position.Column * window.StrideWidth) + (kx * window.DilationWidth) - window.PadLeft + positions.ColumnShift;
        var channel = (tile.StagesInput ? 0 : tile.FirstInput) + (slab * Lanes);
        var offset = storage.Offset + (channel / Lanes * storage.Strides[1]) + (position.Image * storage.Strides[0])
            + (row * storage.Strides[2]) + (column * storage.Strides[3]);
        var pattern = default(PatternBuilder);
        pattern.Add(position.Images, storage.Strides[0]);
        pattern.Add(position.Rows, window.StrideHeight * storage.Strides[2]);
        pattern.Add(position.Columns, positions.ColumnStride(window) * storage.Strides[3]);
        return new TemplateOperand(
            source.Buffer,
            pattern.OnChip(MemoryKind.Sbuf, channel % Lanes, tile.InputsOf(slab), offset, storage.Type));
    }

    // Channels that start at a partition no engine may start at are copied, frame and all, to partition 0.
    private static TensorView Stage(LoweringContext context, ConvolutionTile tile, TensorView image, int ordinal)
    {
        if (tile.Staged is { } made)
        {
            return made;
        }

        var storage = image.Storage;
        var block = storage.Strides[1];
        var buffer = context.Builder.OnChip($"channels {tile.Index}", BufferKind.Activation, tile.Slabs * block);
        var drafts = new List<InstructionTemplate>();
        for (var slab = 0; slab < tile.Slabs; slab++)
        {
            var channel = tile.FirstInput + (slab * Lanes);
            var end = channel + tile.InputsOf(slab);
            var partition = 0;
            while (channel < end)
            {
                var count = Math.Min(end - channel, Lanes - (channel % Lanes));
                for (var n = 0; n < storage.Shape[0]; n++)
                {
                    var pattern = default(PatternBuilder);
                    pattern.Add(storage.Strides[0] / 4, 4);
                    var from = (channel / Lanes * block) + (n * storage.Strides[0]);
                    drafts.Add(TemplateInstruction.Dma(
                        new TemplateOperand(
                            buffer, pattern.OnChip(MemoryKind.Sbuf, partition, count, (slab * block) + (n * storage.Strides[0]), storage.Type)),
                        new TemplateOperand(image.Buffer, pattern.OnChip(MemoryKind.Sbuf, channel % Lanes, count, from, storage.Type)),
                        QueueClass.Loads));
                }

                channel += count;
                partition += count;
            }
        }

        context.Builder.Operation(
            $"stage {tile.Index}", context.CoreMember, ordinal, endsTile: true, GroupBuilder.Transfer(QueueClass.Loads, [.. drafts]));
        var staged = new TensorView(buffer, storage);
        tile.Staged = staged;
        return staged;
    }

    private static bool JoinsImages(TensorView image, TensorView result) =>
        image.Storage.Strides[0] / 4 <= short.MaxValue && result.Storage.Strides[0] / 4 <= short.MaxValue;
}
