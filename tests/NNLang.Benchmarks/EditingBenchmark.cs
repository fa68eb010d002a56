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

    private static readonly (string Title, string Find, string Old, string New)[] Kinds =
    [
        ("an attribute that changes no type", "max: ", "6", "7"),
        ("an attribute that changes a type", "kernel: ", "3", "1"),
        ("the name of an operand", "clip(", "", "x"),
        ("the size of the input, another each time", "image: f32[1, 32, ", "16", "17"),
        ("a line more", "\n", "", "  w = image\n"),
        ("a comment", "\n", "", "// here\n"),
    ];

    public static void Run()
    {
        Console.WriteLine("| edit at 10,000 operations | median, µs | best, µs | statements bound | bytes allocated |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var kind in Kinds)
        {
            Measure(kind.Title, kind.Find, kind.Old, kind.New);
        }
    }

    private static void Measure(string title, string find, string old, string now)
    {
        var text = LargeChain.NNLang(Operations);
        var at = text.LastIndexOf(find, text.Length / 2, StringComparison.Ordinal) + find.Length;
        var isNewEachTime = find.StartsWith("image", StringComparison.Ordinal);
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        _ = compilation.Diagnostics;
        var times = new List<double>();
        long bytes = 0;
        var bound = 0;
        for (var i = 0; i < Edits; i++)
        {
            var change = isNewEachTime ? new TextChange(new TextSpan(at, 2), (16 + (i % 80)).ToString(CultureInfo.InvariantCulture))
                : i % 2 == 0 ? new TextChange(new TextSpan(at, old.Length), now) : new TextChange(new TextSpan(at, now.Length), old);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            compilation = compilation.WithTree(compilation.Tree.WithChange(change));
            _ = compilation.Diagnostics;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
            bound = compilation.BoundStatements;
        }

        times.Sort();
        Console.WriteLine(FormattableString.Invariant($"| {title} | {times[Edits / 2]:0} | {times[0]:0} | {bound} | {bytes:#,0} |"));
    }
}
