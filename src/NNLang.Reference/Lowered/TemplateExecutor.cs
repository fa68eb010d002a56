using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Reference.Device;

namespace NNLang.Reference.Lowered;

/// <summary>
/// Executes one instruction template on symbolic buffers, by the letter of <c>docs/machine.md</c> 6 and element by element: slow and plain, so that
/// it can be compared with faster machines. f32 only.
/// </summary>
internal static class TemplateExecutor
{
    /// <summary>Executes an instruction; <paramref name="buffers"/> has one entry an operand, null for immediates.</summary>
    public static void Execute(in Instruction instruction, SymbolicBuffer?[] buffers)
    {
        var attributes = instruction.Attributes;
        var operands = new Argument[instruction.Operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            operands[i] = new Argument(instruction.Operands[i], buffers[i]);
        }

        var result = operands[0];
        switch (instruction.Opcode)
        {
            case Opcode.NcMatmul:
                MatMul(result, operands[1], operands[2], attributes);
                break;
            case Opcode.NcTranspose:
                Transpose(result, operands[1]);
                break;
            case Opcode.Activation:
                result.Store(Activation(operands, 2, attributes));
                break;
            case Opcode.ActivationReduce:
                var activated = Activation(operands, 3, attributes);
                result.Store(activated);
                operands[2].Store(Reduce(activated, result.Partitions, AluOperation.Add));
                break;
            case Opcode.TensorTensor:
                result.Store(Combine(operands[1].Load(), operands[2].Load(), attributes.Operation0, reverse: false));
                break;
            case Opcode.TensorScalar:
                result.Store(operands.Length > 3
                    ? Pair(operands[1].Load(), operands[2].Spread(result), operands[3].Spread(result), attributes)
                    : Combine(
                        operands[1].Load(), operands[2].Spread(result), attributes.Operation0,
                        attributes.Flags.HasFlag(InstructionFlags.Reverse0)));
                break;
            case Opcode.ScalarTensorTensor:
                result.Store(Pair(operands[1].Load(), operands[2].Spread(result), operands[3].Load(), attributes));
                break;
            case Opcode.TensorReduce:
                TensorReduce(result, operands[1], attributes);
                break;
            case Opcode.TensorCopy or Opcode.DmaCopy:
                result.Store(operands[1].Load());
                break;
            case Opcode.Memset:
                var filled = new float[result.Count];
                Array.Fill(filled, operands[1].Operand.Single);
                result.Store(filled);
                break;
            default:
                throw new LoweredExecutionException($"{Mnemonics.Name(instruction.Opcode)} is not evaluated on symbolic buffers.");
        }
    }

    private static void MatMul(Argument result, Argument stationary, Argument moving, InstructionAttributes attributes)
    {
        var groups = Math.Max(1, (int)attributes.Groups);
        var (terms, width, columns) = (moving.Partitions, stationary.Elements, moving.Elements);
        var (w, x) = (stationary.Load(), moving.Load());
        var accumulate = attributes.Flags.HasFlag(InstructionFlags.Accumulate);
        var totals = accumulate ? result.Load() : new float[result.Count];
        var perGroup = terms / groups;
        Parallel.For(0, result.Partitions, m =>
        {
            var group = m / width;
            var row = new float[columns];
            for (var k = group * perGroup; k < (group + 1) * perGroup; k++)
            {
                var weight = w[(k * width) + (m % width)];
                var source = x.AsSpan(k * columns, columns);
                for (var n = 0; n < row.Length; n++)
                {
                    row[n] = MathF.FusedMultiplyAdd(weight, source[n], row[n]);
                }
            }

            for (var n = 0; n < row.Length; n++)
            {
                var at = (m * columns) + n;
                var chain = Arithmetic.Canonical(row[n]);
                totals[at] = accumulate ? Arithmetic.Canonical(totals[at] + chain) : chain;
            }
        });
        result.Store(totals);
    }

    private static void Transpose(Argument result, Argument source)
    {
        var values = source.Load();
        var turned = new float[values.Length];
        for (var p = 0; p < source.Partitions; p++)
        {
            for (var i = 0; i < source.Elements; i++)
            {
                turned[(i * source.Partitions) + p] = values[(p * source.Elements) + i];
            }
        }

        result.Store(turned);
    }

