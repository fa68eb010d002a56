using NNLang.Compiler.Fuse;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// The stem (<c>docs/lowering.md</c> 2.2): a convolution over few channels. Partitions are (shift, channel, kernel row), filled by one transfer a
/// band of rows from a zero-padded copy of the image in device memory; one product a pass over the kernel's columns.
/// </summary>
internal static class StemLowering
{
    // Rows of a band are loaded together up to about this many bytes a partition: several psum tiles, so that loads and products overlap.
    private const int BandBytes = 16 * 1024;

    /// <summary>Adds the operations.</summary>
    public static void Lower(LoweringContext context, FusedCore.Convolution core)
    {
        var builder = context.Builder;
        var window = core.Window;
        var (passes, shifts) = (core.StemPasses, core.StemShifts);
        var loadedWidth = ((passes - 1) * shifts * window.DilationWidth) + ((window.OutputWidth - 1) * window.StrideWidth) + 1;
        var paddedWidth = Math.Max(
            window.PadLeft + window.Width + window.PadRight, loadedWidth + ((shifts - 1) * window.DilationWidth));
        var paddedHeight = window.PadTop + window.Height + window.PadBottom;
        var padded = Pad(context, core, paddedHeight, paddedWidth);
        var columns = ColumnLoad.Add(context, core.OutputChannels, Math.Min(TensorStorage.PartitionCount, core.OutputChannels));
        var weights = LoadWeights(context, core);
        var result = context.Result();
        var (band, bandImage, bandRow, bandRows) = (BufferRef.None, -1, 0, 0);
        var ordinal = 0;
        foreach (var positions in FaultyTile.Cut(context, window, context.Columns, joinImages: false))
        {
            var tile = positions.Tile;
            // A faulty tile may read a row above its own.
            var firstRow = Math.Max(0, tile.Row + Math.Min(0, positions.RowShift));
            if (tile.Image != bandImage || firstRow < bandRow || tile.Row + tile.Rows > bandRow + bandRows)
            {
                var least = tile.Row - firstRow + tile.Rows;
                var rows = Math.Max(least, BandBytes / (loadedWidth * 4) / least * least);
                (bandImage, bandRow, bandRows) = (tile.Image, firstRow, Math.Min(rows, window.OutputHeight - firstRow));
                band = LoadBand(context, core, padded, bandImage, bandRow, bandRows, loadedWidth, paddedHeight, paddedWidth, ordinal);
            }

            for (var first = 0; first < core.OutputChannels; first += TensorStorage.PartitionCount)
            {
                var outputs = Math.Min(TensorStorage.PartitionCount, core.OutputChannels - first);
                var bank = builder.Bank($"psum {ordinal}");
                var flat = default(PatternBuilder);
                flat.Add(tile.Count, 4);
                var psum = new TemplateOperand(bank, flat.OnChip(MemoryKind.Psum, 0, outputs, 0, ElementType.F32));
                var products = new List<InstructionTemplate>();
                for (var pass = 0; pass < passes; pass++)
                {
                    var partitions = Math.Min(shifts, window.KernelWidth - (pass * shifts)) * core.InputChannels * window.KernelHeight;
                    var column = (pass * shifts * window.DilationWidth) + (tile.Column * window.StrideWidth) + positions.ColumnShift;
                    var row = Math.Clamp(tile.Row - bandRow + positions.RowShift, 0, bandRows - 1);
                    var moving = default(PatternBuilder);
                    moving.Add(tile.Rows, loadedWidth * 4);
                    moving.Add(tile.Columns, positions.ColumnStride(window) * 4);
                    var stationary = default(PatternBuilder);
                    stationary.Add(outputs, 4);
                    products.Add(TemplateInstruction.MatMul(
                        psum,
                        new TemplateOperand(weights, stationary.OnChip(
                            MemoryKind.Sbuf, 0, partitions, ((pass * core.OutputChannels) + first) * 4L, ElementType.F32)),
                        new TemplateOperand(band, moving.OnChip(
                            MemoryKind.Sbuf, 0, partitions, ((row * loadedWidth) + Math.Clamp(column, 0, loadedWidth - 1)) * 4L, ElementType.F32)),
                        pass > 0));
                }

                var index = first / TensorStorage.PartitionCount;
                builder.Operation(
                    $"matmul {index},{ordinal}", context.CoreMember, ordinal, endsTile: false,
                    GroupBuilder.On(Engine.Tensor, "the array multiplies and sums over partitions", [.. products]));
                var box = tile.Box(first, outputs);
                var piece = new StoragePiece(box, 0, outputs, index, 1);
                var evacuated = Evacuation.Add(
                    builder, $"evacuate {index},{ordinal}", context.LastMember, ordinal, context.Group.Epilogue, columns.Of(index, outputs),
                    result.OnChip(piece), psum);
                context.Complete(0, evacuated, box);
            }

            ordinal++;
        }
    }

