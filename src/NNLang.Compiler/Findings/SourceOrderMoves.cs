using System.Collections.Immutable;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Findings;

/// <summary>
/// Moves of statements that make the program of <c>-O0</c> faster. Candidates are estimated on the present lowering, the best are compiled
/// with the text really moved, in every instance of a block at once.
/// </summary>
internal sealed class SourceOrderMoves(CompiledNetwork compiled, Plan plan, TextUnits units, Trial trial, FindingOptions options)
{
    private const long LeastGap = 1_000_000; // ps

    /// <summary>The moves worth telling, best first.</summary>
    public List<Finding> Find()
    {
        var gaps = EngineGaps.Find(plan, LeastGap);
        var candidates = Estimate(new MoveCandidates(plan, units).Find(gaps));
        var verified = new List<(MoveCandidate Candidate, List<(int From, int To)> Moves, long Saving, Semantics.Graph.Network Network)>();
        var work = trial.Work;
        foreach (var candidate in candidates)
        {
            if (verified.Count > 0 && trial.Work - work > options.VerifyBudget)
            {
                break;
            }

            var moves = units.Instances(candidate.From, candidate.To);
            if (units.Moved(moves) is { } order && NetworkEdits.Reorder(compiled.Network, order) is { } network
                && trial.SourceOrder(network) is { } moved
                && plan.Makespan - moved.Makespan is var saving && IsWorth(saving, options.PanelThreshold)
                && moved.Allocation.SbufPeak <= plan.Placed.Problem.Machine.SbufGranules)
            {
                verified.Add((candidate, moves, saving, network));
            }
        }

        return Choose(verified);
    }

    private List<Finding> Choose(
        List<(MoveCandidate Candidate, List<(int From, int To)> Moves, long Saving, Semantics.Graph.Network Network)> verified)
    {
        // A statement or a stretch is used once: savings of moves that share one do not add up.
        var used = new HashSet<int>();
        var findings = new List<Finding>();
        var owners = EngineGaps.Owners(plan);
        foreach (var (candidate, moves, saving, network) in verified.OrderByDescending(v => v.Saving).ThenBy(v => Math.Abs(v.Candidate.From - v.Candidate.To)))
        {
            var head = units.Of(Math.Max(0, plan.Placed.LayerOf(candidate.Gap.Operation)));
            if (!used.Add(candidate.From) | !used.Add(-1 - head))
            {
                continue;
            }

            findings.Add(Describe(candidate, moves.Count, saving, network, owners));
        }

        return findings;
    }

    private bool IsWorth(long saving, double threshold) => saving >= options.LeastSaving && saving >= plan.Makespan * threshold;

    /// <summary>Candidates that save something in an approximate schedule of the present lowering, best first.</summary>
    private List<MoveCandidate> Estimate(List<MoveCandidate> candidates)
    {
        var problem = plan.Placed.Problem;
        var operationsOf = OperationsByUnit();
        var now = Stitch.Run(problem, plan.Profile, OrderPriorities.SourceOrder(problem)).Makespan;
        var estimated = new List<(MoveCandidate Candidate, long Saving)>();
        var budget = (long)options.EstimateBudget;
        foreach (var candidate in candidates)
        {
            budget -= problem.OperationCount;
            if (budget < 0 && estimated.Count > 0)
            {
                break;
            }

            var order = Enumerable.Range(0, units.Count).ToList();
            order.RemoveAt(candidate.From);
            order.Insert(candidate.To, candidate.From);
            var sequence = new List<int>(problem.OperationCount);
            foreach (var unit in order)
            {
                sequence.AddRange(operationsOf[unit]);
            }

            var allocation = Stitch.Run(
                problem, plan.Profile, new OperationOrder { Sequence = [.. sequence], Choice = new byte[problem.OperationCount] });
            if (allocation.Fits && now - allocation.Makespan > now * options.PanelThreshold / 4)
            {
                estimated.Add((candidate, now - allocation.Makespan));
            }
        }

        return [.. estimated.OrderByDescending(e => e.Saving).Select(e => e.Candidate)];
    }

