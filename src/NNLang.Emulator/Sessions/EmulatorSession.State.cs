using System.IO.Hashing;
using System.Runtime.InteropServices;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Memories;
using NNLang.Emulator.Taps;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator.Sessions;

// Looking at a session, and going back in it.
public sealed partial class EmulatorSession
{
    /// <summary>Bytes that snapshots hold.</summary>
    public long SnapshotBytes => _memory.History.LoggedBytes;

    /// <summary>Takes a snapshot: O(engines + instructions in flight). The first write to a page of memory after it costs a copy of the page.</summary>
    public SessionSnapshot TakeSnapshot() =>
        new(
            this, _memory.History.Take(), _position, (long[])_semaphores.Clone(), (int[])_next.Clone(),
            Array.ConvertAll(_pending, list => list.ConvertAll(item => item.Share())), _transfers.ConvertAll(item => item.Share()), [.. _dataHazards]);

    /// <summary>Whether a snapshot can still be restored: it was not dropped, and no earlier one was restored since.</summary>
    public bool CanRestore(SessionSnapshot snapshot) => snapshot.Session == this && _memory.History.IsLive(snapshot.Mark);

    /// <summary>Goes back (or, from a state before it, nowhere) to a snapshot. Snapshots taken after it are gone. O(pages written since).</summary>
    /// <exception cref="InvalidOperationException">The snapshot is of another session or no longer held.</exception>
    public void Restore(SessionSnapshot snapshot)
    {
        if (!CanRestore(snapshot))
        {
            throw new InvalidOperationException("The snapshot is of another session or no longer held.");
        }

        _memory.History.Restore(snapshot.Mark);
        _position = snapshot.Position;
        _semaphores = (long[])snapshot.Semaphores.Clone();
        snapshot.Next.CopyTo(_next, 0);
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            _pending[engine].Clear();
            _pending[engine].AddRange(snapshot.Pending[engine].ConvertAll(item => item.Share()));
        }

