using System.Diagnostics;
using System.Globalization;
using NNLang.Semantics;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Benchmarks;

/// <summary>
/// From an edit to all diagnostics inside one process, at 10,000 operations: text, tree and binding, without a protocol around them. What the
/// edit changes decides what it costs, so each kind is a line.
/// </summary>
internal static class EditingBenchmark
{
    private const int Operations = 10_000;
    private const int Edits = 200;

    private static readonly Kind[] Kinds =
    [
        new("an attribute that changes no type", "max: ", "6", "7"),
        new("an attribute that changes a type", "kernel: ", "3", "1"),
        new("the name of an operand", "clip(", "", "x"),
        new("the size of the input, another each time", "image: f32[1, 32, ", "16", null),
        new("a line more", "\n", "", "  w = image\n"),
        new("a comment", "\n", "", "// here\n"),
    ];

    /// <summary>An edit: what stands before the place, what is there, what comes instead and back; null for a number never seen before.</summary>
    private readonly record struct Kind(string Title, string Find, string Old, string? New)
    {
        public TextChange Change(int at, int edit) =>
            New is null ? new TextChange(new TextSpan(at, 2), (16 + (edit % 80)).ToString(CultureInfo.InvariantCulture))
            : edit % 2 == 0 ? new TextChange(new TextSpan(at, Old.Length), New)
            : new TextChange(new TextSpan(at, New.Length), Old);
    }

    public static void Run()
    {
        Console.WriteLine("| edit at 10,000 operations | median, µs | best, µs | statements bound | bytes allocated |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var kind in Kinds)
        {
            Measure(kind);
        }
    }

    private static void Measure(Kind kind)
    {
        var text = LargeChain.NNLang(Operations);
        var at = text.LastIndexOf(kind.Find, text.Length / 2, StringComparison.Ordinal) + kind.Find.Length;
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        _ = compilation.Diagnostics;
        var times = new List<double>();
        long bytes = 0;
        var bound = 0;
        for (var i = 0; i < Edits; i++)
        {
            var change = kind.Change(at, i);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            compilation = compilation.WithTree(compilation.Tree.WithChange(change));
            _ = compilation.Diagnostics;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
            bound = compilation.BoundStatements;
        }

        times.Sort();
        Console.WriteLine(FormattableString.Invariant($"| {kind.Title} | {times[Edits / 2]:0} | {times[0]:0} | {bound} | {bytes:#,0} |"));
    }
}
