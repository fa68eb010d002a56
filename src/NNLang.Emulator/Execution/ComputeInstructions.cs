using NNLang.Emulator.Kernels;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Execution;

/// <summary>
/// Executes the elementwise instructions of <c>docs/machine.md</c> 6.4 on a range of result lanes. The instruction must be legal. Disjoint
/// ranges may be executed by several threads at once.
/// </summary>
internal static unsafe class ComputeInstructions
{
    private const int SlotA = 0;
    private const int SlotB = 1;
    private const int SlotC = 2;
    private const int SlotD = 3;
    private const int SlotConstants = 5;

    /// <summary>Executes an instruction that neither multiplies matrices, transposes, reduces, scans nor transfers.</summary>
    public static void Execute(KernelContext context, in Instruction instruction, Engine engine, int lo, int hi)
    {
        switch (instruction.Opcode)
        {
            case Opcode.TensorTensor: TensorTensor(context, instruction, engine, lo, hi); break;
            case Opcode.TensorScalar: TensorScalar(context, instruction, engine, lo, hi); break;
            case Opcode.ScalarTensorTensor: ScalarTensorTensor(context, instruction, engine, lo, hi); break;
            case Opcode.TensorCopy: TensorCopy(context, instruction, lo, hi); break;
            case Opcode.TensorCopyPredicated: Predicated(context, instruction, lo, hi); break;
            case Opcode.Memset: Memset(context, instruction, lo, hi); break;
            case Opcode.Iota: Iota(context, instruction, lo, hi); break;
            default: throw new ArgumentException($"{instruction.Opcode} is not elementwise.", nameof(instruction));
        }
    }

    /// <summary>Whether the operation works on bits or wrapping integers instead of f32 (<c>docs/machine.md</c> 6.1).</summary>
    public static bool IsInteger(in Instruction instruction, Engine engine, AluOperation first, AluOperation? second)
    {
        if (AluKernels.IsBitwise(first) || (second is { } operation && AluKernels.IsBitwise(operation)))
        {
            return true;
        }

        if (engine != Engine.GpSimd)
        {
            return false;
        }

        foreach (ref readonly var operand in instruction.Operands)
        {
            if (!operand.IsImmediate && operand.Type != ElementType.I32)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a column operand, or repeats an immediate, and returns a table of addresses that all name it.</summary>
    internal static float** Scalar(KernelContext context, in Operand operand, int lo, int lanes, int index, bool raw)
    {
        var row = context.SingleRow(index);
        if (operand.IsImmediate)
        {
            RowKernels.Fill(row, operand.Single, Lanes.RowLanes);
        }
        else
        {
            ref readonly var column = ref operand.OnChip;
            var lane = context.Data(column.Memory) + ((column.FirstPartition + lo) * 4);
            Lanes.Load(context.Path, column.Type, raw, ColumnCursor.Address(lane, (int)column.Offset), row, lanes);
        }

        return Repeat(context, row, index);
    }

    /// <summary>A table of addresses that all name one row.</summary>
    internal static float** Repeat(KernelContext context, float* row, int index)
    {
        var table = (float**)context.AddressSlot(SlotConstants) + (index * KernelContext.Chunk);
        for (var i = 0; i < KernelContext.Chunk; i++)
        {
            table[i] = row;
        }

        return table;
    }

    private static void TensorTensor(KernelContext context, in Instruction instruction, Engine engine, int lo, int hi)
    {
        var operands = instruction.Operands;
        var operation = instruction.Attributes.Operation0;
        var integer = IsInteger(instruction, engine, operation, null);
        var bits = DeviceTypes.Bytes(operands[1].Type) * 8;
        var lanes = hi - lo;
        var swap = (instruction.Attributes.Flags & InstructionFlags.Reverse0) != 0;
        var a = new RowReader(context, operands[swap ? 2 : 1].OnChip, lo, lanes, SlotA, integer);
        var b = new RowReader(context, operands[swap ? 1 : 2].OnChip, lo, lanes, SlotB, integer);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, integer, context.Capture);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            a.Next(rows);
            b.Next(rows);
            Apply(context, operation, integer, bits, a.Rows, b.Rows, d.Rows, rows, lanes);
            d.Commit(rows);
        }
    }

