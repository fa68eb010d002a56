using NNLang.Compiler.Emit;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>A move of a statement that might shorten an idle stretch.</summary>
/// <param name="From">The unit that moves.</param>
/// <param name="To">The place it goes to, counted without it.</param>
/// <param name="Gap">The stretch.</param>
/// <param name="Score">At most what it can save, ps.</param>
internal readonly record struct MoveCandidate(int From, int To, EngineGap Gap, long Score);

/// <summary>
/// Candidates for moves in the order of the text: <em>fill</em> (a later statement that has work for the idle engine above the one it waits
/// before), <em>sink</em> (that one below the later one), <em>delay</em> (an earlier statement whose results are wanted later, out of the way),
/// <em>swap</em> (two statements that meet on the way to the end).
/// </summary>
internal sealed class MoveCandidates
{
    private const int Horizon = 64;
    private const int PerGap = 6;
    private const long LeastWork = 200_000; // ps

    private readonly Plan _plan;
    private readonly TextUnits _units;
    private readonly long[,] _work;
    private readonly long[] _end;
    private readonly Dictionary<(int From, int To), MoveCandidate> _found = [];

    public MoveCandidates(Plan plan, TextUnits units)
    {
        _plan = plan;
        _units = units;
        _work = new long[units.Count, Engines.Count];
        _end = new long[units.Count];
        for (var i = 0; i < plan.OperationCount; i++)
        {
            if (plan.Placed.LayerOf(i) is not (>= 0 and var layer))
            {
                continue;
            }

            var unit = units.Of(layer);
            var (start, end) = plan.TimesOf(i);
            _end[unit] = Math.Max(_end[unit], end);
            if (!plan.ChoiceOf(i).IsTransfer)
            {
                _work[unit, (int)plan.ChoiceOf(i).Engine] += end - start;
            }
        }
    }

    /// <summary>All candidates, most promising first.</summary>
    public List<MoveCandidate> Find(List<EngineGap> gaps)
    {
        foreach (var gap in gaps)
        {
            if (_plan.Placed.LayerOf(gap.Operation) is not (>= 0 and var layer))
            {
                continue;
            }

            var head = _units.Of(layer);
            Fill(gap, head);
            Delay(gap, head);
        }

        Swap();
        return [.. _found.Values.OrderByDescending(c => c.Score).ThenBy(c => c.From).ThenBy(c => c.To)];
    }

    private void Fill(EngineGap gap, int head)
    {
        var found = 0;
        for (var later = head + 1; later < _units.Count && later <= head + Horizon && found < PerGap; later++)
        {
            var work = Math.Min(gap.Idle, _work[later, (int)gap.Engine]);
            if (work < LeastWork || _units.Earliest(later) > head || ReadyAt(later) >= gap.End)
            {
                continue;
            }

            found++;
            Add(later, head, gap, work);
            if (_units.Latest(head) >= later)
            {
                Add(head, later, gap, work);
            }
        }
    }

    private void Delay(EngineGap gap, int head)
    {
        var found = 0;
        for (var earlier = head - 1; earlier >= 0 && earlier >= head - Horizon && found < PerGap; earlier--)
        {
            var work = Math.Min(gap.Idle, Busiest(earlier));
            if (work < LeastWork || _units.Latest(earlier) < head)
            {
                continue;
            }

            found++;
            Add(earlier, head, gap, work);
            Add(earlier, Math.Min(_units.Latest(earlier), _units.Count - 1), gap, work);
        }
    }

    private void Swap()
    {
        // Along the chain of what each start waited for, back from the operation that ends last.
        var owners = EngineGaps.Owners(_plan);
        var operation = Enumerable.Range(0, _plan.OperationCount).MaxBy(i => _plan.TimesOf(i).End);
        for (var step = 0; step < _plan.OperationCount; step++)
        {
            var code = _plan.CodeOf(operation);
            if (_plan.Times.Binder(code.Engine, code.First) is not { } binder || !owners.TryGetValue(binder, out var before) || before == operation)
            {
                return;
            }

            var reason = _plan.Times.Reason(code.Engine)[code.First];
            var (layer, other) = (_plan.Placed.LayerOf(operation), _plan.Placed.LayerOf(before));
            if (reason is StartReason.Predecessor or StartReason.Port && layer >= 0 && other >= 0 && _units.Of(layer) > _units.Of(other))
            {
                var (unit, ahead) = (_units.Of(layer), _units.Of(other));
                var (start, end) = _plan.TimesOf(before);
                var gap = new EngineGap(code.Engine, operation, before, start, end);
                Add(unit, ahead, gap, end - start);
                Add(ahead, unit, gap, end - start);
            }

            operation = before;
        }
    }

    private long Busiest(int unit)
    {
        var most = 0L;
        for (var e = 0; e < Engines.Count; e++)
        {
            most = Math.Max(most, _work[unit, e]);
        }

        return most;
    }

    private long ReadyAt(int unit)
    {
        var ready = 0L;
        var (first, end) = _units.Layers(unit);
        for (var layer = first; layer < end; layer++)
        {
            foreach (var operand in _plan.Placed.Tiled.Network.Layers[layer].Operands)
            {
                if (operand.Kind == ValueKind.Layer && _units.Of(layer - operand.Distance) != unit)
                {
                    ready = Math.Max(ready, _end[_units.Of(layer - operand.Distance)]);
                }
            }
        }

        return ready;
    }

    private void Add(int from, int to, EngineGap gap, long score)
    {
        if (from == to || to < _units.Earliest(from) || to > _units.Latest(from) || !_units.SameBody(from, to))
        {
            return;
        }

        if (!_found.TryGetValue((from, to), out var known) || known.Score < score)
        {
            _found[(from, to)] = new MoveCandidate(from, to, gap, score);
        }
    }
}
