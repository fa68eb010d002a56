using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Faults;
using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Devices;
using NNLang.Targets.Emulation;

namespace NNLang.Targets.Faults;

/// <summary>A fault that a network can suffer.</summary>
/// <param name="Spec">The fault as <c>--fault</c> takes it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Where">The layer it strikes.</param>
public sealed record PossibleFault(string Spec, string Kind, string Where);

/// <summary>
/// Lists faults by what a compiled network really uses: which engines, functions, queues and accumulations each layer has. Pure and
/// deterministic in the seed.
/// </summary>
public static class FaultCatalogue
{
    /// <summary>Faults of every kind that the network can suffer: one a layer and kind, or a draw of them that keeps all kinds.</summary>
    /// <param name="compiled">The network.</param>
    /// <param name="seed">Chooses bits, lanes, and which faults are drawn.</param>
    /// <param name="count">How many; null for all.</param>
    public static ImmutableArray<PossibleFault> Draw(CompiledNetwork compiled, long seed, int? count)
    {
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        var all = new List<PossibleFault>();
        AddDeviceFaults(compiled, random, all);
        AddCompilerFaults(compiled, all);
        if (count is not { } asked)
        {
            return [.. all];
        }

        // Kinds take turns, so that a small draw has them all.
        var wanted = Math.Min(asked, all.Count);
        var queues = all.GroupBy(fault => fault.Kind).Select(group => new Queue<PossibleFault>(Shuffle(group.ToArray(), random))).ToList();
        var drawn = ImmutableArray.CreateBuilder<PossibleFault>(wanted);
        for (var i = 0; drawn.Count < wanted; i = (i + 1) % queues.Count)
        {
            if (queues[i].TryDequeue(out var fault))
            {
                drawn.Add(fault);
            }
        }

        return drawn.ToImmutable();
    }

    private static void AddDeviceFaults(CompiledNetwork compiled, Random random, List<PossibleFault> faults)
    {
        var program = LoadedProgram.Load(compiled.Program, compiled.Device).Require();
        var uses = LayerUses.Of(compiled);
        for (var layer = 0; layer < uses.Length; layer++)
        {
            var use = uses[layer];
            var path = compiled.Network.Layers[layer].Path;
            if (use.ArrayColumns > 0)
            {
                Add("stuck_bit", $"engine: tensor, column: {random.Next(use.ArrayColumns)}, bit: {random.Next(20, 31)}, value: {random.Next(2)}", path);
            }

            foreach (var (engine, lanes) in use.Lanes)
            {
                Add("stuck_bit", $"engine: {Engines.Name(engine)}, lane: {random.Next(lanes)}, bit: {random.Next(20, 31)}, value: {random.Next(2)}", path);
            }

            foreach (var function in use.TableFunctions)
            {
                Add("wrong_table", $"engine: scalar, function: \"{Mnemonics.Name(function)}\", segment: {random.Next(32)}", path);
            }

            if (use.Accumulates)
            {
                AddEvery("lost_accumulate", "", random.Next(1, 4), "", path);
            }

            foreach (var queue in use.Queues)
            {
                AddEvery("dropped_row", $"queue: {queue}, ", random.Next(1, 9), "", path);
                AddEvery("misplaced_row", $"queue: {queue}, ", random.Next(1, 9), $", offset: {4 * random.Next(1, 9)}", path);
            }
        }

        bool Add(string kind, string fields, string path)
        {
            var spec = $"{kind}({fields}, layer: {Quote(path)})";
            var strikes = FaultSpecification.Parse(spec, compiled.Device, out _) is { } fault && FaultReach.Strikes(program, fault);
            if (strikes)
            {
                faults.Add(new PossibleFault(spec, kind, path));
            }

            return strikes;
        }

        // A layer with few rows has no seventh one.
        void AddEvery(string kind, string before, int every, string after, string path)
        {
            if (!Add(kind, $"{before}every: {every}{after}", path) && every > 1)
            {
                Add(kind, $"{before}every: 1{after}", path);
            }
        }
    }

    private static void AddCompilerFaults(CompiledNetwork compiled, List<PossibleFault> faults)
    {
        // The compiler names a group by its last layer; people look for where it begins.
        var fused = compiled.Fused!;
        var candidates = CompilerFaults.Candidates(fused).ToLookup(fault => fault.Word("layer")!, StringComparer.Ordinal);
        var waits = CompilerFaults.MissingWaits(compiled.Plan!).Select(fault => fault.Word("layer")!).ToHashSet(StringComparer.Ordinal);
        for (var group = 0; group < fused.Groups.Length; group++)
        {
            var last = fused.LastLayers[group];
            var paths = fused.Groups[group].Layers.Select(distance => compiled.Network.Layers[last - distance].Path).ToList();
            foreach (var fault in candidates[compiled.Network.Layers[last].Path])
            {
                var side = fault.Word("side") is { } edge ? $", side: \"{edge}\"" : "";
                Add(fault.Kind, $"pass: \"{fault.Word("pass")}\"{side}", paths[0]);
            }

            if (paths.Find(waits.Contains) is { } waiting)
            {
                Add("missing_wait", "pass: \"emit\"", waiting);
            }
        }

        void Add(string kind, string fields, string path) =>
            faults.Add(new PossibleFault($"{kind}({fields}, layer: {Quote(path)})", kind, path));
    }

    private static string Quote(string path) => "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static PossibleFault[] Shuffle(PossibleFault[] faults, Random random)
    {
        random.Shuffle(faults);
        return faults;
    }
}
