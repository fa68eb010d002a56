namespace NNLang.Compiler.Allocate;

/// <summary>
/// A linear memory as neighbouring stretches, each with the time from which it is free (<see cref="Occupied"/> while it is in use). Finding
/// room prefers a stretch that is free at once and else the one that is free first. O(stretches) an operation; stretches that have been
/// free for long are joined, so there are about as many as live buffers.
/// </summary>
internal sealed class AddressMap
{
    /// <summary>The time of a stretch in use.</summary>
    public const long Occupied = long.MaxValue;

    private readonly int _size;
    private int[] _start = new int[64];
    private long[] _free = new long[64];
    private int _count;

    /// <summary>Makes a memory that is free from the start of time.</summary>
    /// <param name="size">Its size in units.</param>
    public AddressMap(int size)
    {
        _size = size;
        _count = 1;
        _free[0] = long.MinValue;
    }

    /// <summary>Stretches free before this time may be joined: the difference between their times no longer matters.</summary>
    public long Horizon { get; set; } = long.MinValue;

    /// <summary>The lowest address with room that is free at a time, else the lowest of those free earliest.</summary>
    /// <param name="size">Units wanted, at least 1.</param>
    /// <param name="time">When they are wanted.</param>
    /// <param name="address">The address found; -1 if every stretch that is large enough is in use.</param>
    /// <returns>When the room is free; <see cref="Occupied"/> if there is none.</returns>
    public long FindFromBottom(int size, long time, out int address)
    {
        var best = Occupied;
        address = -1;
        var first = 0;
        while (first < _count)
        {
            var covered = 0;
            var free = long.MinValue;
            var last = first;
            while (covered < size && last < _count && _free[last] < best)
            {
                free = Math.Max(free, _free[last]);
                covered = End(last) - _start[first];
                last++;
            }

            if (covered >= size)
            {
                best = free;
                address = _start[first];
                if (best <= time)
                {
                    return best;
                }

                first++;
            }
            else if (last < _count)
            {
                first = last + 1;
            }
            else
            {
                break;
            }
        }

        return best;
    }

    /// <summary>As <see cref="FindFromBottom"/>, from the top, and not below a floor.</summary>
    public long FindFromTop(int size, long time, int floor, out int address)
    {
        var best = Occupied;
        address = -1;
        var last = _count - 1;
        while (last >= 0 && End(last) - size >= floor)
        {
            var end = End(last);
            var covered = 0;
            var free = long.MinValue;
            var first = last;
            while (covered < size && first >= 0 && _free[first] < best)
            {
                free = Math.Max(free, _free[first]);
                covered = end - _start[first];
                first--;
            }

            if (covered >= size)
            {
                best = free;
                address = end - size;
                if (best <= time)
                {
                    return best;
                }

                last--;
            }
            else if (first >= 0)
            {
                last = first - 1;
            }
            else
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Takes units into use; they must be free or become free.</summary>
    public void Occupy(int address, int size) => Set(address, size, Occupied);

    /// <summary>Gives units back from a time on.</summary>
    public void Release(int address, int size, long time)
    {
        Set(address, size, time);
        var at = IndexOf(address);
        if (at + 1 < _count && CanJoin(at, at + 1))
        {
            Join(at);
        }

        if (at > 0 && CanJoin(at - 1, at))
        {
            Join(at - 1);
        }
    }

    private int End(int index) => index + 1 < _count ? _start[index + 1] : _size;

    private bool CanJoin(int left, int right) =>
        _free[left] == _free[right] ? _free[left] != Occupied : _free[left] <= Horizon && _free[right] <= Horizon;

    private void Join(int index)
    {
        _free[index] = Math.Max(_free[index], _free[index + 1]);
        Array.Copy(_start, index + 2, _start, index + 1, _count - index - 2);
        Array.Copy(_free, index + 2, _free, index + 1, _count - index - 2);
        _count--;
    }

    private int IndexOf(int address)
    {
        var index = Array.BinarySearch(_start, 0, _count, address);
        return index >= 0 ? index : ~index - 1;
    }

    private void Set(int address, int size, long time)
    {
        var first = IndexOf(address);
        var last = IndexOf(address + size - 1);
        var keepsHead = _start[first] < address;
        var keepsTail = End(last) > address + size;
        var tailFree = _free[last];
        var kept = (keepsHead ? 1 : 0) + 1 + (keepsTail ? 1 : 0);
        var shift = kept - (last - first + 1);
        if (_count + shift > _start.Length)
        {
            Array.Resize(ref _start, _start.Length * 2);
            Array.Resize(ref _free, _free.Length * 2);
        }

        if (shift != 0)
        {
            Array.Copy(_start, last + 1, _start, last + 1 + shift, _count - last - 1);
            Array.Copy(_free, last + 1, _free, last + 1 + shift, _count - last - 1);
            _count += shift;
        }

        var at = keepsHead ? first + 1 : first;
        _start[at] = address;
        _free[at] = time;
        if (keepsTail)
        {
            _start[at + 1] = address + size;
            _free[at + 1] = tailFree;
        }
    }
}