    private static float[] Activation(Argument[] operands, int firstScalar, InstructionAttributes attributes)
    {
        var values = operands[1].Load();
        var scale = Scalar(operands, firstScalar, 1f);
        var bias = Scalar(operands, firstScalar + 1, 0f);
        var alpha = Scalar(operands, firstScalar + 2, 0f);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Arithmetic.Canonical(MathF.FusedMultiplyAdd(values[i], scale[i], bias[i]));
        }

        Functions.Evaluate(FunctionTables.Standard, attributes.Function, values, values, alpha);
        return values;
    }

    private static float[] Scalar(Argument[] operands, int index, float absent)
    {
        if (index < operands.Length)
        {
            return operands[index].Spread(operands[0]);
        }

        var values = new float[operands[0].Count];
        Array.Fill(values, absent);
        return values;
    }

    private static float[] Combine(float[] left, float[] right, AluOperation operation, bool reverse)
    {
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = reverse ? Arithmetic.Apply(operation, right[i], left[i]) : Arithmetic.Apply(operation, left[i], right[i]);
        }

        return left;
    }

    private static float[] Pair(float[] x, float[] first, float[] second, InstructionAttributes attributes)
    {
        for (var i = 0; i < x.Length; i++)
        {
            if (attributes.Flags.HasFlag(InstructionFlags.FusedMultiplyAdd))
            {
                var addend = attributes.Operation1 == AluOperation.Sub ? -second[i] : second[i];
                x[i] = Arithmetic.Canonical(MathF.FusedMultiplyAdd(x[i], first[i], addend));
                continue;
            }

            var inner = attributes.Flags.HasFlag(InstructionFlags.Reverse0)
                ? Arithmetic.Apply(attributes.Operation0, first[i], x[i])
                : Arithmetic.Apply(attributes.Operation0, x[i], first[i]);
            x[i] = attributes.Flags.HasFlag(InstructionFlags.Reverse1)
                ? Arithmetic.Apply(attributes.Operation1, second[i], inner)
                : Arithmetic.Apply(attributes.Operation1, inner, second[i]);
        }

        return x;
    }

    private static void TensorReduce(Argument result, Argument source, InstructionAttributes attributes)
    {
        var reduced = Reduce(source.Load(), result.Count, attributes.Operation0);
        if (attributes.Flags.HasFlag(InstructionFlags.Negate))
        {
            for (var i = 0; i < reduced.Length; i++)
            {
                reduced[i] = Arithmetic.Canonical(-reduced[i]);
            }
        }

        result.Store(reduced);
    }

    private static float[] Reduce(float[] values, int results, AluOperation operation)
    {
        var reduced = new float[results];
        var run = values.Length / results;
        for (var i = 0; i < results; i++)
        {
            var terms = values.AsSpan(i * run, run);
            if (operation == AluOperation.Add)
            {
                reduced[i] = Arithmetic.Sum(terms);
                continue;
            }

            var value = terms[0];
            for (var j = 1; j < run; j++)
            {
                value = Arithmetic.Apply(operation, value, terms[j]);
            }

            reduced[i] = Arithmetic.Canonical(value);
        }

        return reduced;
    }

    private readonly struct Argument(Operand operand, SymbolicBuffer? buffer)
    {
        private readonly int[] _places = buffer?.PlacesOf(operand) ?? [];

        public Operand Operand { get; } = operand;

        public int Partitions => Operand.Hbm is { } hbm ? (int)hbm.Partitions : Operand.OnChip.Partitions;

        public int Elements => _places.Length / Partitions;

        public int Count => _places.Length;

        public float[] Load()
        {
            var values = new float[_places.Length];
            buffer!.Read(_places, values);
            return values;
        }

        public void Store(float[] values)
        {
            if (values.Length != _places.Length)
            {
                throw new LoweredExecutionException($"{values.Length} elements are stored to {_places.Length} places of '{buffer!.Name}'.");
            }

            buffer!.Write(_places, values);
        }

        /// <summary>A column or an immediate, repeated for every element of another operand.</summary>
        public float[] Spread(Argument like)
        {
            var values = new float[like.Count];
            if (buffer is null)
            {
                Array.Fill(values, Operand.Single);
                return values;
            }

            var column = Load();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = column[i / like.Elements];
            }

            return values;
        }
    }
}
