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
    public void No_text_names_the_folder_of_this_clone()
    {
        string[] texts = [".cs", ".csproj", ".g4", ".json", ".md", ".mjs", ".nn", ".ts", ".txt", ".yml"];
        string[] made = ["artifacts", "node_modules", ".git", "bin", "obj", "dist"];
        var found = new List<string>();
        var folders = new Stack<string>([Repository.Root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var inner in Directory.GetDirectories(folder).Where(path => !made.Contains(Path.GetFileName(path))))
            {
                folders.Push(inner);
            }

            found.AddRange(Directory.GetFiles(folder).Where(path => texts.Contains(Path.GetExtension(path)) && File.ReadAllText(path).Contains(Repository.Root + "/", StringComparison.Ordinal)));
        }

        Assert.Empty(found);
    }

    [Fact]
    public void The_workflow_runs_what_a_developer_runs() =>
        Assert.Contains("        run: .ci/run", File.ReadAllLines(Repository.PathOf(".github/workflows/ci.yml")));

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
