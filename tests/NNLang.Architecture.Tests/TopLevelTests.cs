using NNLang.Testing;

namespace NNLang.Architecture.Tests;

/// <summary>The top level holds what the house names, and no text speaks of the machine it was written on.</summary>
public sealed class TopLevelTests
{
    private static readonly string[] Allowed =
    [
        "src", "grammar", "tests", "editors", "vscode-extension", "docs", "examples", "NNLang.sln", "README.md", "LICENSE",
        "CONTRIBUTING.md", "THIRD-PARTY-NOTICES.md", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
        "BannedSymbols.txt", "global.json",
        "artifacts", "node_modules",
    ];

    [Fact]
    public void Nothing_else_stands_at_the_top()
    {
        var names = Directory.GetFileSystemEntries(Repository.Root).Select(path => Path.GetFileName(path)!);
        Assert.Empty(names.Where(name => !name.StartsWith('.')).Except(Allowed));
    }

    [Fact]
    public void Source_files_stay_within_one_duty()
    {
        var longFiles = Directory.GetFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("Generated", StringComparison.Ordinal))
            .Select(path => (Path: Path.GetRelativePath(Repository.Root, path), Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > 700);
        Assert.Empty(longFiles);
    }
}
