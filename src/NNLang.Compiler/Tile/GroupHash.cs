using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>Hashes the whole content of a lowered group: equal bodies, equal hash. O(instructions).</summary>
internal static class GroupHash
{
    /// <summary>The hash of everything a later pass may read.</summary>
    public static UInt128 Of(
        string title,
        ImmutableArray<TensorStorage> inputs,
        ImmutableArray<LocalBuffer> buffers,
        IReadOnlyList<ResultTensor> results,
        ImmutableArray<TileOperation> operations)
    {
        var writer = new Writer();
        writer.Text(title);
        writer.Number(inputs.Length);
        foreach (var input in inputs)
        {
            Storage(writer, input);
        }

        writer.Number(buffers.Length);
        foreach (var buffer in buffers)
        {
            Buffer(writer, buffer);
        }

        writer.Number(results.Count);
        foreach (var result in results)
        {
            Reference(writer, result.Buffer);
            Storage(writer, result.Storage);
            writer.Number(result.Tiles.Length);
            foreach (var tile in result.Tiles)
            {
                writer.Number(tile.DefinedBy.Input);
                writer.Number(tile.DefinedBy.Index);
                writer.Number(tile.IsHalo ? 1 : 0);
                Numbers(writer, tile.Start);
                Numbers(writer, tile.Extent);
            }
        }

        writer.Number(operations.Length);
        foreach (var operation in operations)
        {
            Operation(writer, operation);
        }

        return writer.Hash();
    }

    private static void Operation(Writer writer, TileOperation operation)
    {
        writer.Text(operation.Name);
        writer.Number(operation.Member);
        writer.Number(operation.Tile);
        writer.Number(operation.EndsTile ? 1 : 0);
        writer.Number(operation.Dependencies.Length);
        foreach (var dependency in operation.Dependencies)
        {
            writer.Number(dependency.Input);
            writer.Number(dependency.Index);
        }

        writer.Number(operation.Uses.Length);
        foreach (var use in operation.Uses)
        {
            Reference(writer, use.Buffer);
            writer.Number((int)use.Access);
        }

        writer.Number(operation.Choices.Length);
        foreach (var choice in operation.Choices)
        {
            writer.Number((int)choice.Engine);
            writer.Number(choice.Queue is { } queue ? (int)queue : -1);
            writer.Number(choice.Duration);
            writer.Text(choice.Reason);
            writer.Number(choice.Instructions.Length);
            foreach (var template in choice.Instructions)
            {
                Template(writer, template);
            }
        }
    }

    private static void Template(Writer writer, InstructionTemplate template)
    {
        var instruction = template.Instruction;
        var attributes = instruction.Attributes;
        writer.Number((int)instruction.Opcode);
        writer.Number((int)attributes.Function + ((long)attributes.Operation0 * 256) + ((long)attributes.Operation1 * 65_536));
        writer.Number((int)attributes.Flags + (attributes.Axes * 256L) + (attributes.Groups * 65_536L) + (attributes.Queue * 16_777_216L));
        var operands = instruction.Operands;
        for (var i = 0; i < operands.Length; i++)
        {
            Reference(writer, template.Buffers[i]);
            if (operands[i].IsImmediate)
            {
                writer.Number(operands[i].Bits);
            }
            else if (operands[i].Hbm is { } hbm)
            {
                writer.Number(hbm.Offset);
                writer.Number((int)hbm.Type + (hbm.PartitionDimensions.Length * 256) + (hbm.FreeDimensions.Length * 65_536));
                foreach (var dimension in hbm.PartitionDimensions.Concat(hbm.FreeDimensions))
                {
                    writer.Number(dimension.Count);
                    writer.Number(dimension.Stride);
                }
            }
            else
            {
                ref readonly var onChip = ref operands[i].OnChip;
                writer.Number(onChip.Offset);
                writer.Number((int)onChip.Memory + ((int)onChip.Type * 256) + (onChip.FirstPartition * 65_536L) + (onChip.Partitions * 16_777_216L));
                foreach (var dimension in onChip.Dimensions)
                {
                    writer.Number(dimension.Count);
                    writer.Number(dimension.Stride);
                }
            }
        }
    }

    private static void Buffer(Writer writer, LocalBuffer buffer)
    {
        writer.Text(buffer.Name);
        writer.Number((int)buffer.Kind);
        writer.Number(buffer.Bytes);
        writer.Number((int)buffer.Type);
        writer.Number(buffer.Output);
        Numbers(writer, buffer.Dimensions);
        writer.Number(buffer.Recipe?.Steps.Length ?? -1);
        foreach (var step in buffer.Recipe?.Steps ?? [])
        {
            writer.Number((int)step.Operation);
            writer.Text(step.Key);
            writer.Number((int)step.Type);
            Numbers(writer, step.Numbers);
            writer.Number(step.Values.Length);
            foreach (var value in step.Values)
            {
                writer.Number(BitConverter.DoubleToInt64Bits(value));
            }
        }
    }

    private static void Storage(Writer writer, TensorStorage storage)
    {
        writer.Number((int)storage.Type + ((int)storage.Layout * 256) + ((storage.PartitionAxis + 1) * 65_536L));
        Numbers(writer, storage.Shape.Dimensions);
        Numbers(writer, storage.Strides);
        writer.Number(storage.Offset);
        writer.Number(storage.Bytes);
        writer.Number(storage.Halo.Top);
        writer.Number(storage.Halo.Bottom);
        writer.Number(storage.Halo.Left);
        writer.Number(storage.Halo.Right);
        writer.Number(storage.Halo.FillBits);
    }

    private static void Reference(Writer writer, BufferRef reference) => writer.Number(((long)reference.Origin << 32) + reference.Index);

    private static void Numbers(Writer writer, ImmutableArray<long> numbers)
    {
        writer.Number(numbers.Length);
        foreach (var number in numbers)
        {
            writer.Number(number);
        }
    }

    private sealed class Writer
    {
        private readonly XxHash128 _hash = new();
        private readonly byte[] _buffer = new byte[4096];
        private int _used;

        public void Number(long value)
        {
            if (_used + 8 > _buffer.Length)
            {
                Flush();
            }

            BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_used), value);
            _used += 8;
        }

        public void Text(string text)
        {
            Number(text.Length);
            Flush();
            _hash.Append(Encoding.UTF8.GetBytes(text));
        }

        public UInt128 Hash()
        {
            Flush();
            return _hash.GetCurrentHashAsUInt128();
        }

        private void Flush()
        {
            _hash.Append(_buffer.AsSpan(0, _used));
            _used = 0;
        }
    }
}
