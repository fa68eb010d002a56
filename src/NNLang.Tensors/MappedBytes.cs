using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace NNLang.Tensors;

/// <summary>Part of a mapped file as memory. Taking its span after the mapping is gone throws; the mapping's owner ends it.</summary>
internal sealed unsafe class MappedBytes : MemoryManager<byte>
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Makes one. The owner of the view has acquired <paramref name="pointer"/> and releases it.</summary>
    public MappedBytes(MemoryMappedViewAccessor view, byte* pointer, long offset, int length)
    {
        _view = view;
        _start = pointer + view.PointerOffset + offset;
        _length = length;
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        return new Span<byte>(_start, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        return new MemoryHandle(_start + elementIndex, default, this);
    }

    public override void Unpin()
    {
        // Mapped memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        // The view's owner ends the mapping.
    }
}
