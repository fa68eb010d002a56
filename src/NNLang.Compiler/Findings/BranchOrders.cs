using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>
/// Orders of the branches of a join that need less memory (NN6002): every order is tried, by compiling the network with the text in that
/// order, and told only if the peak of the whole network falls.
/// </summary>
internal sealed class BranchOrders(CompiledNetwork compiled, Plan plan, TextUnits units, Trial trial, FindingOptions options)
{
    private const int MostBranches = 4;
    private const long LeastBytes = 64 << 10;

    /// <summary>The joins worth telling, largest saving first.</summary>
    public List<Finding> Find()
    {
        var findings = new List<Finding>();
        var peakLayer = LayerAtPeak();
        var peak = PeakOf(plan);
        var work = trial.Work;
        for (var join = 0; join < units.Count && peakLayer >= 0; join++)
        {
            var branches = BranchesOf(join);
            if (branches.Count < 2 || branches.Count > MostBranches || units.Of(peakLayer) > join || !CoversPeak(branches, join, peakLayer))
            {
                continue;
            }

            if (trial.Work - work > options.VerifyBudget && findings.Count > 0)
            {
                break;
            }

            if (Best(join, branches, peak) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return [.. findings.OrderByDescending(f => f.SavedBytes).ThenBy(f => f.Layer)];
    }

    private Finding? Best(int join, List<List<int>> branches, long peak)
    {
        (int[] Order, Plan Plan)? best = null;
        foreach (var order in Permutations(branches.Count))
        {
            if (NetworkEdits.Reorder(compiled.Network, Arranged(branches, order)) is { } network && trial.SourceOrder(network) is { } moved
                && (best is null || PeakOf(moved) < PeakOf(best.Value.Plan)))
            {
                best = (order, moved);
            }
        }

        if (best is not { } found || peak - PeakOf(found.Plan) is var saved && (saved < LeastBytes || saved < peak * options.Threshold))
        {
            return null;
        }

        return Describe(join, branches, found.Order, peak, found.Plan);
    }

    private Finding Describe(int join, List<List<int>> branches, int[] order, long peak, Plan moved)
    {
        var saved = peak - PeakOf(moved);
        var joinLayer = units.Layers(join).End - 1;
        var first = LastLayer(branches[order[0]]);
        var now = LastLayer(branches[0]);
        if (first == now)
        {
            first = LastLayer(branches[order[^1]]);
            (first, now) = (now, first);
        }

        var saving = plan.Makespan - moved.Makespan;
        return new Finding
        {
            Code = "NN6002",
            Kind = FindingKind.MemoryWarning,
            Schedule = FindingSchedule.SourceOrder,
            Message = $"Branch '{Name(first)}' first needs {Words.Bytes(saved)} less at its peak than branch '{Name(now)}' first.",
            Help = $"Run branch '{Name(first)}' first: peak {Words.Bytes(peak)} → {Words.Bytes(PeakOf(moved))}, "
                + (saving >= 0 ? $"{Words.Time(saving)} faster at -O0." : $"{Words.Time(-saving)} slower at -O0."),
            Layer = joinLayer,
            Related = [.. order.Select(b => new RelatedLayer(LastLayer(branches[b]), Written(LastLayer(branches[b]))))],
            Remedy = new Remedy.OrderBranches(joinLayer, [.. order.Select(b => LayersOf(branches[b]))]),
            Saving = saving,
            RelativeSaving = (double)saving / plan.Makespan,
            SavedBytes = saved,
        };
    }

    private string Written(int layer)
    {
        var type = compiled.Network.Layers[layer].Operation.ResultTypes[0];
        var bytes = type.KnownShape is { } shape ? shape.Count * 4 : 0;
        return type.Rank > 1
            ? $"'{Name(layer)}' writes {type.Dimensions[1]} channels, {Words.Bytes(bytes)}"
            : $"'{Name(layer)}' writes {Words.Bytes(bytes)}";
    }

    /// <summary>The branches of a join: for each of its inputs the units that only this input needs, in text order; empty ones left out.</summary>
    private List<List<int>> BranchesOf(int join)
    {
        var inputs = Producers(join).Distinct().Order().ToList();
        if (inputs.Count < 2)
        {
            return [];
        }

        // Walk back from the join: a unit belongs to a branch if everything it leads to is in that branch or the join.
        var owner = new Dictionary<int, int> { [join] = -1 };
        var readers = ReadersUpTo(join);
        for (var unit = join - 1; unit >= 0; unit--)
        {
            if (!readers.TryGetValue(unit, out var reading))
            {
                continue;
            }

            var branch = -2;
            foreach (var reader in reading)
            {
                var of = reader == join ? inputs.IndexOf(unit) : owner.GetValueOrDefault(reader, -2);
                branch = branch == -2 || branch == of ? of : -3;
                if (branch < 0)
                {
                    break;
                }
            }

            if (branch >= 0 && units.Latest(unit) < join)
            {
                owner[unit] = branch;
            }
        }

        var branches = inputs.Select((_, i) => owner.Where(o => o.Value == i).Select(o => o.Key).Order().ToList()).Where(b => b.Count > 0).ToList();
        return branches.OrderBy(b => b[0]).ToList();
    }

    private Dictionary<int, List<int>> ReadersUpTo(int join)
    {
        var readers = new Dictionary<int, List<int>>();
        for (var unit = 0; unit < units.Count; unit++)
        {
            foreach (var producer in Producers(unit))
            {
                if (producer < join)
                {
                    readers.TryAdd(producer, []);
                    readers[producer].Add(unit);
                }
            }
        }

        foreach (var output in compiled.Network.Outputs)
        {
            if (output.Value.Kind == ValueKind.Layer)
            {
                readers.TryAdd(units.Of(compiled.Network.Layers.Length - output.Value.Index), []);
                readers[units.Of(compiled.Network.Layers.Length - output.Value.Index)].Add(units.Count);
            }
        }

        return readers;
    }

    private IEnumerable<int> Producers(int unit)
    {
        var (first, end) = units.Layers(unit);
        for (var layer = first; layer < end; layer++)
        {
            foreach (var operand in compiled.Network.Layers[layer].Operands)
            {
                if (operand.Kind == ValueKind.Layer && units.Of(layer - operand.Distance) != unit)
                {
                    yield return units.Of(layer - operand.Distance);
                }
            }
        }
    }

    /// <summary>All layers, with the units of the branches in a new order at the place of the last branch.</summary>
    private int[] Arranged(List<List<int>> branches, int[] order)
    {
        var inBranch = branches.SelectMany(b => b).ToHashSet();
        var last = inBranch.Max();
        var arranged = new List<int>(units.Count);
        for (var unit = 0; unit < units.Count; unit++)
        {
            if (!inBranch.Contains(unit))
            {
                arranged.Add(unit);
            }

            if (unit == last)
            {
                foreach (var branch in order)
                {
                    arranged.AddRange(branches[branch]);
                }
            }
        }

        return units.LayersOf(arranged);
    }

    private bool CoversPeak(List<List<int>> branches, int join, int peakLayer)
    {
        var unit = units.Of(peakLayer);
        return unit <= join && unit >= branches.Min(b => b[0]);
    }

    private int LayerAtPeak()
    {
        var problem = plan.Placed.Problem;
        for (var i = 0; i < problem.OperationCount; i++)
        {
            if (plan.Profile.At(i) == plan.Profile.Peak && plan.Placed.LayerOf(i) is >= 0 and var layer)
            {
                return layer;
            }
        }

        return -1;
    }

    private static long PeakOf(Plan plan) =>
        (long)plan.Allocation.ActivationPeak * MachineModel.GranuleBytes * TensorStorage.PartitionCount;

    private ImmutableArray<int> LayersOf(List<int> branch) =>
        [.. branch.SelectMany(unit => Enumerable.Range(units.Layers(unit).First, units.Layers(unit).End - units.Layers(unit).First))];

    private int LastLayer(List<int> branch) => units.Layers(branch[^1]).End - 1;

    private string Name(int layer) => compiled.Network.Layers[layer].Path;

    private static IEnumerable<int[]> Permutations(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        while (true)
        {
            yield return (int[])order.Clone();
            var i = count - 2;
            while (i >= 0 && order[i] > order[i + 1])
            {
                i--;
            }

            if (i < 0)
            {
                yield break;
            }

            var j = count - 1;
            while (order[j] < order[i])
            {
                j--;
            }

            (order[i], order[j]) = (order[j], order[i]);
            Array.Reverse(order, i + 1, count - i - 1);
        }
    }
}