    private List<int>[] OperationsByUnit()
    {
        var result = new List<int>[units.Count];
        for (var u = 0; u < result.Length; u++)
        {
            result[u] = [];
        }

        var layers = compiled.Network.Layers.Length;
        for (var i = 0; i < plan.OperationCount; i++)
        {
            // Loads and conversions go with what first needs them.
            var layer = plan.Placed.LayerOf(i);
            layer = layer >= 0 ? layer : Math.Min(plan.Placed.LastLayer[plan.Placed.GroupOf(i)] + 1, layers - 1);
            result[units.Of(layer)].Add(i);
        }

        return result;
    }

    private Finding Describe(
        MoveCandidate candidate, int repeats, long saving, Semantics.Graph.Network network, Dictionary<InstructionLocation, int> owners)
    {
        var gap = candidate.Gap;
        var head = Math.Max(0, plan.Placed.LayerOf(gap.Operation));
        var moved = units.Layers(candidate.From).End - 1;
        var target = units.Layers(candidate.To).End - 1;
        var above = candidate.To < candidate.From;
        var cause = EngineGaps.Cause(plan, gap.Operation, owners);
        var causeLayer = cause >= 0 ? plan.Placed.LayerOf(cause) : -1;
        var waits = causeLayer >= 0 && causeLayer != head ? $", which waits for '{Name(causeLayer)}'"
            : cause >= 0 && plan.ChoiceOf(cause).IsTransfer ? ", which waits for a transfer" : "";
        var repeated = repeats > 1 ? $" ({repeats} repeats)" : "";
        // What the default order loses to the moved text: nothing where it is at least as fast as the moved text at -O0.
        var now = compiled.Plan!.Makespan;
        var lost = now <= plan.Makespan - saving || trial.Default(network) is not { } best ? 0 : now - best.Makespan;
        var recovered = lost < options.LeastSaving || lost < now * options.Threshold;
        return new Finding
        {
            Code = "NN6001",
            Kind = !IsWorth(saving, options.Threshold) ? FindingKind.PanelOnly : recovered ? FindingKind.Hint : FindingKind.Warning,
            Schedule = FindingSchedule.SourceOrder,
            Message = $"{Words.Idles(gap, Name(head))}{waits}.",
            Help = $"Move '{Name(moved)}' {(above ? "above" : "below")} '{Name(target)}'{repeated}: {Words.Saves(saving, plan.Makespan)} at -O0"
                + (recovered ? "." : $" and {Words.Time(lost)} in the default order."),
            Layer = head,
            Related = Story(gap, cause, causeLayer, moved),
            Remedy = new Remedy.Move(moved, target, above),
            Engine = gap.Engine,
            Idle = gap.Idle,
            Saving = saving,
            RelativeSaving = (double)saving / plan.Makespan,
            Repeats = repeats,
        };
    }

    private ImmutableArray<RelatedLayer> Story(EngineGap gap, int cause, int causeLayer, int moved)
    {
        var related = ImmutableArray.CreateBuilder<RelatedLayer>();
        var engine = Engines.Name(gap.Engine);
        if (gap.Before >= 0 && plan.Placed.LayerOf(gap.Before) is >= 0 and var before)
        {
            related.Add(new RelatedLayer(before, $"{engine}: '{Name(before)}' until {Words.Time(gap.Start)}"));
        }

        if (causeLayer >= 0)
        {
            var (start, end) = plan.TimesOf(cause);
            var choice = plan.ChoiceOf(cause);
            var resource = choice.IsTransfer ? "dma" : Engines.Name(choice.Engine);
            related.Add(new RelatedLayer(causeLayer, $"{resource}: '{Name(causeLayer)}', {Words.Time(start)} → {Words.Time(end)}"));
        }

        related.Add(new RelatedLayer(moved, $"'{Name(moved)}' is moved"));
        return related.ToImmutable();
    }

    private string Name(int layer) => compiled.Network.Layers[layer].Path;
}
