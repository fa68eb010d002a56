using NNLang.Emulator.Execution;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Weights;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator.Taps;

/// <summary>
/// Reads a tensor out of the device's memories through the location map (<c>docs/machine.md</c> 8.7, 10.3), piece by piece, each at the
/// commit of the instruction that defines it. It adds no event.
/// </summary>
internal sealed unsafe class TensorTap
{
    private readonly byte[] _bytes;
    private readonly int _size;
    private readonly long[] _strides;

    private TensorTap(TensorLocation location)
    {
        Location = location;
        Type = location.Placements[0].Type;
        _size = ElementTypes.Bytes(Type);
        _bytes = new byte[checked(location.Shape.Count * _size)];
        _strides = RecipeTensor<byte>.Strides(location.Shape.Dimensions.AsSpan());
    }

    /// <summary>The tensor's entry in the map.</summary>
    public TensorLocation Location { get; }

    /// <summary>The element type it is stored in on the device.</summary>
    public ElementType Type { get; }

    /// <summary>The pieces read so far, as one tensor; elements of pieces never read are 0.</summary>
    public Tensor ToTensor() =>
        Location.Type == ElementType.Bool && Type == ElementType.U8
            ? new Tensor(ElementType.Bool, Location.Shape, _bytes)
            : new Tensor(Type, Location.Shape, _bytes);

    /// <summary>Makes a tap; null if the tensor has no place, or the map contradicts itself or the program.</summary>
    public static TensorTap? TryCreate(TensorLocation location, LoadedProgram program)
    {
        if (location.Placements.IsEmpty)
        {
            return null;
        }

        foreach (var placement in location.Placements)
        {
            if (placement.Type != location.Placements[0].Type || !IsInside(placement, location.Shape, program))
            {
                return null;
            }
        }

        return new TensorTap(location);
    }

    /// <summary>Reads one piece.</summary>
    public void Read(DeviceMemory memory, int placementIndex)
    {
        var placement = Location.Placements[placementIndex];
        var target = 0L;
        for (var axis = 0; axis < placement.Start.Length; axis++)
        {
            if (placement.Extent[axis] == 0)
            {
                return;
            }

            target += placement.Start[axis] * _strides[axis];
        }

        var data = placement.Memory == MemoryKind.Hbm ? memory.Regions[placement.Region].Data : memory.OnChip(placement.Memory).Data;
        fixed (byte* bytes = _bytes)
        {
            Walk(placement, data, bytes + (target * _size), 0, placement.Offset, placement.PartitionBase);
        }
    }

    private void Walk(TensorPlacement placement, byte* data, byte* target, int axis, long offset, int partition)
    {
        if (axis == placement.Start.Length)
        {
            Copy(Address(placement, data, offset, partition), target);
            return;
        }

        var step = _strides[axis] * _size;
        var last = axis == placement.Start.Length - 1;
        var onPartitions = axis == placement.PartitionAxis;
        for (var j = 0L; j < placement.Extent[axis]; j++, target += step)
        {
            var at = onPartitions ? offset + (j >> 7) * placement.Strides[axis] : offset + (j * placement.Strides[axis]);
            var lane = onPartitions ? partition + (int)(j & 127) : partition;
            if (last)
            {
                Copy(Address(placement, data, at, lane), target);
            }
            else
            {
                Walk(placement, data, target, axis + 1, at, lane);
            }
        }
    }

    private static byte* Address(TensorPlacement placement, byte* data, long offset, int partition) =>
        placement.Memory == MemoryKind.Hbm ? data + offset : data + DenseTransfer.HostOffset(partition & 127, offset);

    private void Copy(byte* source, byte* target)
    {
        switch (_size)
        {
            case 4: *(uint*)target = *(uint*)source; break;
            case 2: *(ushort*)target = *(ushort*)source; break;
            default: *target = *source; break;
        }
    }

    private static bool IsInside(TensorPlacement placement, Shape shape, LoadedProgram program)
    {
        var rank = shape.Rank;
        if (placement.Start.Length != rank || placement.Extent.Length != rank || placement.Strides.Length != rank
            || placement.PartitionAxis >= rank || DeviceTypes.Code(placement.Type) < 0 || (uint)placement.PartitionBase > 127)
        {
            return false;
        }

        Int128 low = placement.Offset, high = placement.Offset;
        for (var axis = 0; axis < rank; axis++)
        {
            if (placement.Start[axis] < 0 || placement.Extent[axis] < 0 || placement.Start[axis] + placement.Extent[axis] > shape[axis])
            {
                return false;
            }

            var steps = Math.Max(0, axis == placement.PartitionAxis ? (placement.Extent[axis] - 1) >> 7 : placement.Extent[axis] - 1);
            var reach = (Int128)steps * placement.Strides[axis];
            low += reach < 0 ? reach : 0;
            high += reach > 0 ? reach : 0;
        }

        if (placement.From is { } from && (uint)from.Index >= (uint)program.Instructions(from.Engine).Length)
        {
            return false;
        }

        var room = placement.Memory switch
        {
            MemoryKind.Hbm => (uint)placement.Region < (uint)program.Program.Regions.Length ? program.Program.Regions[placement.Region].Bytes : 0,
            MemoryKind.Sbuf or MemoryKind.Psum => program.PartitionBytes(placement.Memory),
            _ => 0,
        };
        return low >= 0 && high + DeviceTypes.Bytes(placement.Type) <= room;
    }
}
