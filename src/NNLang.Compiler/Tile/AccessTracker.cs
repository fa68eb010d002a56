using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Derives the order of operations from what they access: reads after writes, writes after reads and after writes, by boxes of partitions and
/// bytes within one buffer (<c>docs/machine.md</c> 3.3). Of regions of device memory only reads and writes are ordered among each other:
/// recipes write disjoint parts.
/// </summary>
internal sealed class AccessTracker
{
    private readonly Dictionary<BufferRef, List<Access>> _accesses = [];
    private readonly List<Tile>[] _inputs;

    /// <summary>Makes a tracker for a group's inputs.</summary>
    public AccessTracker(IReadOnlyList<LoweringInput> inputs)
    {
        _inputs = new List<Tile>[inputs.Count];
        for (var k = 0; k < inputs.Count; k++)
        {
            var tiles = _inputs[k] = [];
            for (var t = 0; t < inputs[k].Tiles.Length; t++)
            {
                tiles.Add(new Tile(t, BoxOf(inputs[k].Storage, inputs[k].Tiles[t])));
            }
        }
    }

    /// <summary>Records what an operation accesses and answers what it must come after, without duplicates, ascending.</summary>
    /// <param name="operation">Its index.</param>
    /// <param name="templates">All its instructions, of all choices.</param>
    /// <param name="frame">Whether it only writes frames of padding, which no other operation writes.</param>
    public (OperationDependency[] Dependencies, BufferUse[] Uses) Record(int operation, IEnumerable<InstructionTemplate> templates, bool frame)
    {
        var dependencies = new SortedSet<(int Input, int Index)>();
        var uses = new Dictionary<BufferRef, BufferAccess>();
        var fresh = new List<(BufferRef Buffer, Access Access)>();
        foreach (var template in templates)
        {
            var operands = template.Instruction.Operands;
            for (var i = 0; i < operands.Length; i++)
            {
                var buffer = template.Buffers[i];
                if (buffer.Origin == BufferOrigin.None)
                {
                    continue;
                }

                var write = TemplateInstruction.Writes(template.Instruction.Opcode, i);
                uses[buffer] = uses.GetValueOrDefault(buffer) | (write ? BufferAccess.Write : BufferAccess.Read);
                var access = new Access(operation, BoxOf(operands[i]), write, frame);
                fresh.Add((buffer, access));
                if (buffer.Origin == BufferOrigin.Input)
                {
                    foreach (var tile in _inputs[buffer.Index])
                    {
                        if (tile.Box.Hits(access.Box))
                        {
                            dependencies.Add((buffer.Index, tile.Index));
                        }
                    }
                }
                else if (_accesses.TryGetValue(buffer, out var earlier))
                {
                    foreach (var other in earlier)
                    {
                        if (other.Operation != operation && other.Conflicts(access))
                        {
                            dependencies.Add((-1, other.Operation));
                        }
                    }
                }
            }
        }

        foreach (var (buffer, access) in fresh)
        {
            if (!_accesses.TryGetValue(buffer, out var list))
            {
                _accesses[buffer] = list = [];
            }

            if (list.Count == 0 || list[^1] != access)
            {
                list.Add(access);
            }
        }

        return (
            [.. dependencies.Select(dependency => new OperationDependency(dependency.Input, dependency.Index))],
            [.. uses.Select(use => new BufferUse(use.Key, use.Value))]);
    }

    private static OperandBox BoxOf(in Operand operand)
    {
        if (operand.IsOnChip)
        {
            return OperandBox.Of(operand.OnChip);
        }

        var hbm = operand.Hbm!;
        long low = hbm.Offset;
        long high = hbm.Offset + DeviceTypes.Bytes(hbm.Type);
        foreach (var dimension in hbm.PartitionDimensions.Concat(hbm.FreeDimensions))
        {
            var reach = (dimension.Count - 1) * dimension.Stride;
            low += Math.Min(0, reach);
            high += Math.Max(0, reach);
        }

        return new OperandBox(MemoryKind.Hbm, 0, 1, low, high);
    }

    private static OperandBox BoxOf(TensorStorage storage, in ResultTile tile)
    {
        if (storage.IsDense)
        {
            return new OperandBox(MemoryKind.Hbm, 0, 1, 0, storage.Bytes);
        }

        if (tile.IsHalo)
        {
            return new OperandBox(MemoryKind.Sbuf, 0, TensorStorage.PartitionCount, 0, storage.Bytes);
        }

        short firstPartition = 0;
        short endPartition = storage.PartitionAxis < 0 ? (short)1 : (short)TensorStorage.PartitionCount;
        var low = storage.Offset;
        var high = storage.Offset + DeviceTypes.Bytes(storage.Type);
        for (var axis = 0; axis < storage.Shape.Rank; axis++)
        {
            var (start, end) = (tile.Start[axis], tile.Start[axis] + tile.Extent[axis] - 1);
            if (axis == storage.PartitionAxis)
            {
                if (start / TensorStorage.PartitionCount == end / TensorStorage.PartitionCount)
                {
                    firstPartition = (short)(start % TensorStorage.PartitionCount);
                    endPartition = (short)((end % TensorStorage.PartitionCount) + 1);
                }

                (start, end) = (start / TensorStorage.PartitionCount, end / TensorStorage.PartitionCount);
            }

            low += start * storage.Strides[axis];
            high += end * storage.Strides[axis];
        }

        return new OperandBox(MemoryKind.Sbuf, firstPartition, endPartition, low, high);
    }

    private readonly record struct Tile(int Index, OperandBox Box);

    private readonly record struct Access(int Operation, OperandBox Box, bool IsWrite, bool IsFrame)
    {
        public bool Conflicts(in Access other)
        {
            if (!(IsWrite || other.IsWrite) || !Box.Hits(other.Box))
            {
                return false;
            }

            return !(IsWrite && other.IsWrite && (Box.Memory == MemoryKind.Hbm || IsFrame || other.IsFrame));
        }
    }
}
