using NNLang.Emulator.Loading;
using NNLang.Emulator.Races;
using NNLang.Emulator.Taps;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Execution;

/// <summary>
/// The second phase as a list of things to do in order: instructions, and pieces of taps between them, in segments. Inside a segment, each
/// part of each instruction may be done without regard to the other parts.
/// </summary>
internal sealed class RunPlan
{
    private readonly List<int> _items = [];
    private readonly List<int> _segments = [];

    /// <summary>Instructions by their place in the order of starts; pieces of taps as the complement of their index in <see cref="Pieces"/>.</summary>
    public IReadOnlyList<int> Items => _items;

    /// <summary>Where each segment begins in <see cref="Items"/>.</summary>
    public IReadOnlyList<int> Segments => _segments;

    /// <summary>The pieces of taps, in the order in which they are read.</summary>
    public required (TensorTap Tap, int Placement)[] Pieces { get; init; }

    /// <summary>The order of starts.</summary>
    public required InstructionLocation[] Order { get; init; }

    /// <summary>Makes a plan.</summary>
    /// <param name="program">The program.</param>
    /// <param name="order">The checked order of starts.</param>
    /// <param name="taps">What is to be read on the way.</param>
    public static RunPlan Create(LoadedProgram program, CheckedOrder order, IEnumerable<TensorTap> taps)
    {
        var pieces = new List<(long Time, TensorTap Tap, int Placement)>();
        foreach (var tap in taps)
        {
            for (var i = 0; i < tap.Location.Placements.Length; i++)
            {
                // A piece whose instruction never starts, because of a deadlock, is never read.
                var from = tap.Location.Placements[i].From;
                if (from is not { } location)
                {
                    pieces.Add((0, tap, i));
                }
                else if (location.Index < program.Timing.Start(location.Engine).Length)
                {
                    pieces.Add((program.Applied(location), tap, i));
                }
            }
        }

        var sorted = pieces.OrderBy(piece => piece.Time).ToArray();
        var plan = new RunPlan { Order = order.Order, Pieces = [.. sorted.Select(piece => (piece.Tap, piece.Placement))] };
        var next = 0;
        var afterTap = false;
        for (var sequence = 0; sequence < order.Order.Length; sequence++)
        {
            var location = order.Order[sequence];
            var start = program.Timing.Start(location.Engine)[location.Index];
            for (; next < sorted.Length && sorted[next].Time <= start; next++)
            {
                plan.AddPiece(next, ref afterTap);
            }

            if (plan._items.Count == 0 || afterTap || order.Barriers is null || order.Barriers[sequence])
            {
                plan._segments.Add(plan._items.Count);
                afterTap = false;
            }

            plan._items.Add(sequence);
        }

        for (; next < sorted.Length; next++)
        {
            plan.AddPiece(next, ref afterTap);
        }

        return plan;
    }

    private void AddPiece(int piece, ref bool afterTap)
    {
        if (!afterTap)
        {
            _segments.Add(_items.Count);
            afterTap = true;
        }

        _items.Add(~piece);
    }
}