    private static void TensorScalar(KernelContext context, in Instruction instruction, Engine engine, int lo, int hi)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        var pair = operands.Length > 3;
        var integer = IsInteger(instruction, engine, attributes.Operation0, pair ? attributes.Operation1 : null);
        var bits = DeviceTypes.Bytes(operands[1].Type) * 8;
        var lanes = hi - lo;
        var first = Scalar(context, operands[2], lo, lanes, 0, integer);
        var second = pair ? Scalar(context, operands[3], lo, lanes, 1, integer) : null;
        var x = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, integer);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, integer, context.Capture);
        var reverse0 = (attributes.Flags & InstructionFlags.Reverse0) != 0;
        var reverse1 = (attributes.Flags & InstructionFlags.Reverse1) != 0;
        var fused = (attributes.Flags & InstructionFlags.FusedMultiplyAdd) != 0;
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            x.Next(rows);
            if (fused)
            {
                RowKernels.FusedMultiplyAdd(context.Path, x.Rows, first, second, d.Rows, rows, lanes, Form(attributes.Operation1, reverse1));
            }
            else
            {
                Apply(context, attributes.Operation0, integer, bits, reverse0 ? first : x.Rows, reverse0 ? x.Rows : first, d.Rows, rows, lanes);
                if (pair)
                {
                    Apply(
                        context, attributes.Operation1, integer, bits,
                        reverse1 ? second : d.Rows, reverse1 ? d.Rows : second, d.Rows, rows, lanes);
                }
            }

            d.Commit(rows);
        }
    }

    private static void ScalarTensorTensor(KernelContext context, in Instruction instruction, Engine engine, int lo, int hi)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        var integer = IsInteger(instruction, engine, attributes.Operation0, attributes.Operation1);
        var bits = DeviceTypes.Bytes(operands[1].Type) * 8;
        var lanes = hi - lo;
        var scalar = Scalar(context, operands[2], lo, lanes, 0, integer);
        var a = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, integer);
        var b = new RowReader(context, operands[3].OnChip, lo, lanes, SlotB, integer);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, integer, context.Capture);
        var reverse0 = (attributes.Flags & InstructionFlags.Reverse0) != 0;
        var reverse1 = (attributes.Flags & InstructionFlags.Reverse1) != 0;
        var fused = (attributes.Flags & InstructionFlags.FusedMultiplyAdd) != 0;

        // The destination may be b itself, so the first result waits in rows of its own.
        var between = (float**)context.AddressSlot(SlotC);
        for (var i = 0; i < KernelContext.Chunk; i++)
        {
            between[i] = context.RowSlot(SlotC) + (i * Lanes.RowLanes);
        }

        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            a.Next(rows);
            b.Next(rows);
            if (fused)
            {
                RowKernels.FusedMultiplyAdd(context.Path, a.Rows, scalar, b.Rows, d.Rows, rows, lanes, Form(attributes.Operation1, reverse1));
            }
            else
            {
                Apply(context, attributes.Operation0, integer, bits, reverse0 ? scalar : a.Rows, reverse0 ? a.Rows : scalar, between, rows, lanes);
                Apply(context, attributes.Operation1, integer, bits, reverse1 ? b.Rows : between, reverse1 ? between : b.Rows, d.Rows, rows, lanes);
            }

            d.Commit(rows);
        }
    }

    private static void TensorCopy(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        var lanes = hi - lo;
        var raw = IsMove(operands[0].Type, operands[1].Type);
        var x = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, raw);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, raw, context.Capture);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            x.Next(rows);
            if (raw)
            {
                RowKernels.Copy(x.Rows, d.Rows, rows, lanes);
            }
            else
            {
                RowKernels.Map<First>(context.Path, x.Rows, x.Rows, d.Rows, rows, lanes);
            }

            d.Commit(rows);
        }
    }

    private static void Predicated(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        var type = operands[0].Type;
        var lanes = hi - lo;
        var raw = IsMove(type, operands[1].Type);
        var x = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, raw);
        var p = new RowReader(context, operands[2].OnChip, lo, lanes, SlotB, raw: false);
        var old = new RowReader(context, operands[0].OnChip, lo, lanes, SlotC, raw: true);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, raw: true, context.Capture);
        var converted = context.SingleRow(0);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            x.Next(rows);
            p.Next(rows);
            old.Next(rows);
            for (var row = 0; row < rows; row++)
            {
                float* px = x.Rows[row], pp = p.Rows[row], po = old.Rows[row], pd = d.Rows[row];
                if (!raw)
                {
                    Lanes.Store(context.Path, type, raw: false, px, (byte*)converted, lanes);
                    Lanes.Load(context.Path, type, raw: true, (byte*)converted, converted, lanes);
                    px = converted;
                }

                for (var i = 0; i < lanes; i++)
                {
                    ((uint*)pd)[i] = pp[i] != 0 ? ((uint*)px)[i] : ((uint*)po)[i];
                }
            }

            d.Commit(rows);
        }
    }

    private static void Memset(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var lanes = hi - lo;
        var bits = BitConverter.UInt32BitsToSingle(instruction.Operands[1].Bits);
        var d = new RowWriter(context, instruction.Operands[0].OnChip, lo, lanes, SlotD, raw: true, context.Capture);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            for (var row = 0; row < rows; row++)
            {
                new Span<uint>(d.Rows[row], lanes).Fill(BitConverter.SingleToUInt32Bits(bits));
            }

            d.Commit(rows);
        }
    }

    private static void Iota(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        ref readonly var destination = ref operands[0].OnChip;
        var lanes = hi - lo;
        var integer = !Lanes.IsFloat(destination.Type);
        var d = new RowWriter(context, destination, lo, lanes, SlotD, integer, context.Capture);
        Span<int> index = stackalloc int[4];
        index.Clear();
        var start = unchecked(operands[1].Int32 + (operands[2].Int32 * lo));
        var channel = operands[2].Int32;
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            for (var row = 0; row < rows; row++)
            {
                var value = start;
                for (var axis = 0; axis < destination.Rank && axis + 3 < operands.Length; axis++)
                {
                    value = unchecked(value + (index[axis] * operands[axis + 3].Int32));
                }

                for (var i = 0; i < lanes; i++, value = unchecked(value + channel))
                {
                    d.Rows[row][i] = integer ? BitConverter.Int32BitsToSingle(value) : value;
                }

                for (var axis = destination.Rank - 1; axis >= 0 && ++index[axis] == destination.Dimensions[axis].Count; axis--)
                {
                    index[axis] = 0;
                }
            }

            d.Commit(rows);
        }
    }

    private static bool IsMove(ElementType destination, ElementType source) =>
        destination == source || (!Lanes.IsFloat(destination) && !Lanes.IsFloat(source));

    private static FusedForm Form(AluOperation second, bool reversed) =>
        second == AluOperation.Sub ? (reversed ? FusedForm.SubtractProduct : FusedForm.SubtractAddend) : FusedForm.Add;

    private static void Apply(
        KernelContext context, AluOperation operation, bool integer, int bits, float** a, float** b, float** d, int rows, int lanes)
    {
        if (integer)
        {
            AluKernels.ApplyInteger(context.Path, operation, bits, a, b, d, rows, lanes);
        }
        else
        {
            AluKernels.Apply(context.Path, context.Tables, operation, a, b, d, rows, lanes);
        }
    }
}
