using System.IO.Hashing;
using System.Numerics;

namespace NNLang.Emulator.Memories;

/// <summary>
/// One memory of the device on the host: bytes, one bit a byte that tells whether it was ever written, and for each page of 4 KiB the
/// generation of its last write. Whoever writes calls <see cref="Touch"/> first. Not thread-safe.
/// </summary>
internal sealed unsafe class PagedMemory : IDisposable
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>Bytes that saving one page takes.</summary>
    public const int LoggedPageBytes = PageBytes + (PageBytes / 8);

    private readonly MemoryHistory _history;
    private readonly NativeBuffer _bytes;
    private readonly NativeBuffer? _mask;
    private readonly long[] _stamps;
    private readonly bool _owned;
    private UInt128[]? _hashes;
    private long[]? _hashStamps;

    /// <summary>Makes a memory of zeros.</summary>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="initialised">Whether it counts as written.</param>
    /// <param name="history">The history it shares with the other memories of the device.</param>
    public PagedMemory(long length, bool initialised, MemoryHistory history)
        : this(new NativeBuffer(length), initialised, history, owned: true)
    {
    }

    /// <summary>Wraps bytes that it does not own and that nobody writes.</summary>
    public PagedMemory(NativeBuffer bytes, MemoryHistory history)
        : this(bytes, initialised: true, history, owned: false)
    {
    }

    private PagedMemory(NativeBuffer bytes, bool initialised, MemoryHistory history, bool owned)
    {
        _history = history;
        _bytes = bytes;
        _owned = owned;
        _mask = initialised ? null : new NativeBuffer((bytes.Length + 7) / 8);
        _stamps = new long[(bytes.Length + PageBytes - 1) / PageBytes];
    }

    public byte* Data => _bytes.Data;

    public long Length => _bytes.Length;

    /// <summary>One bit a byte, in the order of the bytes; null if everything counts as written.</summary>
    public ulong* Mask => _mask is null ? null : (ulong*)_mask.Data;

    public int Pages => _stamps.Length;

    public void Dispose()
    {
        if (_owned)
        {
            _bytes.Dispose();
        }

        _mask?.Dispose();
    }

    /// <summary>To be called before bytes are written: saves their pages if a snapshot needs them.</summary>
    public void Touch(long offset, long count)
    {
        var last = (offset + count - 1) / PageBytes;
        for (var page = offset / PageBytes; page <= last; page++)
        {
            if (_stamps[page] != _history.Generation)
            {
                TouchPage((int)page);
            }
        }
    }

    /// <summary>Marks bytes as written.</summary>
    public void SetInitialised(long offset, long count)
    {
        if (_mask is not null)
        {
            BitRange.Set(Mask, offset, count);
        }
    }

    /// <summary>The first byte of a range that was never written; -1 if there is none.</summary>
    public long FirstUninitialised(long offset, long count) => _mask is null ? -1 : BitRange.FirstClear(Mask, offset, count);

    /// <summary>
    /// The hash of a page: its bytes, those never written as 0, and which were written. Cached until the page is written in a later
    /// generation; the caller begins one after hashing.
    /// </summary>
    public UInt128 PageHash(int page)
    {
        _hashes ??= new UInt128[_stamps.Length];
        if (_hashStamps is null)
        {
            _hashStamps = new long[_stamps.Length];
            Array.Fill(_hashStamps, -1);
        }

        if (_hashStamps[page] != _stamps[page])
        {
            _hashes[page] = HashPage(page);
            _hashStamps[page] = _stamps[page];
        }

        return _hashes[page];
    }

    internal void Restore(int page, byte[] saved, long stamp)
    {
        var from = (long)page * PageBytes;
        var count = (int)Math.Min(PageBytes, Length - from);
        saved.AsSpan(0, count).CopyTo(new Span<byte>(Data + from, count));
        if (_mask is not null)
        {
            saved.AsSpan(PageBytes, MaskBytes(count)).CopyTo(new Span<byte>(_mask.Data + (from / 8), MaskBytes(count)));
        }

        _stamps[page] = stamp;
    }

    private static int MaskBytes(int count) => (count + 7) / 8;

    private void TouchPage(int page)
    {
        if (_history.MustSave(_stamps[page]))
        {
            var from = (long)page * PageBytes;
            var count = (int)Math.Min(PageBytes, Length - from);
            var saved = new byte[_mask is null ? PageBytes : LoggedPageBytes];
            new ReadOnlySpan<byte>(Data + from, count).CopyTo(saved);
            if (_mask is not null)
            {
                new ReadOnlySpan<byte>(_mask.Data + (from / 8), MaskBytes(count)).CopyTo(saved.AsSpan(PageBytes));
            }

            _history.Save(this, page, saved, _stamps[page]);
        }

        _stamps[page] = _history.Generation;
    }

    private UInt128 HashPage(int page)
    {
        var from = (long)page * PageBytes;
        var count = (int)Math.Min(PageBytes, Length - from);
        var bytes = new ReadOnlySpan<byte>(Data + from, count);
        if (_mask is null)
        {
            return XxHash128.HashToUInt128(bytes);
        }

        Span<byte> canonical = stackalloc byte[LoggedPageBytes];
        canonical.Clear();
        var mask = new ReadOnlySpan<byte>(_mask.Data + (from / 8), MaskBytes(count));
        if (mask.ContainsAnyExcept((byte)0))
        {
            for (var i = 0; i < count; i++)
            {
                canonical[i] = (mask[i >> 3] >> (i & 7) & 1) != 0 ? bytes[i] : (byte)0;
            }

            mask.CopyTo(canonical[PageBytes..]);
        }

        return XxHash128.HashToUInt128(canonical);
    }
}

/// <summary>Runs of bits in 64-bit words.</summary>
internal static unsafe class BitRange
{
    public static void Set(ulong* words, long first, long count)
    {
        var last = first + count - 1;
        long from = first >> 6, to = last >> 6;
        var head = ulong.MaxValue << (int)(first & 63);
        var tail = ulong.MaxValue >> (int)(63 - (last & 63));
        if (from == to)
        {
            words[from] |= head & tail;
            return;
        }

        words[from] |= head;
        for (var i = from + 1; i < to; i++)
        {
            words[i] = ulong.MaxValue;
        }

        words[to] |= tail;
    }

    /// <summary>The first bit of a run that is clear; -1 if all are set.</summary>
    public static long FirstClear(ulong* words, long first, long count)
    {
        var end = first + count;
        for (var at = first; at < end;)
        {
            var missing = ~words[at >> 6] >> (int)(at & 63);
            if (missing == 0)
            {
                at = (at | 63) + 1;
                continue;
            }

            at += BitOperations.TrailingZeroCount(missing);
            return at < end ? at : -1;
        }

        return -1;
    }
}
