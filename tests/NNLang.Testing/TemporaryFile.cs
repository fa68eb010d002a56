namespace NNLang.Testing;

/// <summary>A file in a folder of its own, removed afterwards.</summary>
public sealed class TemporaryFile : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes the file.</summary>
    public TemporaryFile(string name, string text)
    {
        Path = System.IO.Path.Combine(_folder.Path, name);
        File.WriteAllText(Path, text);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}

/// <summary>An empty folder, removed afterwards with what is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("nnlang-").FullName;

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
