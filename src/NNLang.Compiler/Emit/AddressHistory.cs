namespace NNLang.Compiler.Emit;

/// <summary>
/// Which buffer was last placed on each stretch of a memory: a new buffer asks whose accesses it must wait for. O(stretches) a buffer.
/// </summary>
internal sealed class AddressHistory
{
    private readonly int _size;
    private int[] _start = new int[64];
    private int[] _owner = new int[64];
    private int _count = 1;

    /// <summary>Makes a memory that nobody has used.</summary>
    public AddressHistory(int size)
    {
        _size = size;
        _owner[0] = -1;
    }

    /// <summary>Places a buffer and adds those it takes the place of, once each, to a list.</summary>
    public void Place(int address, int size, int buffer, List<int> before)
    {
        var first = IndexOf(address);
        var last = IndexOf(address + size - 1);
        for (var i = first; i <= last; i++)
        {
            if (_owner[i] >= 0 && !before.Contains(_owner[i]))
            {
                before.Add(_owner[i]);
            }
        }

        var keepsHead = _start[first] < address;
        var end = last + 1 < _count ? _start[last + 1] : _size;
        var keepsTail = end > address + size;
        var tailOwner = _owner[last];
        var shift = (keepsHead ? 1 : 0) + 1 + (keepsTail ? 1 : 0) - (last - first + 1);
        if (_count + shift > _start.Length)
        {
            Array.Resize(ref _start, _start.Length * 2);
            Array.Resize(ref _owner, _owner.Length * 2);
        }

        Array.Copy(_start, last + 1, _start, last + 1 + shift, _count - last - 1);
        Array.Copy(_owner, last + 1, _owner, last + 1 + shift, _count - last - 1);
        _count += shift;
        var at = keepsHead ? first + 1 : first;
        _start[at] = address;
        _owner[at] = buffer;
        if (keepsTail)
        {
            _start[at + 1] = address + size;
            _owner[at + 1] = tailOwner;
        }
    }

    private int IndexOf(int address)
    {
        var index = Array.BinarySearch(_start, 0, _count, address);
        return index >= 0 ? index : ~index - 1;
    }
}
