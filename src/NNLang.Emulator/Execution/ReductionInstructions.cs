using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NNLang.Emulator.Kernels;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>Executes activations, reductions and scans on a range of result lanes; see <see cref="ComputeInstructions"/>.</summary>
internal static unsafe class ReductionInstructions
{
    /// <summary>Terms of a sum that are added before the slab's sum joins the total (<c>docs/machine.md</c> 6.5).</summary>
    public const int SlabTerms = 128;

    private const int SlotA = 0;
    private const int SlotB = 1;
    private const int SlotC = 2;
    private const int SlotD = 3;

    /// <summary>activation and activation_reduce.</summary>
    public static void Activation(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        var reduce = instruction.Opcode == Opcode.ActivationReduce;
        var next = reduce ? 3 : 2;
        var lanes = hi - lo;
        var scale = Parameter(context, operands, next, 1f, lo, lanes, 0);
        var bias = Parameter(context, operands, next + 1, 0f, lo, lanes, 1);
        var alpha = Parameter(context, operands, next + 2, 0f, lo, lanes, 2);
        var function = instruction.Attributes.Function;
        var x = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, raw: false);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, raw: false, context.Capture);
        var sum = new SlabSum(context, lanes);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            x.Next(rows);
            var form = function == ActivationFunction.Relu ? FusedForm.AddRelu : FusedForm.Add;
            RowKernels.FusedMultiplyAdd(context.Path, x.Rows, scale, bias, d.Rows, rows, lanes, form);
            ActivationKernels.Apply(context.Path, context.Tables, function, d.Rows, alpha, rows, lanes);
            if (reduce)
            {
                sum.Add(d.Rows, rows);
            }

            d.Commit(rows);
        }

        if (reduce)
        {
            WriteRow(context, operands[2].OnChip, sum.Total(), lo, lanes, context.CaptureSecond);
        }
    }

    /// <summary>tensor_reduce.</summary>
    public static void Reduce(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        ref readonly var source = ref operands[1].OnChip;
        var terms = 1;
        for (var axis = source.Rank - attributes.Axes; axis < source.Rank; axis++)
        {
            terms *= source.Dimensions[axis].Count;
        }

        var lanes = hi - lo;
        var x = new RowReader(context, source, lo, lanes, SlotA, raw: false);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, raw: false, context.Capture);
        var sign = (attributes.Flags & InstructionFlags.Negate) != 0;
        var sum = new SlabSum(context, lanes);
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            for (var row = 0; row < rows; row++)
            {
                float* total;
                if (attributes.Operation0 == AluOperation.Add)
                {
                    sum.Clear();
                    for (var left = terms; left > 0;)
                    {
                        var count = x.Next(Math.Min(left, KernelContext.Chunk));
                        sum.Add(x.Rows, count);
                        left -= count;
                    }

                    total = sum.Total();
                }
                else
                {
                    total = Fold(context, attributes.Operation0, ref x, terms, lanes);
                }

                var result = d.Rows[row];
                for (var i = 0; i < lanes; i++)
                {
                    result[i] = F32Format.Canonical(sign ? -total[i] : total[i]);
                }
            }

            d.Commit(rows);
        }
    }

    /// <summary>tensor_tensor_scan.</summary>
    public static void Scan(KernelContext context, in Instruction instruction, int lo, int hi)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        var lanes = hi - lo;
        ComputeInstructions.Scalar(context, operands[3], lo, lanes, 0, raw: false);
        var state = context.SingleRow(0);
        var between = context.SingleRow(1);
        var a = new RowReader(context, operands[1].OnChip, lo, lanes, SlotA, raw: false);
        var b = new RowReader(context, operands[2].OnChip, lo, lanes, SlotB, raw: false);
        var d = new RowWriter(context, operands[0].OnChip, lo, lanes, SlotD, raw: false, context.Capture);
        var fused = (attributes.Flags & InstructionFlags.FusedMultiplyAdd) != 0;
        var reverse0 = (attributes.Flags & InstructionFlags.Reverse0) != 0;
        var reverse1 = (attributes.Flags & InstructionFlags.Reverse1) != 0;
        var form = attributes.Operation1 == AluOperation.Sub
            ? (reverse1 ? FusedForm.SubtractProduct : FusedForm.SubtractAddend)
            : FusedForm.Add;
        int rows;
        while ((rows = d.Next(KernelContext.Chunk)) > 0)
        {
            a.Next(rows);
            b.Next(rows);
            for (var row = 0; row < rows; row++)
            {
                float* pa = a.Rows[row], pb = b.Rows[row], pd = d.Rows[row];
                var previous = state;
                if (fused)
                {
                    RowKernels.FusedMultiplyAdd(context.Path, &pa, &previous, &pb, &pd, 1, lanes, form);
                }
                else
                {
                    var middle = between;
                    AluKernels.Apply(
                        context.Path, context.Tables, attributes.Operation0, reverse0 ? &previous : &pa, reverse0 ? &pa : &previous, &middle, 1, lanes);
                    AluKernels.Apply(context.Path, context.Tables, attributes.Operation1, reverse1 ? &pb : &middle, reverse1 ? &middle : &pb, &pd, 1, lanes);
                }

                Buffer.MemoryCopy(pd, state, lanes * 4, lanes * 4);
            }

            d.Commit(rows);
        }
    }

    private static float** Parameter(
        KernelContext context, ReadOnlySpan<Operand> operands, int index, float otherwise, int lo, int lanes, int row) =>
        ComputeInstructions.Scalar(context, index < operands.Length ? operands[index] : Operand.Immediate(otherwise), lo, lanes, row, raw: false);

    private static float* Fold(KernelContext context, AluOperation operation, ref RowReader x, int terms, int lanes)
    {
        var total = context.SingleRow(3);
        var first = true;
        for (var left = terms; left > 0;)
        {
            var count = x.Next(Math.Min(left, KernelContext.Chunk));
            left -= count;
            var rows = x.Rows;
            var from = 0;
            if (first)
            {
                Buffer.MemoryCopy(rows[0], total, lanes * 4, lanes * 4);
                first = false;
                from = 1;
            }

            if (operation == AluOperation.Max)
            {
                Fold<Maximum>(context.Path, total, rows + from, count - from, lanes);
            }
            else if (operation == AluOperation.Min)
            {
                Fold<Minimum>(context.Path, total, rows + from, count - from, lanes);
            }
            else
            {
                for (; from < count; from++)
                {
                    AluKernels.Apply(context.Path, context.Tables, operation, &total, rows + from, &total, 1, lanes);
                }
            }
        }

        return total;
    }

    /// <summary>total = total op row for each row in turn; the running value of a block of lanes stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fold<TOperation>(KernelPath path, float* total, float** rows, int count, int lanes)
        where TOperation : IBinaryOperation
    {
        var i = 0;
        if (path == KernelPath.Vector512)
        {
            for (; i < lanes; i += 16)
            {
                var value = Vector512.Load(total + i);
                for (var row = 0; row < count; row++)
                {
                    value = TOperation.Apply(value, Vector512.Load(rows[row] + i));
                }

                value.Store(total + i);
            }
        }
        else if (path == KernelPath.Vector256)
        {
            for (; i < lanes; i += 8)
            {
                var value = Vector256.Load(total + i);
                for (var row = 0; row < count; row++)
                {
                    value = TOperation.Apply(value, Vector256.Load(rows[row] + i));
                }

                value.Store(total + i);
            }
        }

        for (; i < lanes; i++)
        {
            for (var row = 0; row < count; row++)
            {
                total[i] = TOperation.Apply(total[i], rows[row][i]);
            }
        }
    }

    private static void WriteRow(KernelContext context, in OnChipOperand operand, float* row, int lo, int lanes, byte* capture)
    {
        var d = new RowWriter(context, operand, lo, lanes, SlotC, raw: false, capture);
        d.Next(1);
        for (var i = 0; i < lanes; i++)
        {
            d.Rows[0][i] = F32Format.Canonical(row[i]);
        }

        d.Commit(1);
    }

    /// <summary>A sum by slabs of 128 terms, each from +0; the first slab's sum is the total, later ones are added once.</summary>
    private ref struct SlabSum
    {
        private readonly KernelContext _context;
        private readonly float* _slab;
        private readonly float* _total;
        private readonly int _lanes;
        private int _inSlab;
        private bool _hasTotal;

        public SlabSum(KernelContext context, int lanes)
        {
            _context = context;
            _slab = context.SingleRow(4);
            _total = context.SingleRow(5);
            _lanes = lanes;
            Clear();
        }

        public void Clear()
        {
            new Span<float>(_slab, Lanes.RowLanes).Clear();
            _inSlab = 0;
            _hasTotal = false;
        }

        public void Add(float** rows, int count)
        {
            for (var done = 0; done < count;)
            {
                var part = Math.Min(count - done, SlabTerms - _inSlab);
                Fold<Add>(_context.Path, _slab, rows + done, part, _lanes);
                done += part;
                _inSlab += part;
                if (_inSlab == SlabTerms)
                {
                    Close();
                }
            }
        }

        public float* Total()
        {
            if (_inSlab > 0 || !_hasTotal)
            {
                Close();
            }

            return _total;
        }

        private void Close()
        {
            for (var i = 0; i < _lanes; i++)
            {
                _total[i] = _hasTotal ? _total[i] + _slab[i] : _slab[i];
            }

            new Span<float>(_slab, _lanes).Clear();
            _inSlab = 0;
            _hasTotal = true;
        }
    }
}
