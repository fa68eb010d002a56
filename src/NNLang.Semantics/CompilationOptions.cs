using System.Collections.Immutable;

namespace NNLang.Semantics;

/// <summary>What a compilation depends on besides the text. Immutable.</summary>
public sealed record CompilationOptions
{
    /// <summary>No overrides, no files: weights files cannot be read.</summary>
    public static CompilationOptions Default { get; } = new();

    /// <summary>Values of symbolic dimensions that replace the defaults of <c>dim</c>: <c>--dim N=8</c>.</summary>
    public ImmutableSortedDictionary<string, long> Dimensions { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The device that replaces <c>@device</c>: a device of the file or a built-in one.</summary>
    public string? Device { get; init; }

    /// <summary>Weights that replace the declarations of the file: a path, or <c>seeded(42)</c>.</summary>
    public string? Weights { get; init; }

    /// <summary>Access to files; null where there is none.</summary>
    public IFileSystem? Files { get; init; }

    /// <summary>The folder that relative paths of weights start from.</summary>
    public string BasePath { get; init; } = string.Empty;
}

/// <summary>Access to files, passed in so that the compiler touches nothing else. Implementations are thread-safe.</summary>
public interface IFileSystem
{
    /// <summary>Opens a file for reading; null where there is none. Throws <see cref="IOException"/> where it cannot be read.</summary>
    Stream? Open(string path);

    /// <summary>
    /// A number that changes when the file does (time of last change and length, hashed); null where there is none. Used to read headers once.
    /// </summary>
    long? VersionOf(string path);

    /// <summary>The path of a file in the file system, for memory mapping; null where it has none.</summary>
    string? PhysicalPath(string path);
}
