using System.Diagnostics;
using NNLang.Semantics;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Benchmarks;

internal static class EditingBenchmark
{
    public static void Run()
    {
        foreach (var (find, other) in new[] { ("max: ", "7"), ("filters: ", "1") })
        {
            var text = File.ReadAllText("/work/lat/chain.nn");
            var tree = SyntaxTree.Parse(text);
            var compilation = Compilation.Create(tree);
            _ = compilation.Diagnostics;
            var at = text.LastIndexOf(find, text.Length / 2, StringComparison.Ordinal) + find.Length;
            var first = text[at].ToString();
            var parse = new List<double>();
            var bind = new List<double>();
            var alloc = new List<long>();
            for (var i = 0; i < 300; i++)
            {
                var a = GC.GetAllocatedBytesForCurrentThread();
                var t = Stopwatch.GetTimestamp();
                var next = compilation.Tree.WithChange(new TextChange(new TextSpan(at, 1), i % 2 == 0 ? other : first));
                parse.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
                t = Stopwatch.GetTimestamp();
                compilation = compilation.WithTree(next);
                _ = compilation.Diagnostics;
                bind.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
                alloc.Add(GC.GetAllocatedBytesForCurrentThread() - a);
            }

            Workspace();
            Console.WriteLine($"{find} parse {Median(parse):0} us, diagnostics {Median(bind):0} us, {compilation.BoundStatements} bound, allocated {alloc[^1]:N0}, diagnostics {compilation.Diagnostics.Length}");
        }
    }

    private static void Workspace()
    {
        var text = File.ReadAllText("/work/lat/chain.nn");
        var doc = NNLang.Workspaces.Snapshots.Document.Open("file:///work/lat/chain.nn", 1, text, NNLang.Workspaces.Snapshots.WorkspaceSettings.Default);
        _ = NNLang.Workspaces.Features.DocumentDiagnostics.Compute(doc);
        var find = "max: ";
        var at = text.LastIndexOf(find, text.Length / 2, StringComparison.Ordinal) + find.Length;
        var place = doc.Text.PositionOf(at);
        List<double> a = [], b = [], c = [], d = [];
        for (var i = 0; i < 300; i++)
        {
            var t = Stopwatch.GetTimestamp();
            doc = doc.WithChanges(i + 2, [x => new TextChange(new TextSpan(x.PositionOf(place), 1), i % 2 == 0 ? "7" : "6")]);
            a.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
            t = Stopwatch.GetTimestamp();
            var r = NNLang.Workspaces.Features.DocumentDiagnostics.Compute(doc);
            b.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
            t = Stopwatch.GetTimestamp();
            foreach (var x in r) { _ = doc.Text.PositionOf(x.Location.Span.Start); }
            c.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
            t = Stopwatch.GetTimestamp();
            _ = doc.Compilation.MainNetwork; _ = NNLang.Workspaces.Features.DocumentDiagnostics.CountErrors(doc);
            _ = NNLang.Workspaces.Schedules.DeviceNames.Title(doc, doc.Compilation.MainNetwork!, NNLang.Workspaces.Snapshots.WorkspaceSettings.Default);
            d.Add(Stopwatch.GetElapsedTime(t).TotalMicroseconds);
        }

        Console.WriteLine($"change {Median(a):0} compute {Median(b):0} place {Median(c):0} status {Median(d):0}");
    }

    private static double Median(List<double> values)
    {
        var sorted = values[(values.Count / 2)..].Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
