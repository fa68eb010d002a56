using NNLang.Emulator.Faults;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Execution;

/// <summary>Executes nc_matmul and nc_transpose on a range of result lanes; see <see cref="ComputeInstructions"/>.</summary>
internal static unsafe class MatrixInstructions
{
    private const int SlotStationary = 0;
    private const int SlotMoving = 1;
    private const int SlotResults = 2;
    private const int SlotGroup = 3;
    private const int SlotSums = 4;
    private const long RowBytes = Lanes.RowLanes * sizeof(float);

    /// <summary>nc_matmul.</summary>
    public static void Multiply(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        ref readonly var stationary = ref operands[1].OnChip;
        ref readonly var moving = ref operands[2].OnChip;
        var faults = context.Faults;
        var accumulate = (instruction.Attributes.Flags & InstructionFlags.Accumulate) != 0 && faults is not { LosesAccumulate: true };
        var groups = Math.Max(1, (int)instruction.Attributes.Groups);
        var perGroup = stationary.ElementsPerPartition;
        var depth = stationary.Partitions / groups;
        var weights = Columns(context, stationary, SlotStationary, perGroup, context.Large(perGroup * RowBytes), copy: false);
        var columns = moving.ElementsPerPartition;
        var copyMoving = faults?.ArrayRows is not null;
        var inputs = Columns(context, moving, SlotMoving, columns, NeedsCopy(moving, copyMoving) ? context.Second(columns * RowBytes) : null, copyMoving);
        if (faults?.ArrayRows is { } stuckRows)
        {
            foreach (var stuck in stuckRows)
            {
                for (var n = 0; n < columns && stuck.Position < moving.FirstPartition + moving.Partitions; n++)
                {
                    if (stuck.Position >= moving.FirstPartition)
                    {
                        stuck.Apply((uint*)inputs[n] + (stuck.Position - moving.FirstPartition));
                    }
                }
            }
        }

        var results = (float**)context.AddressSlot(SlotResults);
        var cursor = context.Capture is null ? context.Cursor(operands[0].OnChip, lo) : ColumnCursor.Captured(context.Capture, lo, columns);
        cursor.Next((byte**)results, columns);
        if (context.Capture is not null && accumulate)
        {
            Preload(context, operands[0].OnChip, lo, hi, results, columns);
        }

        if (faults?.ArrayColumns is { } stuckColumns)
        {
            WithStuckSums(context, weights, inputs, results, perGroup, columns, depth, lo, hi, accumulate, stuckColumns);
        }
        else
        {
            Groups(context, weights, inputs, results, perGroup, columns, depth, lo, hi, accumulate);
        }
    }

    /// <summary>nc_transpose.</summary>
    public static void TransposeBlock(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        ref readonly var source = ref operands[1].OnChip;
        ref readonly var destination = ref operands[0].OnChip;
        var raw = source.Type == destination.Type;
        var count = source.ElementsPerPartition;
        var columns = source.Partitions;
        var rows = (float**)context.AddressSlot(SlotStationary);
        context.Cursor(source, 0).Next((byte**)rows, count);
        var buffer = context.Large((count + columns) * RowBytes);
        for (var i = lo; i < hi; i++)
        {
            var row = (float*)(buffer + (i * RowBytes));
            Lanes.Load(context.Path, source.Type, raw, (byte*)rows[i], row, columns);
            rows[i] = row;
        }

        var turned = (float**)context.AddressSlot(SlotMoving);
        for (var k = 0; k < columns; k++)
        {
            turned[k] = (float*)(buffer + ((count + k) * RowBytes));
        }

        Transpose.ToRows(context.Path, rows + lo, hi - lo, columns, turned, 0);
        var writer = new RowWriter(context, destination, lo, hi - lo, SlotResults + 1, raw, context.Capture);
        var done = 0;
        int written;
        while ((written = writer.Next(KernelContext.Chunk)) > 0)
        {
            for (var row = 0; row < written; row++)
            {
                float* from = turned[done + row], to = writer.Rows[row];
                for (var i = 0; i < hi - lo; i++)
                {
                    ((uint*)to)[i] = raw ? ((uint*)from)[i] : BitConverter.SingleToUInt32Bits(F32Format.Canonical(from[i]));
                }
            }

            done += written;
            writer.Commit(written);
        }
    }

