using System.Collections.Immutable;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Place;
using NNLang.Machine.Faults;

namespace NNLang.Compiler.Faults;

/// <summary>
/// The fault <c>missing_wait</c>: emit leaves out one wait. Fields: <c>layer</c> narrows to a layer or a prefix of paths, <c>operation</c> to a name
/// of a tile operation, <c>seed</c> chooses among what is left. Deterministic.
/// </summary>
internal static class MissingWait
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "missing_wait";

    /// <summary>The plan without the waits that the faults name; the same plan if there is no such fault.</summary>
    public static Plan Plant(Planner planner, Plan plan, ImmutableArray<FaultDescription> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.Kind == Kind && FaultTarget.IsFor(fault, "emit") && Choose(plan, fault) is { } victim)
            {
                var agent = AgentOf(plan, plan.WaitsOf(victim.Operation)[victim.Wait]);
                var removed = plan.RemovedWaits.Add((victim.Operation, agent));
                plan = planner.Rewait(plan, Without(plan.Waits, victim.Operation, victim.Wait));
                plan = plan.WithRemovedWaits(removed);
            }
        }

        return plan;
    }

    /// <summary>The plan of a length without the waits that the full plan lacks.</summary>
    /// <param name="planner">The planner.</param>
    /// <param name="full">The full plan.</param>
    /// <param name="length">The plan of the length.</param>
    /// <param name="operationInFull">Per operation of the length that of the full plan, or -1.</param>
    public static Plan Transfer(Planner planner, Plan full, Plan length, int[] operationInFull)
    {
        foreach (var (operation, agent) in full.RemovedWaits)
        {
            var here = Array.IndexOf(operationInFull, operation);
            if (here < 0)
            {
                continue;
            }

            var waits = length.WaitsOf(here);
            for (var w = 0; w < waits.Length; w++)
            {
                if (AgentOf(length, waits[w]) == agent)
                {
                    length = planner.Rewait(length, Without(length.Waits, here, w));
                    break;
                }
            }
        }

        return length;
    }

    /// <summary>The operations that a fault of this kind could strike: those that wait for something.</summary>
    public static IEnumerable<int> Candidates(Plan plan)
    {
        for (var i = 0; i < plan.OperationCount; i++)
        {
            if (!plan.WaitsOf(i).IsEmpty)
            {
                yield return i;
            }
        }
    }

    /// <summary>Whether a plan lacks a wait that the fault names.</summary>
    public static bool Acted(Plan plan, FaultDescription fault)
    {
        foreach (var (operation, _) in plan.RemovedWaits)
        {
            if (Matches(plan.Placed, operation, fault.Word("layer"), fault.Word("operation")))
            {
                return true;
            }
        }

        return false;
    }

    private static int AgentOf(Plan plan, int operation) => plan.AgentTable.NumberOf[plan.AgentTable.Agent[operation]];

    private static (int Operation, int Wait)? Choose(Plan plan, FaultDescription fault)
    {
        var layer = fault.Word("layer");
        var name = fault.Word("operation");
        var candidates = new List<(int Operation, int Wait)>();
        foreach (var operation in Candidates(plan))
        {
            if (Matches(plan.Placed, operation, layer, name))
            {
                for (var w = 0; w < plan.WaitsOf(operation).Length; w++)
                {
                    candidates.Add((operation, w));
                }
            }
        }

        if (candidates.Count == 0)
        {
            return null;
        }

        var seed = (ulong)fault.Number("seed", 0);
        return candidates[(int)(Mix(seed) % (ulong)candidates.Count)];
    }

    private static bool Matches(PlacedNetwork placed, int operation, string? layer, string? name)
    {
        if (name is not null && placed.Operation(operation).Name != name)
        {
            return false;
        }

        if (layer is null)
        {
            return true;
        }

        var index = placed.LayerOf(operation);
        var path = index < 0 ? "" : placed.Tiled.Network.Layers[index].Path;
        return path == layer || path.StartsWith(layer + "/", StringComparison.Ordinal);
    }

    private static WaitPlan Without(WaitPlan plan, int operation, int wait)
    {
        var removed = plan.Start[operation] + wait;
        var start = (int[])plan.Start.Clone();
        for (var i = operation + 1; i < start.Length; i++)
        {
            start[i]--;
        }

        // Signals stay: the defect is that one waiter forgot, not that the signal is not given.
        return new WaitPlan
        {
            Start = start,
            For = [.. plan.For.AsSpan(0, removed), .. plan.For.AsSpan(removed + 1)],
            Signals = plan.Signals,
            SignalCount = plan.SignalCount,
        };
    }

    private static ulong Mix(ulong value)
    {
        // The finaliser of a counter-based generator: neighbouring seeds choose unrelated waits.
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
