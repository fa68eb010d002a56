using NNLang.Compiler.Emit;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Findings;

/// <summary>A stretch in which an engine stands idle before an operation of a layer.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Operation">The operation that ends it.</param>
/// <param name="Before">The operation before it on the engine; -1 at the start.</param>
/// <param name="Start">When it begins, ps.</param>
/// <param name="End">When it ends, ps.</param>
internal readonly record struct EngineGap(Engine Engine, int Operation, int Before, long Start, long End)
{
    /// <summary>Its length, ps.</summary>
    public long Idle => End - Start;
}

/// <summary>Reads the idle stretches off a plan. O(operations).</summary>
internal static class EngineGaps
{
    /// <summary>Stretches of at least a length on the engines that compute, longest first.</summary>
    public static List<EngineGap> Find(Plan plan, long least)
    {
        var gaps = new List<EngineGap>();
        Span<long> free = stackalloc long[Engines.Count];
        Span<int> last = stackalloc int[Engines.Count];
        last.Fill(-1);
        for (var k = 0; k < plan.OperationCount; k++)
        {
            var operation = plan.OperationAt(k);
            var choice = plan.ChoiceOf(operation);
            if (choice.IsTransfer)
            {
                continue;
            }

            var (start, end) = plan.TimesOf(operation);
            var engine = (int)choice.Engine;
            if (start - free[engine] >= least)
            {
                gaps.Add(new EngineGap(choice.Engine, operation, last[engine], free[engine], start));
            }

            free[engine] = end;
            last[engine] = operation;
        }

        gaps.Sort(static (a, b) => a.Idle != b.Idle ? b.Idle.CompareTo(a.Idle) : a.Operation.CompareTo(b.Operation));
        return gaps;
    }

    /// <summary>
    /// The stretch of the busiest engine that a change shortens most: of those of one plan the one that is shorter in the other by most, its
    /// head found again by layer and name. Null if none is shorter.
    /// </summary>
    public static EngineGap? Shortened(Plan before, Plan after, long least)
    {
        var idle = new Dictionary<(int Layer, string Name), long>();
        foreach (var gap in Find(after, 1))
        {
            idle[(after.Placed.LayerOf(gap.Operation), after.Placed.Operation(gap.Operation).Name)] = gap.Idle;
        }

        var busiest = Enum.GetValues<Engine>().Where(engine => (int)engine < Engines.Count).MaxBy(before.Times.Busy);
        EngineGap? best = null;
        var most = 0L;
        foreach (var gap in Find(before, least))
        {
            var layer = before.Placed.LayerOf(gap.Operation);
            var less = gap.Idle - idle.GetValueOrDefault((layer, before.Placed.Operation(gap.Operation).Name));
            // What engines with little to do wait for says nothing.
            if (layer >= 0 && gap.Engine == busiest && less > most)
            {
                (best, most) = (gap, less);
            }
        }

        return best;
    }

    /// <summary>The operation that an operation's start waited for, if another engine or a transfer held it up; -1 otherwise.</summary>
    public static int Cause(Plan plan, int operation, Dictionary<InstructionLocation, int> ownerOf)
    {
        var code = plan.CodeOf(operation);
        return plan.Times.Reason(code.Engine)[code.First] is StartReason.Instruction or StartReason.Transfer or StartReason.Port
            && plan.Times.Binder(code.Engine, code.First) is { } binder && ownerOf.TryGetValue(binder, out var cause)
            ? cause
            : -1;
    }

    /// <summary>The operation of each instruction.</summary>
    public static Dictionary<InstructionLocation, int> Owners(Plan plan)
    {
        var owners = new Dictionary<InstructionLocation, int>();
        for (var i = 0; i < plan.OperationCount; i++)
        {
            var code = plan.CodeOf(i);
            for (var k = 0; k < code.Count; k++)
            {
                owners[new InstructionLocation(code.Engine, code.First + k)] = i;
            }
        }

        return owners;
    }
}
