using NNLang.Compiler.Fuse;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// The stem (<c>docs/lowering.md</c> 2.2): a convolution over few channels. Partitions are (shift, channel, kernel row), filled by one transfer a
/// band of rows from a zero-padded copy of the image in device memory; one product a pass over the kernel's columns.
/// </summary>
internal static class StemLowering
{
    // Rows of a band are loaded together up to about this many bytes a partition; the first band is one tile, so that products start early.
    private const int BandBytes = 4 * 1024;

    /// <summary>Output rows of an image whose input is loaded together.</summary>
    private sealed record Band(int Image, int Row, int Rows, PaddedRows Padded);

    /// <summary>A copy of rows of the input in device memory, surrounded by zeros.</summary>
    private sealed record PaddedRows(BufferRef Region, int FirstInput, int InputRows);

    /// <summary>Adds the operations.</summary>
    public static void Lower(LoweringContext context, FusedCore.Convolution core)
    {
        var builder = context.Builder;
        var window = core.Window;
        var (passes, shifts) = (core.StemPasses, core.StemShifts);
        var loadedWidth = ((passes - 1) * shifts * window.DilationWidth) + ((window.OutputWidth - 1) * window.StrideWidth) + 1;
        var paddedWidth = Math.Max(
            window.PadLeft + window.Width + window.PadRight, loadedWidth + ((shifts - 1) * window.DilationWidth));
        var tiles = FaultyTile.Cut(context, window, context.Columns, joinImages: false).ToArray();
        var bands = Pad(context, core, tiles, loadedWidth, paddedWidth);
        var columns = ColumnLoad.Add(context, core.OutputChannels, Math.Min(TensorStorage.PartitionCount, core.OutputChannels));
        var places = Places(core, bands.Count);
        var weights = LoadWeights(context, core, places);
        var result = context.Result();
        var band = BufferRef.None;
        var loaded = -1;
        var ordinal = 0;
        foreach (var positions in tiles)
        {
            var tile = positions.Tile;
            if (loaded < 0 || !Holds(bands[loaded], positions, window))
            {
                loaded++;
                band = LoadBand(
                    context, core, bands[loaded], loaded % places * (TensorStorage.PartitionCount / places), loadedWidth, paddedWidth, ordinal);
            }

            var (bandRow, bandRows) = (bands[loaded].Row, bands[loaded].Rows);
            var place = loaded % places * (TensorStorage.PartitionCount / places);
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
                            MemoryKind.Sbuf, place, partitions, ((pass * core.OutputChannels) + first) * 4L, ElementType.F32)),
                        new TemplateOperand(band, moving.OnChip(
                            MemoryKind.Sbuf, place, partitions, ((row * loadedWidth) + Math.Clamp(column, 0, loadedWidth - 1)) * 4L, ElementType.F32)),
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

    // A faulty tile may read a row above or below its own.
    private static int FirstRow(in FaultyTile positions) => Math.Max(0, positions.Tile.Row + Math.Min(0, positions.RowShift));

    private static int EndRow(in FaultyTile positions, WindowGeometry window) =>
        Math.Min(window.OutputHeight, positions.Tile.Row + positions.Tile.Rows + Math.Max(0, positions.RowShift));

    private static bool Holds(Band band, in FaultyTile positions, WindowGeometry window) =>
        positions.Tile.Image == band.Image && FirstRow(positions) >= band.Row && EndRow(positions, window) <= band.Row + band.Rows;

    /// <summary>
    /// Cuts the image into bands of rows and copies it, surrounded by zeros, to device memory: the rows of the first band apart, so that the first
    /// product does not wait for all of them.
    /// </summary>
    private static List<Band> Pad(
        LoweringContext context, FusedCore.Convolution core, FaultyTile[] tiles, int loadedWidth, int paddedWidth)
    {
        var window = core.Window;
        var cuts = new List<Band>();
        foreach (var positions in tiles)
        {
            if (cuts.Count > 0 && Holds(cuts[^1], positions, window))
            {
                continue;
            }

            var firstRow = FirstRow(positions);
            var least = EndRow(positions, window) - firstRow;
            var rows = cuts.Count == 0 ? least : Math.Max(least, BandBytes / (loadedWidth * 4) / least * least);
            rows = Math.Min(rows, window.OutputHeight - firstRow);
            cuts.Add(new Band(positions.Tile.Image, firstRow, rows, new PaddedRows(BufferRef.None, 0, 0)));
        }

        var bands = new List<Band>();
        var ordinal = 0;
        for (var first = 0; first < cuts.Count;)
        {
            var end = first + 1;
            while (first > 0 && end < cuts.Count && cuts[end].Image == cuts[first].Image)
            {
                end++;
            }

            var rows = cuts[end - 1].Row + cuts[end - 1].Rows - cuts[first].Row;
            var inputRows = ((rows - 1) * window.StrideHeight) + ((window.KernelHeight - 1) * window.DilationHeight) + 1;
            var padded = new PaddedRows(
                context.Builder.Scratch($"padded rows {ordinal}", [core.InputChannels, inputRows, paddedWidth]),
                (cuts[first].Row * window.StrideHeight) - window.PadTop,
                inputRows);
            Copy(context, core, cuts[first].Image, padded, paddedWidth, ref ordinal);
            for (; first < end; first++)
            {
                bands.Add(cuts[first] with { Padded = padded });
            }
        }

        return bands;
    }

