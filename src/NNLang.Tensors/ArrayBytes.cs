using System.Buffers;
using System.Runtime.InteropServices;

namespace NNLang.Tensors;

/// <summary>An array of numbers seen as bytes without a copy. Nothing is owned beyond the array, so nothing needs disposing.</summary>
internal sealed class ArrayBytes<T>(T[] elements) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(elements.AsSpan());

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = GCHandle.Alloc(elements, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex, handle);
    }

    public override void Unpin()
    {
        // The memory handle frees its own pin.
    }

    protected override void Dispose(bool disposing)
    {
    }
}
