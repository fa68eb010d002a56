using NNLang.Semantics;

namespace NNLang.Targets.Launch;

/// <summary>The file system of the machine. Thread-safe.</summary>
public sealed class PhysicalFiles : IFileSystem
{
    /// <summary>The only instance.</summary>
    public static PhysicalFiles Instance { get; } = new();

    private PhysicalFiles()
    {
    }

    /// <inheritdoc/>
    public Stream? Open(string path) => File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) : null;

    /// <inheritdoc/>
    public long? VersionOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? HashCode.Combine(file.LastWriteTimeUtc.Ticks, file.Length) : null;
    }

    /// <inheritdoc/>
    public string? PhysicalPath(string path) => File.Exists(path) ? Path.GetFullPath(path) : null;
}
