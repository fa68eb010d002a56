using NNLang.Compiler.Order;

namespace NNLang.Compiler.Allocate;

/// <summary>
/// Which addresses of sbuf and which banks of psum buffers have, how long room is taken, and the peaks of both. Activations go to the lowest
/// stretch that is free, weights to the highest, so that the two do not cut each other's room into pieces.
/// </summary>
internal sealed class ChipSpace
{
    private readonly OrderProblem _problem;
    private readonly AddressMap _sbuf;
    private readonly int[] _bankOwner;
    private readonly long[] _bankFree;
    private int _sbufUsed;
    private int _activationsUsed;
    private int _banksUsed;

    /// <summary>Makes an empty chip.</summary>
    public ChipSpace(OrderProblem problem)
    {
        _problem = problem;
        _sbuf = new AddressMap(problem.Machine.SbufGranules);
        _bankOwner = new int[problem.Machine.PsumBanks];
        _bankFree = new long[problem.Machine.PsumBanks];
        Address = new int[problem.BufferCount];
        Array.Fill(Address, -1);
    }

    /// <summary>Per buffer its granule of sbuf or its first bank; -1 before it is placed.</summary>
    public int[] Address { get; }

    /// <summary>The most granules of sbuf in use at once.</summary>
    public int SbufPeak { get; private set; }

    /// <summary>The most granules of activations at once.</summary>
    public int ActivationPeak { get; private set; }

    /// <summary>The most banks of psum in use at once.</summary>
    public int PsumPeak { get; private set; }

    /// <summary>Stretches free before this time may be joined.</summary>
    public long Horizon
    {
        set => _sbuf.Horizon = value;
    }

    /// <summary>Places an activation.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="start">When it is wanted; becomes when it can be had.</param>
    /// <returns>False if there is no room.</returns>
    public bool TryPlaceActivation(int buffer, ref long start)
    {
        var free = _sbuf.FindFromBottom(_problem.BufferSize[buffer], start, out var address);
        return TryOccupy(buffer, address, free, ref start);
    }

    /// <summary>Places a weight, not below a floor. As <see cref="TryPlaceActivation"/>.</summary>
    public bool TryPlaceWeight(int buffer, int floor, ref long start)
    {
        var free = _sbuf.FindFromTop(_problem.BufferSize[buffer], start, floor, out var address);
        return TryOccupy(buffer, address, free, ref start);
    }

    /// <summary>Places a tile in neighbouring banks of psum, those that are free first. As <see cref="TryPlaceActivation"/>.</summary>
    public bool TryPlaceInPsum(int buffer, ref long start)
    {
        var banks = _problem.BufferSize[buffer];
        var best = AddressMap.Occupied;
        var at = -1;
        for (var first = 0; first + banks <= _bankFree.Length; first++)
        {
            var free = long.MinValue;
            for (var k = 0; k < banks; k++)
            {
                free = Math.Max(free, _bankFree[first + k]);
            }

            if (free < best)
            {
                best = free;
                at = first;
            }
        }

        if (at < 0)
        {
            return false;
        }

        for (var k = 0; k < banks; k++)
        {
            _bankFree[at + k] = AddressMap.Occupied;
            _bankOwner[at + k] = buffer;
        }

        Address[buffer] = at;
        _banksUsed += banks;
        PsumPeak = Math.Max(PsumPeak, _banksUsed);
        start = Math.Max(start, best);
        return true;
    }

    /// <summary>The buffer that holds a bank of psum; -1 for none.</summary>
    public int OwnerOfBank(int bank) => _bankFree[bank] == AddressMap.Occupied ? _bankOwner[bank] : -1;

    /// <summary>Frees a buffer from a time on.</summary>
    public void Release(int buffer, long time)
    {
        var size = _problem.BufferSize[buffer];
        switch (_problem.BufferClass[buffer])
        {
            case BufferClass.Psum:
                for (var k = 0; k < size; k++)
                {
                    _bankFree[Address[buffer] + k] = time;
                }

                _banksUsed -= size;
                break;
            case BufferClass.Region:
                break;
            default:
                _sbuf.Release(Address[buffer], size, time);
                _sbufUsed -= size;
                if (_problem.BufferClass[buffer] == BufferClass.Activation)
                {
                    _activationsUsed -= size;
                }

                break;
        }
    }

    private bool TryOccupy(int buffer, int address, long free, ref long start)
    {
        if (address < 0)
        {
            return false;
        }

        var size = _problem.BufferSize[buffer];
        _sbuf.Occupy(address, size);
        Address[buffer] = address;
        _sbufUsed += size;
        SbufPeak = Math.Max(SbufPeak, _sbufUsed);
        if (_problem.BufferClass[buffer] == BufferClass.Activation)
        {
            _activationsUsed += size;
            ActivationPeak = Math.Max(ActivationPeak, _activationsUsed);
        }

        start = Math.Max(start, free);
        return true;
    }
}