    private static BufferRef Pad(LoweringContext context, FusedCore.Convolution core, int paddedHeight, int paddedWidth)
    {
        var builder = context.Builder;
        var window = core.Window;
        var shape = new Shape(window.Batch, core.InputChannels, paddedHeight, paddedWidth);
        var scratch = builder.Scratch("padded image", shape.Dimensions);
        var dense = StorageFactory.Dense(ElementType.F32, shape);
        // The interior of the copy as a tensor of its own: the image's shape with the copy's strides.
        var image = context.Builder.Input(0);
        var interior = new TensorView(scratch, dense with
        {
            Shape = image.Storage.Shape,
            Offset = (window.PadTop * dense.Strides[2]) + (window.PadLeft * dense.Strides[3]),
        });
        var box = TileBox.All(image.Storage.Shape);
        var ordinal = 0;
        if (image.Storage.IsDense)
        {
            var piece = new StoragePiece(box, 0, 1, 0, 1);
            Copy(Rows(interior), Rows(image));

            TemplateOperand Rows(TensorView view)
            {
                var rows = default(PatternBuilder);
                rows.Add(window.Batch, view.Storage.Strides[0]);
                rows.Add(core.InputChannels, view.Storage.Strides[1]);
                rows.Add(window.Height, view.Storage.Strides[2]);
                var run = default(PatternBuilder);
                run.Add(window.Width, 4);
                return new TemplateOperand(
                    view.Buffer, new HbmOperand(0, view.Storage.Offset, ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()]));
            }
        }
        else
        {
            foreach (var piece in StoragePiece.Cut(image.Storage, box, joinBlocks: true))
            {
                foreach (var part in TransferPlan.Fit(image, interior, piece))
                {
                    Copy(interior.Hbm(part, image.Storage.PartitionAxis), image.OnChip(part));
                }
            }
        }

        return scratch;

        void Copy(TemplateOperand destination, TemplateOperand source) => builder.Operation(
            $"pad image {ordinal}", context.CoreMember, ordinal++, endsTile: true,
            GroupBuilder.Transfer(QueueClass.Inputs, TemplateInstruction.Dma(destination, source, QueueClass.Inputs)));
    }

    private static BufferRef LoadWeights(LoweringContext context, FusedCore.Convolution core)
    {
        var window = core.Window;
        var (passes, shifts) = (core.StemPasses, core.StemShifts);
        var partitions = shifts * core.InputChannels * window.KernelHeight;
        var steps = new List<RecipeStep> { RecipeTemplate.Source(core.Weight) };
        if (passes * shifts != window.KernelWidth)
        {
            steps.Add(RecipeStep.Pad(0, 0, 0, 0, 0, 0, 0, (passes * shifts) - window.KernelWidth));
        }

        steps.Add(RecipeStep.Reshape(core.OutputChannels, core.InputChannels, window.KernelHeight, passes, shifts));
        steps.Add(RecipeStep.Permute(4, 1, 2, 3, 0));
        var region = context.Builder.RecipeRegion(
            "weights", [shifts, core.InputChannels, window.KernelHeight, passes, core.OutputChannels], new RecipeTemplate([.. steps]));
        var rowBytes = passes * core.OutputChannels * 4;
        var buffer = context.Builder.OnChip("weights", BufferKind.Weight, rowBytes);
        var run = default(PatternBuilder);
        run.Add(rowBytes / 4, 4);
        var rows = default(PatternBuilder);
        rows.Add(partitions, rowBytes);
        context.Builder.Operation(
            "load weights 0", context.CoreMember, 0, endsTile: false,
            GroupBuilder.Transfer(QueueClass.Weights, TemplateInstruction.Dma(
                new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, partitions, 0, ElementType.F32)),
                new TemplateOperand(region, new HbmOperand(0, 0, ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()])),
                QueueClass.Weights)));
        return buffer;
    }

    private static BufferRef LoadBand(
        LoweringContext context, FusedCore.Convolution core, BufferRef padded, int image, int row, int rows, int width, int paddedHeight,
        int paddedWidth, int ordinal)
    {
        var window = core.Window;
        var buffer = context.Builder.OnChip($"rows {ordinal}", BufferKind.Activation, (long)rows * width * 4);
        long rowBytes = paddedWidth * 4L;
        var partitions = default(PatternBuilder);
        partitions.AddUnmerged(core.StemShifts, window.DilationWidth * 4L);
        partitions.AddUnmerged(core.InputChannels, paddedHeight * rowBytes);
        partitions.AddUnmerged(window.KernelHeight, window.DilationHeight * rowBytes);
        var free = default(PatternBuilder);
        free.Add(rows, window.StrideHeight * rowBytes);
        free.Add(width, 4);
        var run = default(PatternBuilder);
        run.Add((long)rows * width, 4);
        var offset = (image * core.InputChannels * (long)paddedHeight * rowBytes) + (row * window.StrideHeight * rowBytes);
        context.Builder.Operation(
            $"load rows {ordinal}", context.CoreMember, ordinal, endsTile: false,
            GroupBuilder.Transfer(QueueClass.Inputs, TemplateInstruction.Dma(
                new TemplateOperand(buffer, run.OnChip(
                    MemoryKind.Sbuf, 0, core.StemShifts * core.InputChannels * window.KernelHeight, 0, ElementType.F32)),
                new TemplateOperand(padded, new HbmOperand(0, offset, ElementType.F32, [.. partitions.Hbm()], [.. free.Hbm()])),
                QueueClass.Inputs)));
        return buffer;
    }
}