    private static void Copy(
        LoweringContext context, FusedCore.Convolution core, int imageIndex, PaddedRows padded, int paddedWidth, ref int ordinal)
    {
        var builder = context.Builder;
        var window = core.Window;
        var (first, end) = (Math.Max(0, padded.FirstInput), Math.Min(window.Height, padded.FirstInput + padded.InputRows));
        if (first >= end)
        {
            return;
        }

        // The image under the strides of the copy: element (row, column) of the image goes where the copy has it.
        var image = builder.Input(0);
        var dense = StorageFactory.Dense(ElementType.F32, new Shape(1, core.InputChannels, padded.InputRows, paddedWidth));
        var copy = new TensorView(padded.Region, dense with
        {
            Shape = image.Storage.Shape,
            Offset = (-padded.FirstInput * dense.Strides[2]) + (window.PadLeft * dense.Strides[3]) - (imageIndex * dense.Strides[0]),
        });
        var box = TileBox.All(image.Storage.Shape).Along(0, imageIndex, 1).Along(2, first, end - first);
        if (image.Storage.IsDense)
        {
            Add(Rows(copy), Rows(image), ordinal++);
            return;
        }

        foreach (var piece in StoragePiece.Cut(image.Storage, box, joinBlocks: true))
        {
            foreach (var part in TransferPlan.Fit(image, copy, piece))
            {
                Add(copy.Hbm(part, image.Storage.PartitionAxis), image.OnChip(part), ordinal++);
            }
        }

        void Add(TemplateOperand destination, TemplateOperand source, int number) => builder.Operation(
            $"pad image {number}", context.CoreMember, number, endsTile: true,
            GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(destination, source, QueueClass.Loads)));

        TemplateOperand Rows(TensorView view)
        {
            var strides = view.Storage.Strides;
            var rows = default(PatternBuilder);
            rows.Add(core.InputChannels, strides[1]);
            rows.Add(end - first, strides[2]);
            var run = default(PatternBuilder);
            run.Add(window.Width, 4);
            return new TemplateOperand(view.Buffer, new HbmOperand(
                0, view.Storage.Offset + (imageIndex * strides[0]) + (first * strides[2]), ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()]));
        }
    }

    /// <summary>
    /// How many bands lie side by side: each eight partitions have a DMA engine of their own, so bands on few partitions take turns at other
    /// partitions.
    /// </summary>
    private static int Places(FusedCore.Convolution core, int bands)
    {
        var partitions = core.StemShifts * core.InputChannels * core.Window.KernelHeight;
        var fit = partitions <= TensorStorage.PartitionCount / 4 ? 4 : partitions <= TensorStorage.PartitionCount / 2 ? 2 : 1;
        return bands < fit ? 1 : fit;
    }

    private static BufferRef LoadWeights(LoweringContext context, FusedCore.Convolution core, int places)
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
        for (var place = 0; place < places; place++)
        {
            context.Builder.Operation(
                $"load weights {place}", context.CoreMember, place, endsTile: false,
                GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(
                    new TemplateOperand(buffer, run.OnChip(
                        MemoryKind.Sbuf, place * (TensorStorage.PartitionCount / places), partitions, 0, ElementType.F32)),
                    new TemplateOperand(region, new HbmOperand(0, 0, ElementType.F32, [.. rows.Hbm()], [.. run.Hbm()])),
                    QueueClass.Loads)));
        }

        return buffer;
    }

    private static BufferRef LoadBand(
        LoweringContext context, FusedCore.Convolution core, Band band, int place, int width, int paddedWidth, int ordinal)
    {
        var window = core.Window;
        var buffer = context.Builder.OnChip($"rows {ordinal}", BufferKind.Activation, (long)band.Rows * width * 4);
        long rowBytes = paddedWidth * 4L;
        var partitions = default(PatternBuilder);
        partitions.AddUnmerged(core.StemShifts, window.DilationWidth * 4L);
        partitions.AddUnmerged(core.InputChannels, band.Padded.InputRows * rowBytes);
        partitions.AddUnmerged(window.KernelHeight, window.DilationHeight * rowBytes);
        var free = default(PatternBuilder);
        free.Add(band.Rows, window.StrideHeight * rowBytes);
        free.Add(width, 4);
        var run = default(PatternBuilder);
        run.Add((long)band.Rows * width, 4);
        context.Builder.Operation(
            $"load rows {ordinal}", context.CoreMember, ordinal, endsTile: false,
            GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(
                new TemplateOperand(buffer, run.OnChip(
                    MemoryKind.Sbuf, place, core.StemShifts * core.InputChannels * window.KernelHeight, 0, ElementType.F32)),
                new TemplateOperand(band.Padded.Region, new HbmOperand(
                    0, ((band.Row * window.StrideHeight) - window.PadTop - band.Padded.FirstInput) * rowBytes, ElementType.F32, [.. partitions.Hbm()], [.. free.Hbm()])),
                QueueClass.Loads)));
        return buffer;
    }
}