        _transfers.Clear();
        _transfers.AddRange(snapshot.Transfers.ConvertAll(item => item.Share()));
        _dataHazards.Clear();
        _dataHazards.AddRange(snapshot.DataHazards);
    }

    /// <summary>Drops the oldest snapshots until they hold no more than a number of bytes; the latest stays.</summary>
    public void TrimSnapshots(long maximumBytes) => _memory.History.Trim(maximumBytes);

    /// <summary>
    /// The hash of the state (<c>docs/machine.md</c> 10.2): equal at equal times means an equal future. O(pages), each hashed again only
    /// after it was written.
    /// </summary>
    public UInt128 StateHash()
    {
        var hash = new XxHash128();
        Append(hash, Time);
        Append(hash, _position);
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            Append(hash, _next[engine]);
            AppendPending(hash, _pending[engine]);
        }

        AppendPending(hash, _transfers);
        hash.Append(MemoryMarshal.AsBytes(_semaphores.AsSpan()));
        AppendPages(hash, _memory.Sbuf);
        AppendPages(hash, _memory.Psum);
        for (var region = 0; region < _memory.Regions.Length; region++)
        {
            if (!_memory.IsReadOnly(region))
            {
                AppendPages(hash, _memory.Regions[region]);
            }
        }

        _memory.History.NextGeneration();
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>The value of a semaphore.</summary>
    public long Semaphore(int number) => _semaphores[number];

    /// <summary>The index of the instruction of a stream that starts next.</summary>
    public int NextInstruction(Engine engine) => _next[(int)engine];

    /// <summary>Instructions of a stream that have started and not committed, in order; transfers not included.</summary>
    public IReadOnlyList<InstructionLocation> InFlight(Engine engine) => _pending[(int)engine].ConvertAll(item => item.Location);

    /// <summary>Transfers triggered and not complete, in the order of their triggers, and whether each has read its source.</summary>
    public IReadOnlyList<(InstructionLocation Trigger, int Queue, bool HasRead)> Transfers() =>
        _transfers.ConvertAll(item => (item.Location, (int)_program[item.Location].Attributes.Queue, item.Results is not null));

    /// <summary>Bytes of a partition of sbuf or psum.</summary>
    /// <param name="memory">sbuf or psum.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="bytes">Receives the bytes.</param>
    /// <param name="initialised">Receives which were ever written; may be empty.</param>
    public unsafe void ReadOnChip(MemoryKind memory, int partition, long offset, Span<byte> bytes, Span<bool> initialised)
    {
        var source = _memory.OnChip(memory);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)DeviceMemory.Partitions);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, source.Length / DeviceMemory.Partitions);
        for (var i = 0; i < bytes.Length; i++)
        {
            var at = DenseTransfer.HostOffset(partition, offset + i);
            bytes[i] = source.Data[at];
            if (i < initialised.Length)
            {
                initialised[i] = source.FirstUninitialised(at, 1) < 0;
            }
        }
    }

    /// <summary>Bytes of a region; parameters as those of <see cref="ReadOnChip"/>.</summary>
    public unsafe void ReadRegion(int region, long offset, Span<byte> bytes, Span<bool> initialised)
    {
        var source = _memory.Regions[region];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, source.Length);
        new ReadOnlySpan<byte>(source.Data + offset, bytes.Length).CopyTo(bytes);
        for (var i = 0; i < Math.Min(bytes.Length, initialised.Length); i++)
        {
            initialised[i] = source.FirstUninitialised(offset + i, 1) < 0;
        }
    }

    /// <summary>A tensor as its places hold it now, whether or not it is complete; null if the map has no place for it.</summary>
    public Tensor? ReadTensor(TensorLocation location)
    {
        if (TensorTap.TryCreate(location, _program) is not { } tap)
        {
            return null;
        }

        for (var i = 0; i < location.Placements.Length; i++)
        {
            tap.Read(_memory, i);
        }

        return tap.ToTensor();
    }

    private static void Append(XxHash128 hash, long value) => hash.Append(MemoryMarshal.AsBytes(new Span<long>(ref value)));

    private void AppendPending(XxHash128 hash, List<PendingResult> list)
    {
        Append(hash, list.Count);
        foreach (var item in list)
        {
            Append(hash, ((long)item.Location.Engine << 32) | (uint)item.Location.Index);
            Append(hash, item.IsApplied ? 1 : item.Results is null ? 0 : 2);
            if (!item.IsApplied && item.Results is not null)
            {
                AppendResults(hash, item);
            }
        }
    }

    // Only what will be written: buffers are larger, and lanes that the instruction does not have are undefined.
    private void AppendResults(XxHash128 hash, PendingResult item)
    {
        ref readonly var instruction = ref _program[item.Location];
        if (instruction.IsTransfer)
        {
            hash.Append(item.Results.AsSpan(0, (int)DenseTransfer.Bytes(instruction)));
            return;
        }

        ref readonly var destination = ref instruction.Operands[0].OnChip;
        var size = DeviceTypes.Bytes(destination.Type);
        Span<byte> element = stackalloc byte[ColumnCursor.WordBytes];
        for (var i = 0; i < destination.ElementsPerPartition; i++)
        {
            for (var lane = 0; lane < destination.Partitions; lane++)
            {
                item.Results.AsSpan((i * ColumnCursor.WordBytes) + (lane * 4), size).CopyTo(element[(lane * size)..]);
            }

            hash.Append(element[..(destination.Partitions * size)]);
        }

        if (item.Column is not null)
        {
            hash.Append(item.Column.AsSpan(0, destination.Partitions * 4));
        }
    }

    private static void AppendPages(XxHash128 hash, PagedMemory memory)
    {
        Append(hash, memory.Pages);
        for (var page = 0; page < memory.Pages; page++)
        {
            var value = memory.PageHash(page);
            hash.Append(MemoryMarshal.AsBytes(new Span<UInt128>(ref value)));
        }
    }
}
