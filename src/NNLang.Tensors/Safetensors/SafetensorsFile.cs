using System.IO.MemoryMappedFiles;

namespace NNLang.Tensors.Safetensors;

/// <summary>
/// A safetensors file, mapped: opening reads the header only; a tensor's pages are read when its elements are. Thread-safe. Tensors
/// must not be read after the file is disposed; the file on disk must not be shortened while it is open.
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _pointer;
    private int _disposed;

    private SafetensorsFile(SafetensorsHeader header, MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        Header = header;
        _map = map;
        _view = view;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
    }

    /// <summary>What the file holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>
    /// Opens a file. Throws <see cref="TensorFileException"/> for one that is no sound safetensors file, and what opening a file throws.
    /// </summary>
    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        MemoryMappedFile? map = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var header = ReadHeader(stream);
            map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
                leaveOpen: false);
            view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(header, map, view);
        }
        catch
        {
            view?.Dispose();
            map?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the header of a seekable stream from its beginning. Throws <see cref="TensorFileException"/>.</summary>
    public static SafetensorsHeader ReadHeader(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        stream.Position = 0;
        var length = SafetensorsHeader.ReadLength(prefix[..stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)],
            stream.Length);
        var json = new byte[length];
        if (stream.ReadAtLeast(json, length, throwOnEndOfStream: false) < length)
        {
            throw new TensorFileException("The file ends inside its header.");
        }

        return SafetensorsHeader.Read(json, stream.Length);
    }

    /// <summary>
    /// A tensor by key, or null. Its elements are the file's own pages. Throws <see cref="TensorFileException"/> for one of 2 GiB or more.
    /// </summary>
    public Tensor? Find(string name)
    {
        if (Header.Find(name) is not { } entry)
        {
            return null;
        }

        if (entry.Length > int.MaxValue)
        {
            throw new TensorFileException($"'{name}' has {entry.Length} bytes; at most {int.MaxValue} are read as one tensor.");
        }

        var bytes = entry.Length == 0 ? default : new MappedBytes(_view, _pointer, entry.Offset, (int)entry.Length).Memory;
        return new Tensor(entry.Type, entry.Shape, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map.Dispose();
        }
    }
}
