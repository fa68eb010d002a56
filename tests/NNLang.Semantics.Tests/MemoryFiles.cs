namespace NNLang.Semantics.Tests;

/// <summary>Files in memory.</summary>
internal sealed class MemoryFiles : IFileSystem
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>How often a file was opened.</summary>
    public int Opened { get; private set; }

    public MemoryFiles Add(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    public Stream? Open(string path)
    {
        Opened++;
        return _files.TryGetValue(path, out var content) ? new MemoryStream(content) : null;
    }

    public long? VersionOf(string path) => _files.TryGetValue(path, out var content) ? content.Length : null;

    public string? PhysicalPath(string path) => null;
}
