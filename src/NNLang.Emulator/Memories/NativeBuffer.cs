using System.Runtime.InteropServices;

namespace NNLang.Emulator.Memories;

/// <summary>
/// Zeroed memory outside the garbage collector's reach, aligned to 4 KiB, with 64 readable bytes behind its end so that a vector load at
/// the last element stays inside. Large buffers cost nothing until they are touched.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 4096;
    private const int Tail = 64;
    private void* _block;

    public NativeBuffer(long length)
    {
        Length = length;
        _block = NativeMemory.AllocZeroed((nuint)(length + Alignment + Tail));
        Data = (byte*)(((nuint)_block + Alignment - 1) & ~(nuint)(Alignment - 1));
        if (length > 1 << 16)
        {
            GC.AddMemoryPressure(length);
        }
    }

    ~NativeBuffer() => Free();

    public byte* Data { get; private set; }

    public long Length { get; }

    public Span<byte> Span => new(Data, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_block is not null)
        {
            NativeMemory.Free(_block);
            _block = null;
            Data = null;
            if (Length > 1 << 16)
            {
                GC.RemoveMemoryPressure(Length);
            }
        }
    }
}
