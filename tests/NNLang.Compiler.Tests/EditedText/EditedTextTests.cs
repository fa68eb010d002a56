using System.Globalization;
using System.Text;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Machine.ProgramFormat;
using NNLang.Semantics;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.EditedText;

/// <summary>
/// Incremental equals full, from the keystroke to the program: after every random edit of a small network the text, the tree, the diagnostics, the
/// network and the schedule are those of a fresh compilation of the same text; every hundredth time the program's bytes too.
/// </summary>
public sealed class EditedTextTests
{
    private const int Walks = 20;
    private const int EditsPerWalk = 100;
    private const int BytesEvery = 100;

    [Fact]
    public void Every_stage_after_an_edit_is_that_of_a_fresh_compilation()
    {
        var (edits, compiled) = (0, 0);
        PropertySeed.ForEach(Walks, random =>
        {
            var text = TextEdits.Sources[random.Next(TextEdits.Sources.Length)].ReplaceLineEndings("\n");
            var history = new Stack<string>();
            var tree = SyntaxTree.Parse(text);
            var compilation = Compilation.Create(tree);
            var cache = new CompilerCache();
            for (var i = 0; i < EditsPerWalk; i++)
            {
                // Broken text is left again soon, so that most snapshots have a schedule to compare.
                var undone = history.Count > 0 && (compilation.HasErrors || random.Next(6) == 0);
                var change = undone ? TextEdits.Between(text, history.Pop()) : TextEdits.Next(random, text);
                if (!undone)
                {
                    history.Push(text);
                }

                text = string.Concat(text.AsSpan(0, change.Span.Start), change.NewText, text.AsSpan(change.Span.End));
                tree = tree.WithChange(change);
                compilation = compilation.WithTree(tree);
                edits++;
                compiled += Compare(text, tree, compilation, cache, edits % BytesEvery == 0) ? 1 : 0;
            }
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {PropertySeed.Base}: {edits} edits, {compiled} with a schedule");
        Assert.True(compiled > edits / 3, $"only {compiled} of {edits} snapshots compiled");
    }

    private static bool Compare(string text, SyntaxTree tree, Compilation compilation, CompilerCache cache, bool bytes)
    {
        var freshTree = SyntaxTree.Parse(text);
        var fresh = Compilation.Create(freshTree);
        Assert.Equal(text, tree.Text.ToString());
        Assert.Equal(freshTree.GreenRoot.ContentHash, tree.GreenRoot.ContentHash);
        Assert.Equal(Describe(fresh.Diagnostics), Describe(compilation.Diagnostics));
        if (fresh.MainNetwork is not { } name || fresh.HasErrors)
        {
            return false;
        }

        var expected = fresh.GetNetwork(name)!;
        var actual = compilation.GetNetwork(name)!;
        Assert.Equal(NetworkDump.Text(expected), NetworkDump.Text(actual));
        if (expected.Inputs.Any(input => input.Type.KnownShape is null) || fresh.DeviceOf(name) is not { } device)
        {
            return false;
        }

        var full = CompilationPipeline.Compiler.Compile(expected, device);
        var incremental = CompilationPipeline.Compiler.Compile(actual, device, null, cache);
        Assert.Equal(full.Problems.Select(p => p.ToString()), incremental.Problems.Select(p => p.ToString()));
        if (!full.Succeeded)
        {
            return false;
        }

        Assert.Equal(full.Schedule.Makespan, incremental.Schedule.Makespan);
        Assert.Equal(full.Schedule.Operations.AsSpan(), incremental.Schedule.Operations.AsSpan());
        Assert.Equal(full.SourceOrderSchedule?.Makespan, incremental.SourceOrderSchedule?.Makespan);
        if (bytes)
        {
            Assert.Equal(ProgramFile.Write(full.Program), ProgramFile.Write(incremental.Program));
        }

        return true;
    }

    private static string Describe(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics)
        {
            text.Append(CultureInfo.InvariantCulture, $"{diagnostic} / {diagnostic.Help}\n");
        }

        return text.ToString();
    }
}
