using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Layout;

/// <summary>Makes the standard storages of <c>docs/lowering.md</c> 1.1. Pure; O(rank).</summary>
public static class StorageFactory
{
    /// <summary>On-chip buffers and block strides are multiples of this many bytes.</summary>
    public const int Alignment = 64;

    private const int ElementBytes = 4;

    /// <summary>Dense row-major in device memory.</summary>
    public static TensorStorage Dense(ElementType type, Shape shape)
    {
        var strides = DenseStrides(shape, DeviceTypes.Bytes(type));
        return new TensorStorage(type, shape, TensorLayout.Dense, -1, strides, 0, checked(shape.Count * DeviceTypes.Bytes(type)));
    }

    /// <summary>The layout of a rank where nobody asks for another: C from rank 4 on, else L.</summary>
    public static TensorLayout Canonical(int rank) => rank >= 4 ? TensorLayout.C : TensorLayout.L;

    /// <summary>The axis a layout puts on the partitions; -1 where the rank has no such axis.</summary>
    public static int PartitionAxis(TensorLayout layout, int rank) => layout switch
    {
        TensorLayout.C => rank >= 2 ? 1 : -1,
        TensorLayout.L => rank - 1,
        TensorLayout.R => rank - 2 >= 0 ? rank - 2 : -1,
        _ => -1,
    };

    /// <summary>The name of the layout with an axis on the partitions, canonical names first; null if it has none.</summary>
    public static TensorLayout? NameOf(int partitionAxis, int rank)
    {
        if (partitionAxis < 0)
        {
            return rank == 0 ? TensorLayout.L : null;
        }

        return partitionAxis == PartitionAxis(Canonical(rank), rank) ? Canonical(rank)
            : partitionAxis == rank - 1 ? TensorLayout.L
            : partitionAxis == rank - 2 ? TensorLayout.R
            : partitionAxis == 1 ? TensorLayout.C
            : null;
    }

    /// <summary>
    /// An f32 tensor on chip: partition = index of the layout's axis mod 128, free order [block][other axes in logical order], with a frame
    /// of padding around the last two axes, which are then free ones.
    /// </summary>
    public static TensorStorage OnChip(Shape shape, TensorLayout layout, Halo halo = default)
    {
        var rank = shape.Rank;
        var axis = PartitionAxis(layout, rank);
        var strides = new long[rank];
        var run = (long)ElementBytes;
        var offset = 0L;
        for (var i = rank - 1; i >= 0; i--)
        {
            if (i == axis)
            {
                continue;
            }

            strides[i] = run;
            var (before, after) = i == rank - 1 ? (halo.Left, halo.Right) : i == rank - 2 ? (halo.Top, halo.Bottom) : (0, 0);
            offset += before * run;
            run = checked(run * (shape[i] + before + after));
        }

        var block = (run + Alignment - 1) / Alignment * Alignment;
        if (axis >= 0)
        {
            strides[axis] = block;
        }

        var storage = new TensorStorage(ElementType.F32, shape, NameOf(axis, rank) ?? layout, axis, [.. strides], offset, 0) { Halo = halo };
        return storage with { Bytes = checked(storage.Blocks * block) };
    }

    /// <summary>Bytes between neighbours of each axis of a dense row-major tensor.</summary>
    public static ImmutableArray<long> DenseStrides(Shape shape, int elementBytes)
    {
        var strides = new long[shape.Rank];
        var run = (long)elementBytes;
        for (var i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = run;
            run = checked(run * shape[i]);
        }

        return [.. strides];
    }
}
