using System.Text.RegularExpressions;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>What documents link to exists, and so do the tests they name and the sections that code comments cite.</summary>
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
        Assert.DoesNotContain(cited, citation => !sections.TryGetValue(citation.Document, out var known) || !known.Contains(citation.Number));
    }

    [Fact]
    public void Every_invariant_names_test_classes_that_exist()
    {
        var lines = File.ReadLines(Repository.PathOf("docs/architecture.md")).SkipWhile(line => line != "## Invariants")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`')).ToList();
        Assert.True(lines.Count > 10, "The table of invariants was not found.");
        var missing =
            from line in lines.Where(line => line.Contains("Tests`", StringComparison.Ordinal))
            from part in line[(line.TrimEnd('|', ' ').LastIndexOf(" | ", StringComparison.Ordinal) + 3)..].Split("; ")
            let room = part[..part.IndexOf(':')]
            let code = Directory.EnumerateFiles(Repository.PathOf($"tests/NNLang.{room}.Tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList()
            from Match name in TestClass().Matches(part)
            where !code.Any(text => Regex.IsMatch(text, $@"\bclass {name.Groups["name"].Value}\b"))
            select $"{room}: {name.Groups["name"].Value}";
        Assert.Empty(missing);
    }

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests)`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestClass();

    // Pictures are made by the editor tests and may be absent from a working copy.
    [GeneratedRegex(@"(?<!!\[[^\]]*)\]\((?<path>[^)#:]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    // '## 8.3 Instructions', '### 6.4 Table', '**4.7** ..' or '4.7 A race ..'.
    [GeneratedRegex(@"^(#+ )?(\*\*)?(?<number>[0-9]+(\.[0-9]+)*)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Section();

    [GeneratedRegex(@"docs/(?<document>[a-z-]+\.md)(</c>)? (?<number>[0-9]+(\.[0-9]+)*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Citation();
}
