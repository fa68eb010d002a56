using System.Runtime.CompilerServices;

namespace NNLang.Testing;

/// <summary>Where the repository and the shared test data lie.</summary>
public static class Repository
{
    /// <summary>The root of the clone that the tests were built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The folder of shared test data: <c>NNLANG_SHARED</c>, else <c>shared</c> beside the clone. Null where it is absent.
    /// </summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A path below the root, with '/' separators.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>A path below the shared data. Fails the test with a clear message where the data is absent.</summary>
    public static string SharedPath(string relative)
    {
        var path = Shared is null ? null : Path.Combine(Shared, relative);
        Assert.True(
            path is not null && (File.Exists(path) || Directory.Exists(path)),
            $"Test data '{relative}' is absent. Set NNLANG_SHARED to the folder that holds it.");
        return path!;
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "NNLang.sln")))
            {
                return folder;
            }
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "NNLang.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("NNLang.sln was not found above the tests.");
    }

    private static string? FindShared()
    {
        var named = Environment.GetEnvironmentVariable("NNLANG_SHARED");
        if (!string.IsNullOrEmpty(named))
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = Path.GetDirectoryName(Root); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var beside = Path.Combine(folder, "shared");
            if (Directory.Exists(Path.Combine(beside, "data")))
            {
                return beside;
            }
        }

        return null;
    }
}
