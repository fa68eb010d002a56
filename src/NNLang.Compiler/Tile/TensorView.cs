using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>A tensor in a buffer as a recipe sees it: makes operands for parts of it.</summary>
/// <param name="Buffer">Its buffer.</param>
/// <param name="Storage">How it lies there.</param>
internal readonly record struct TensorView(BufferRef Buffer, TensorStorage Storage)
{
    /// <summary>
    /// The free dimensions of a piece, outermost first: blocks, then the other axes in logical order. An axis of extent 1 in this tensor is
    /// repeated by stride 0 to the extent in the box.
    /// </summary>
    public PatternBuilder Free(in StoragePiece piece)
    {
        var pattern = default(PatternBuilder);
        if (Storage.PartitionAxis >= 0)
        {
            pattern.Add(piece.Blocks, Storage.Strides[Storage.PartitionAxis]);
        }

        for (var axis = 0; axis < Storage.Shape.Rank; axis++)
        {
            if (axis != Storage.PartitionAxis)
            {
                pattern.Add(piece.Box.Extent[axis], Storage.Shape[axis] == 1 ? 0 : Storage.Strides[axis]);
            }
        }

        return pattern;
    }

    /// <summary>The byte of the first element of a piece in its partition.</summary>
    public long OffsetOf(in StoragePiece piece)
    {
        var offset = Storage.Offset;
        for (var axis = 0; axis < Storage.Shape.Rank; axis++)
        {
            offset += axis == Storage.PartitionAxis
                ? piece.FirstBlock * Storage.Strides[axis]
                : Storage.Shape[axis] == 1 ? 0 : piece.Box.Start[axis] * Storage.Strides[axis];
        }

        return offset;
    }

    /// <summary>Whether an on-chip operand can address a piece.</summary>
    public bool Fits(in StoragePiece piece) => Free(piece).FitsOnChip(DeviceTypes.Bytes(Storage.Type));

    /// <summary>The on-chip operand of a piece.</summary>
    public TemplateOperand OnChip(in StoragePiece piece) => new(
        Buffer, Free(piece).OnChip(MemoryKind.Sbuf, piece.FirstPartition, piece.Partitions, OffsetOf(piece), Storage.Type));

    /// <summary>
    /// The operand in device memory, dense here, for a piece cut by another tensor's storage: its partition axis and its blocks.
    /// </summary>
    /// <param name="piece">The piece.</param>
    /// <param name="partitionAxis">The axis on the partitions of the other side, or -1.</param>
    public TemplateOperand Hbm(in StoragePiece piece, int partitionAxis)
    {
        var offset = Storage.Offset;
        var free = default(PatternBuilder);
        var partitions = default(PatternBuilder);
        if (partitionAxis >= 0)
        {
            partitions.Add(piece.Partitions, Storage.Strides[partitionAxis]);
            free.Add(piece.Blocks, TensorStorage.PartitionCount * Storage.Strides[partitionAxis]);
        }

        for (var axis = 0; axis < Storage.Shape.Rank; axis++)
        {
            offset += piece.Box.Start[axis] * Storage.Strides[axis];
            if (axis != partitionAxis)
            {
                free.Add(piece.Box.Extent[axis], Storage.Strides[axis]);
            }
        }

        return new TemplateOperand(Buffer, new HbmOperand(0, offset, Storage.Type, [.. partitions.Hbm()], [.. free.Hbm()]));
    }
}

/// <summary>An operand of a template: the buffer it counts from, and the operand.</summary>
internal readonly record struct TemplateOperand(BufferRef Buffer, Operand Operand)
{
    /// <summary>An f32 immediate.</summary>
    public static TemplateOperand Immediate(float value) => new(BufferRef.None, Operand.Immediate(value));

    /// <summary>An immediate of given bits.</summary>
    public static TemplateOperand Bits(uint bits) => new(BufferRef.None, Operand.ImmediateBits(bits));
}
