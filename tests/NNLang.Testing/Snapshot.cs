namespace NNLang.Testing;

/// <summary>
/// Compares text with a committed file. <c>NNLANG_UPDATE_SNAPSHOTS=1</c> writes the files instead, for review in the diff.
/// </summary>
public static class Snapshot
{
    /// <summary>Asserts that the file below the repository's root holds exactly this text (line breaks as LF).</summary>
    public static void Match(string relativePath, string actual)
    {
        var path = Repository.PathOf(relativePath);
        var text = actual.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("NNLANG_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path), $"Snapshot '{relativePath}' is absent. Run with NNLANG_UPDATE_SNAPSHOTS=1 and review it.");
        Assert.Equal(File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal), text);
    }
}
