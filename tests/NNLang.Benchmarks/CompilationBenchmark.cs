using System.Diagnostics;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Targets.Launch;

namespace NNLang.Benchmarks;

/// <summary>From a bound network to its plan: with nothing remembered, and again with what the first compilation left.</summary>
internal static class CompilationBenchmark
{
    private const int Tries = 15;

    public static void Run()
    {
        Console.WriteLine("| network | low-level operations | compiled afresh, ms | compiled again, ms |");
        Console.WriteLine("| --- | --- | --- | --- |");
        LightModel.LaunchEach(Measure);
    }

    private static void Measure(string name, LaunchedNetwork launched)
    {
        var (afresh, again) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < Tries; i++)
        {
            var cache = new CompilerCache();
            afresh = Math.Min(afresh, Compile(launched, cache));
            again = Math.Min(again, Compile(launched, cache));
        }

        Console.WriteLine(FormattableString.Invariant($"| {name} | {launched.Compiled.Plan!.OperationCount} | {afresh:0.0} | {again:0.00} |"));
    }

    private static double Compile(LaunchedNetwork launched, CompilerCache cache)
    {
        var watch = Stopwatch.StartNew();
        _ = Compiler.CompilationPipeline.Compiler.Compile(launched.Network, launched.Device, launched.Compiled.Options, cache).Plan;
        return watch.Elapsed.TotalMilliseconds;
    }
}
