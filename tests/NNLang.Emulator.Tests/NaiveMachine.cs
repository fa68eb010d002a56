using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Tests;

/// <summary>
/// A second reading of docs/machine.md, as plain as possible: one element at a time, bytes by partition, instructions in the order they
/// are given. It shares nothing with the emulator but the instruction model and the table functions.
/// </summary>
internal sealed class NaiveMachine
{
    public NaiveMachine(int sbufBytes, int psumBytes, IEnumerable<byte[]> regions)
    {
        Sbuf = Make(sbufBytes);
        Psum = Make(psumBytes);
        Regions = regions.ToArray();
    }

    public byte[][] Sbuf { get; }

    public byte[][] Psum { get; }

    public byte[][] Regions { get; }

    public void Execute(Instruction instruction, Engine engine)
    {
        switch (instruction.Opcode)
        {
            case Opcode.NcMatmul: Matmul(instruction); break;
            case Opcode.NcTranspose: TransposeBlock(instruction); break;
            case Opcode.Activation or Opcode.ActivationReduce: Activation(instruction); break;
            case Opcode.TensorReduce: Reduce(instruction); break;
            case Opcode.TensorTensorScan: Scan(instruction); break;
            case Opcode.Memset: ForEach(instruction, (d, _, _) => d.Bits = instruction.Operands[1].Bits); break;
            case Opcode.Iota: Iota(instruction); break;
            case Opcode.DmaCopy: Copy(instruction); break;
            case Opcode.DmaGather: Gather(instruction); break;
            case Opcode.Wait: break;
            case Opcode.None: throw new InvalidOperationException("No instruction.");
            default: Elementwise(instruction, engine); break;
        }
    }

    public static float ToSingle(ElementType type, uint bits) => type switch
    {
        ElementType.F32 => BitConverter.UInt32BitsToSingle(bits),
        ElementType.BF16 => BitConverter.UInt32BitsToSingle(bits << 16),
        ElementType.F16 => (float)BitConverter.UInt16BitsToHalf((ushort)bits),
        ElementType.I32 => (int)bits,
        ElementType.I16 => (short)bits,
        ElementType.I8 => (sbyte)bits,
        _ => (byte)bits,
    };

    public static uint FromSingle(ElementType type, float value)
    {
        switch (type)
        {
            case ElementType.F32:
                return float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);
            case ElementType.F16:
                return float.IsNaN(value) ? (uint)0x7E00 : BitConverter.HalfToUInt16Bits((Half)value);
            case ElementType.BF16:
                if (float.IsNaN(value))
                {
                    return 0x7FC0;
                }

                // To nearest even by hand: of the two neighbours the nearer, of equals the even one.
                var bits = BitConverter.SingleToUInt32Bits(value);
                uint below = bits >> 16, rest = bits & 0xFFFF;
                return rest > 0x8000 || (rest == 0x8000 && (below & 1) != 0) ? below + 1 : below;
        }

