using NNLang.Benchmarks;

// Prints measured figures beside those of a peer or an anchor, taken in the same run. Nothing is gated here.
var known = new Dictionary<string, Action>(StringComparer.Ordinal)
{
    ["editing"] = EditingBenchmark.Run,
    ["compilation"] = CompilationBenchmark.Run,
    ["emulation"] = EmulationBenchmark.Run,
    ["instructions"] = InstructionBenchmark.Run,
    ["latency"] = LatencyBenchmark.Run,
    ["makespan"] = MakespanBenchmark.Run,
    ["products"] = ProductBenchmark.Run,
};
var wanted = args.Length == 0 ? known.Keys.ToArray() : args;
foreach (var name in wanted)
{
    if (!known.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"There is no benchmark '{name}'; known: {string.Join(", ", known.Keys)}.");
        return 3;
    }

    run();
}

return 0;
