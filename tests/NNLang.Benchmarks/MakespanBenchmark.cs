using NNLang.Targets.Launch;
using NNLang.Testing;

namespace NNLang.Benchmarks;

/// <summary>Makespan of the reordered program over source order and over the lower bound, on every network at hand.</summary>
internal static class MakespanBenchmark
{
    public static void Run()
    {
        Console.WriteLine("| network | makespan, µs | over source order | over the lower bound |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var file in Directory.GetFiles(Repository.PathOf("examples"), "*.nn").Order(StringComparer.Ordinal))
        {
            using var launched = Launcher.Launch(new LaunchRequest(file));
            Print(Path.GetFileNameWithoutExtension(file), launched);
        }

        LightModel.LaunchEach(Print);
    }

    private static void Print(string name, LaunchedNetwork launched)
    {
        var schedule = launched.Compiled.Schedule;
        var source = launched.Compiled.SourceOrderSchedule;
        var ratio = source is null ? "does not fit" : FormattableString.Invariant($"{(double)schedule.Makespan / source.Makespan:0.000}");
        Console.WriteLine(FormattableString.Invariant($"| {name} | {schedule.Makespan / 1e6:0.0} | {ratio} | {schedule.OverBound:0.000} |"));
    }
}