        var (low, high) = type switch
        {
            ElementType.I32 => ((double)int.MinValue, (double)int.MaxValue),
            ElementType.I16 => (short.MinValue, short.MaxValue),
            ElementType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            _ => (0, 255),
        };
        return float.IsNaN(value) ? 0 : (uint)(long)Math.Min(high, Math.Max(low, Math.Truncate((double)value)));
    }

    private static byte[][] Make(int bytes) => Enumerable.Range(0, 128).Select(_ => new byte[bytes]).ToArray();

    private static bool IsFloat(ElementType type) => type is ElementType.F32 or ElementType.F16 or ElementType.BF16;

    private static long Integer(ElementType type, uint bits) => type switch
    {
        ElementType.I32 => (int)bits,
        ElementType.I16 => (short)bits,
        ElementType.I8 => (sbyte)bits,
        ElementType.U8 => (byte)bits,
        ElementType.F32 => (int)bits,
        _ => (ushort)bits,
    };

    private static float Alu(AluOperation operation, float a, float b) => operation switch
    {
        AluOperation.Add => a + b,
        AluOperation.Sub => a - b,
        AluOperation.Mul => a * b,
        AluOperation.Div => a / b,
        AluOperation.Max => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a == 0 && b == 0 ? (float.IsNegative(a) ? b : a) : a > b ? a : b,
        AluOperation.Min => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a == 0 && b == 0 ? (float.IsNegative(a) ? a : b) : a < b ? a : b,
        AluOperation.Pow => Functions.Power(FunctionTables.Standard, a, b),
        AluOperation.Eq => a == b ? 1 : 0,
        AluOperation.Ne => a != b ? 1 : 0,
        AluOperation.Lt => a < b ? 1 : 0,
        AluOperation.Le => a <= b ? 1 : 0,
        AluOperation.Gt => a > b ? 1 : 0,
        AluOperation.Ge => a >= b ? 1 : 0,
        AluOperation.Land => a != 0 && b != 0 ? 1 : 0,
        AluOperation.Lor => a != 0 || b != 0 ? 1 : 0,
        AluOperation.Lxor => (a != 0) ^ (b != 0) ? 1 : 0,
        AluOperation.Bypass => a,
        _ => throw new InvalidOperationException(operation.ToString()),
    };

    private static long AluInteger(AluOperation operation, int bits, long a, long b)
    {
        var mask = (1L << bits) - 1;
        return operation switch
        {
            AluOperation.Add => a + b,
            AluOperation.Sub => a - b,
            AluOperation.Mul => a * b,
            AluOperation.Div => b == 0 ? 0 : a / b,
            AluOperation.Max => Math.Max(a, b),
            AluOperation.Min => Math.Min(a, b),
            AluOperation.Eq => a == b ? 1 : 0,
            AluOperation.Ne => a != b ? 1 : 0,
            AluOperation.Lt => a < b ? 1 : 0,
            AluOperation.Le => a <= b ? 1 : 0,
            AluOperation.Gt => a > b ? 1 : 0,
            AluOperation.Ge => a >= b ? 1 : 0,
            AluOperation.Land => a != 0 && b != 0 ? 1 : 0,
            AluOperation.Lor => a != 0 || b != 0 ? 1 : 0,
            AluOperation.Lxor => (a != 0) ^ (b != 0) ? 1 : 0,
            AluOperation.Band => a & b,
            AluOperation.Bor => a | b,
            AluOperation.Bxor => a ^ b,
            AluOperation.Shl => (b & uint.MaxValue) < bits ? a << (int)b : 0,
            AluOperation.Shr => (b & uint.MaxValue) < bits ? (a & mask) >> (int)b : 0,
            AluOperation.Bypass => a,
            _ => throw new InvalidOperationException(operation.ToString()),
        };
    }

    private Element At(in Operand operand, int partition, long element)
    {
        if (operand.Hbm is { } hbm)
        {
            var offset = hbm.Offset;
            long k = partition;
            foreach (var dimension in hbm.PartitionDimensions.Reverse())
            {
                offset += k % dimension.Count * dimension.Stride;
                k /= dimension.Count;
            }

            foreach (var dimension in hbm.FreeDimensions.Reverse())
            {
                offset += element % dimension.Count * dimension.Stride;
                element /= dimension.Count;
            }

            return new Element(Regions[hbm.Region], offset, hbm.Type);
        }

        var chip = operand.OnChip;
        long position = chip.Offset;
        for (var axis = chip.Rank - 1; axis >= 0; axis--)
        {
            position += element % chip.Dimensions[axis].Count * chip.Dimensions[axis].Stride * DeviceTypes.Bytes(chip.Type);
            element /= chip.Dimensions[axis].Count;
        }

        return new Element((chip.Memory == MemoryKind.Sbuf ? Sbuf : Psum)[chip.FirstPartition + partition], position, chip.Type);
    }

    private float Scalar(in Operand operand, int partition) => operand.IsImmediate ? operand.Single : At(operand, partition, 0).Value;

    private uint ScalarBits(in Operand operand, int partition) => operand.IsImmediate ? operand.Bits : At(operand, partition, 0).Bits;

    private void ForEach(Instruction instruction, Action<Element, int, int> action)
    {
        var destination = instruction.Operands[0].OnChip;
        for (var k = 0; k < destination.Partitions; k++)
        {
            for (var i = 0; i < destination.ElementsPerPartition; i++)
            {
                action(At(instruction.Operands[0], k, i), k, i);
            }
        }
    }

    private void Matmul(Instruction instruction)
    {
        var operands = instruction.Operands;
        Operand st = operands[1], mv = operands[2];
        var groups = Math.Max(1, (int)instruction.Attributes.Groups);
        var perGroup = st.OnChip.ElementsPerPartition;
        var depth = st.OnChip.Partitions / groups;
        ForEach(instruction, (d, m, n) =>
        {
            var c = 0f;
            for (var k = m / perGroup * depth; k < ((m / perGroup) + 1) * depth; k++)
            {
                c = MathF.FusedMultiplyAdd(At(st, k, m % perGroup).Value, At(mv, k, n).Value, c);
            }

            d.Value = (instruction.Attributes.Flags & InstructionFlags.Accumulate) != 0 ? d.Value + c : c;
        });
    }

    private void TransposeBlock(Instruction instruction)
    {
        var source = instruction.Operands[1];
        ForEach(instruction, (d, i, k) =>
        {
            var x = At(source, k, i);
            if (x.Type == d.Type)
            {
                d.Bits = x.Bits;
            }
            else
            {
                d.Value = x.Value;
            }
        });
    }

    private void Activation(Instruction instruction)
    {
        var reduce = instruction.Opcode == Opcode.ActivationReduce;
        var parameters = instruction.Operands[(reduce ? 3 : 2)..].ToArray();
        var source = instruction.Operands[1];
        var results = new Dictionary<int, List<float>>();
        ForEach(instruction, (d, k, i) =>
        {
            float Parameter(int index, float otherwise) => index < parameters.Length ? Scalar(parameters[index], k) : otherwise;
            var t = MathF.FusedMultiplyAdd(At(source, k, i).Value, Parameter(0, 1), Parameter(1, 0));
            var r = Functions.Evaluate(FunctionTables.Standard, instruction.Attributes.Function, t, Parameter(2, 0));
            d.Value = r;
            results.TryAdd(k, []);
            results[k].Add(r);
        });
        if (reduce)
        {
            foreach (var (k, values) in results)
            {
                At(instruction.Operands[2], k, 0).Value = Sum(values);
            }
        }
    }

    private static float Sum(List<float> terms) =>
        terms.Chunk(128).Select(slab => slab.Aggregate(0f, (a, b) => a + b)).Aggregate((a, b) => a + b);

    private void Reduce(Instruction instruction)
    {
        var source = instruction.Operands[1];
        var dimensions = source.OnChip.Dimensions.ToArray();
        var terms = dimensions[^instruction.Attributes.Axes..].Aggregate(1, (a, d) => a * d.Count);
        ForEach(instruction, (d, k, i) =>
        {
            var values = Enumerable.Range(0, terms).Select(j => At(source, k, ((long)i * terms) + j).Value).ToList();
            var total = instruction.Attributes.Operation0 == AluOperation.Add
                ? Sum(values)
                : values.Aggregate((a, b) => Alu(instruction.Attributes.Operation0, a, b));
            d.Value = (instruction.Attributes.Flags & InstructionFlags.Negate) != 0 ? -total : total;
        });
    }

    private void Scan(Instruction instruction)
    {
        Operand a = instruction.Operands[1], b = instruction.Operands[2], init = instruction.Operands[3];
        var state = 0f;
        ForEach(instruction, (d, k, i) =>
        {
            state = i == 0 ? Scalar(init, k) : state;
            state = Alu(instruction.Attributes.Operation1, Alu(instruction.Attributes.Operation0, At(a, k, i).Value, state), At(b, k, i).Value);
            d.Value = state;
        });
    }

    private void Iota(Instruction instruction)
    {
        var steps = instruction.Operands[3..].ToArray();
        var dimensions = instruction.Operands[0].OnChip.Dimensions.ToArray();
        var (start, channel) = (instruction.Operands[1].Int32, instruction.Operands[2].Int32);
        ForEach(instruction, (d, k, i) =>
        {
            long value = start + ((long)channel * k);
            for (var axis = dimensions.Length - 1; axis >= 0; axis--)
            {
                value += (long)(axis < steps.Length ? steps[axis].Int32 : 0) * (i % dimensions[axis].Count);
                i /= dimensions[axis].Count;
            }

            if (IsFloat(d.Type))
            {
                d.Value = (int)value;
            }
            else
            {
                d.Bits = (uint)value;
            }
        });
    }

    private void Elementwise(Instruction instruction, Engine engine)
    {
        var operands = instruction.Operands.ToArray();
        var attributes = instruction.Attributes;
        bool Flag(InstructionFlags flag) => (attributes.Flags & flag) != 0;
        var pair = instruction.Opcode == Opcode.ScalarTensorTensor || (instruction.Opcode == Opcode.TensorScalar && operands.Length > 3);
        bool Bitwise(AluOperation operation) => operation is >= AluOperation.Band and <= AluOperation.Shr;
        var integer = Bitwise(attributes.Operation0) || (pair && Bitwise(attributes.Operation1))
            || (engine == Engine.GpSimd && operands.All(operand => operand.IsImmediate || operand.Type == ElementType.I32));
        ForEach(instruction, (d, k, i) =>
        {
            var x = At(operands[1], k, i);
            switch (instruction.Opcode)
            {
                case Opcode.TensorCopyPredicated when !(At(operands[2], k, i).Value != 0):
                    return;
                case Opcode.TensorCopy or Opcode.TensorCopyPredicated:
                    if (x.Type == d.Type)
                    {
                        d.Bits = x.Bits;
                    }
                    else if (!IsFloat(x.Type) && !IsFloat(d.Type))
                    {
                        d.Bits = (uint)Integer(x.Type, x.Bits);
                    }
                    else
                    {
                        d.Value = x.Value;
                    }

                    return;
            }

            if (integer)
            {
                var bits = DeviceTypes.Bytes(x.Type) * 8;
                long Other(Operand operand, bool scalar) => scalar
                    ? (operand.IsImmediate ? operand.Int32 : Integer(operand.Type, ScalarBits(operand, k)))
                    : Integer(operand.Type, At(operand, k, i).Bits);
                var r = Pair(
                    Integer(x.Type, x.Bits),
                    Other(operands[2], instruction.Opcode != Opcode.TensorTensor),
                    () => Other(operands[3], instruction.Opcode == Opcode.TensorScalar),
                    (operation, a, b) => (int)AluInteger(operation, bits, a, b));
                d.Bits = (uint)r;
                return;
            }

            var second = instruction.Opcode == Opcode.TensorTensor ? At(operands[2], k, i).Value : Scalar(operands[2], k);
            float Third() => instruction.Opcode == Opcode.TensorScalar ? Scalar(operands[3], k) : At(operands[3], k, i).Value;
            if (Flag(InstructionFlags.FusedMultiplyAdd))
            {
                var third = Third();
                d.Value = attributes.Operation1 == AluOperation.Add ? MathF.FusedMultiplyAdd(x.Value, second, third)
                    : Flag(InstructionFlags.Reverse1) ? MathF.FusedMultiplyAdd(-x.Value, second, third)
                    : MathF.FusedMultiplyAdd(x.Value, second, -third);
                return;
            }

            d.Value = Pair(x.Value, second, Third, Alu);
        });

        T Pair<T>(T a, T b, Func<T> c, Func<AluOperation, T, T, T> apply)
        {
            var r = Flag(InstructionFlags.Reverse0) ? apply(attributes.Operation0, b, a) : apply(attributes.Operation0, a, b);
            if (!pair)
            {
                return r;
            }

            return Flag(InstructionFlags.Reverse1) ? apply(attributes.Operation1, c(), r) : apply(attributes.Operation1, r, c());
        }
    }

    private void Copy(Instruction instruction)
    {
        Operand destination = instruction.Operands[0], source = instruction.Operands[1];
        var (partitions, elements) = Extent(destination);
        var moved = new List<(Element Target, uint Bits)>();
        for (var k = 0; k < partitions; k++)
        {
            for (var i = 0L; i < elements; i++)
            {
                Element d = At(destination, k, i), x = At(source, k, i);
                moved.Add((d, d.Type == x.Type ? x.Bits : FromSingle(d.Type, x.Value)));
            }
        }

        foreach (var (target, bits) in moved)
        {
            target.Bits = bits;
        }
    }

    private void Gather(Instruction instruction)
    {
        Operand destination = instruction.Operands[0], table = instruction.Operands[1], index = instruction.Operands[2];
        var (partitions, elements) = Extent(destination);
        for (var k = 0; k < partitions; k++)
        {
            for (var i = 0L; i < elements; i++)
            {
                Element d = At(destination, k, i), x = At(table, (int)At(index, k, 0).Bits, i);
                d.Bits = d.Type == x.Type ? x.Bits : FromSingle(d.Type, x.Value);
            }
        }
    }

    private static (long Partitions, long Elements) Extent(in Operand operand) =>
        operand.Hbm is { } hbm ? (hbm.Partitions, hbm.ElementsPerPartition) : (operand.OnChip.Partitions, operand.OnChip.ElementsPerPartition);

    private sealed class Element(byte[] memory, long offset, ElementType type)
    {
        public ElementType Type { get; } = type;

        public uint Bits
        {
            get
            {
                var bits = 0u;
                for (var i = DeviceTypes.Bytes(Type) - 1; i >= 0; i--)
                {
                    bits = (bits << 8) | memory[offset + i];
                }

                return bits;
            }
            set
            {
                for (var i = 0; i < DeviceTypes.Bytes(Type); i++)
                {
                    memory[offset + i] = (byte)(value >> (8 * i));
                }
            }
        }

        public float Value
        {
            get => ToSingle(Type, Bits);
            set => Bits = FromSingle(Type, value);
        }
    }
}
