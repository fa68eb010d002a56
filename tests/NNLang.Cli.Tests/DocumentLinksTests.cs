using System.Text.RegularExpressions;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>What documents link to exists, and so do the sections that code comments cite.</summary>
public sealed partial class DocumentLinksTests
{
    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken =
            from file in Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md"))
            where File.Exists(file)
            from Match link in Link().Matches(File.ReadAllText(file))
            let target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups["path"].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{Path.GetFileName(file)}: {link.Groups["path"].Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Sections_that_code_cites_exist()
    {
        var sections = Directory.GetFiles(Repository.PathOf("docs"), "*.md").ToDictionary(
            file => Path.GetFileName(file),
            file => File.ReadLines(file).Select(line => Section().Match(line)).Where(match => match.Success)
                .Select(match => match.Groups["number"].Value).ToHashSet());
        var cited = (
            from folder in new[] { "src", "tests", "grammar" }
            from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".g4" or ".nn"
            from Match citation in Citation().Matches(File.ReadAllText(file))
            select (Document: citation.Groups["document"].Value, Number: citation.Groups["number"].Value, File: Path.GetFileName(file))).ToList();
        Assert.True(cited.Count > 100, $"Only {cited.Count} citations were found.");
        Assert.Empty(cited.Where(citation => !sections.TryGetValue(citation.Document, out var known) || !known.Contains(citation.Number)));
    }

    // Pictures are made by the editor tests and may be absent from a working copy.
    [GeneratedRegex(@"(?<!!\[[^\]]*)\]\((?<path>[^)#:]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    // '## 8.3 Instructions', '### 6.4 Table', '**4.7** ..' or '4.7 A race ..'.
    [GeneratedRegex(@"^(#+ )?(\*\*)?(?<number>[0-9]+(\.[0-9]+)*)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Section();

    [GeneratedRegex(@"docs/(?<document>[a-z-]+\.md)(</c>)? (?<number>[0-9]+(\.[0-9]+)*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Citation();
}