    private static bool NeedsCopy(in OnChipOperand operand, bool copy) => copy || operand.Type != ElementType.F32;

    /// <summary>Addresses of an operand's elements at its first lane, as f32: in place if they are f32 and no copy is wanted.</summary>
    private static float** Columns(KernelContext context, in OnChipOperand operand, int slot, int count, byte* buffer, bool copy)
    {
        var addresses = context.AddressSlot(slot);
        context.Cursor(operand, 0).Next(addresses, count);
        for (var i = 0; i < count && NeedsCopy(operand, copy); i++)
        {
            var row = buffer + (i * RowBytes);
            Lanes.Load(context.Path, operand.Type, raw: false, addresses[i], (float*)row, operand.Partitions);
            addresses[i] = row;
        }

        return (float**)addresses;
    }

    /// <summary>Results that go to a host buffer start with what the destination holds.</summary>
    private static void Preload(KernelContext context, in OnChipOperand destination, int lo, int hi, float** results, int columns)
    {
        var addresses = context.AddressSlot(SlotSums);
        context.Cursor(destination, lo).Next(addresses, columns);
        for (var n = 0; n < columns; n++)
        {
            Buffer.MemoryCopy(addresses[n], results[n], (hi - lo) * 4, (hi - lo) * 4);
        }
    }

    /// <summary>Outputs lo to hi - 1; results name output lo.</summary>
    private static void Groups(
        KernelContext context, float** weights, float** inputs, float** results, int perGroup, int columns, int depth, int lo, int hi, bool accumulate)
    {
        if (perGroup == 1 && depth == 1)
        {
            Shift(inputs, columns, lo);
            MatmulKernel.Lanewise(context.Path, weights[0] + lo, inputs, columns, hi - lo, results, accumulate);
            return;
        }

        var lane = 0;
        var output = lo;
        var stationary = (float**)context.AddressSlot(SlotGroup);
        while (output < hi)
        {
            var group = output / perGroup;
            var first = output - (group * perGroup);
            var count = Math.Min(perGroup - first, hi - output);
            for (var m = 0; m < count; m++)
            {
                stationary[m] = weights[first + m] + (group * depth);
            }

            // The address tables are this thread's own; they are moved along instead of built anew for each group.
            Shift(inputs, columns, (group * depth) - lane);
            lane = group * depth;
            MatmulKernel.Run(context.Path, stationary, count, inputs, columns, depth, results, accumulate, context.MatrixScratch);
            output += count;
            Shift(results, columns, count);
        }
    }

    private static void Shift(float** addresses, int count, int lanes)
    {
        for (var i = 0; i < count && lanes != 0; i++)
        {
            addresses[i] += lanes;
        }
    }

    private static void WithStuckSums(
        KernelContext context, float** weights, float** inputs, float** results, int perGroup, int columns, int depth, int lo, int hi,
        bool accumulate, StuckBit[] stuckColumns)
    {
        // Sums go to rows behind what the kernel itself uses, are damaged, and only then reach psum.
        using var buffer = new NativeBuffer(columns * RowBytes);
        var sums = (float**)context.AddressSlot(SlotSums);
        for (var n = 0; n < columns; n++)
        {
            sums[n] = (float*)(buffer.Data + (n * RowBytes));
        }

        Groups(context, weights, inputs, sums, perGroup, columns, depth, lo, hi, accumulate: false);
        for (var n = 0; n < columns; n++)
        {
            var row = (float*)(buffer.Data + (n * RowBytes));
            foreach (var stuck in stuckColumns)
            {
                if (stuck.Position >= lo && stuck.Position < hi)
                {
                    stuck.Apply((uint*)row + (stuck.Position - lo));
                }
            }

            for (var i = 0; i < hi - lo; i++)
            {
                results[n][i] = F32Format.Canonical(accumulate ? results[n][i] + row[i] : row[i]);
            }
        }
    }
}
