using System.Diagnostics;
using NNLang.Emulator;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Targets.Processors;

namespace NNLang.Benchmarks;

/// <summary>
/// Emulation of light_resnet50 with all checks on, over ONNX Runtime's time for the same network in the same process: best of 15 each.
/// </summary>
internal static class EmulationBenchmark
{
    private const int Tries = 15;

    public static void Run()
    {
        using var model = LightModel.Seeded("resnet50");
        using var launched = model.Launch();
        using var session = new OnnxRuntimeReference(launched.Network, launched.Read).CreateSession(Environment.ProcessorCount);
        var program = LoadedProgram.Load(launched.Compiled.Program, launched.Device).Value!;
        var weights = WeightImage.Evaluate(program, launched).Value!;
        var options = new EmulatorOptions { Threads = Environment.ProcessorCount };
        using var emulator = new Emulator.Emulator(program, weights, options);
        var (runtime, all, move, timing) = (double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue);
        for (var i = 0; i < Tries; i++)
        {
            runtime = Math.Min(runtime, Milliseconds(() => session.Run(launched.Inputs)));
            all = Math.Min(all, Milliseconds(() =>
            {
                using var fresh = new Emulator.Emulator(program, weights, options);
                fresh.Run(launched.Inputs);
            }));
            move = Math.Min(move, Milliseconds(() => emulator.Run(launched.Inputs)));
            timing = Math.Min(timing, Milliseconds(() => Emulator.Emulator.CheckTiming(program)));
        }

        Console.WriteLine($"light_resnet50, {launched.Compiled.Program.InstructionCount} instructions, {Environment.ProcessorCount} threads, {KernelPaths.Best}, best of {Tries}");
        Console.WriteLine("| what | ms | over ONNX Runtime |");
        Console.WriteLine("| --- | --- | --- |");
        Print("ONNX Runtime", runtime, runtime);
        Print("emulator, checks and data, memory made anew", all, runtime);
        Print("emulator, further run of a checked program", move, runtime);
        Print("timing only", timing, runtime);
    }

    private static void Print(string what, double milliseconds, double anchor) =>
        Console.WriteLine(FormattableString.Invariant($"| {what} | {milliseconds:0.0} | {milliseconds / anchor:0.00} |"));

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}
