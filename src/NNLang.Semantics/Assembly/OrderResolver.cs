using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Assembly;

/// <summary>
/// Turns the targets of <c>@before</c> and <c>@after</c> into distances between layers, and finds those that contradict each other or
/// the data. Costs nothing where there are none. Not thread-safe; lives for one assembly.
/// </summary>
internal sealed class OrderResolver
{
    private const int MaximumPairs = 100_000;
    private readonly List<(int Layer, int Other, bool Before, string Target, SourceAnchor Anchor, TextSpan Span)> _pairs = [];
    private readonly Dictionary<int, Operation> _offered = [];

    /// <summary>Offers the constrained operation of the assembly before.</summary>
    public void Offer(int layer, Operation operation) => _offered[layer] = operation;

    /// <summary>Resolves the constraints of the statements of a body, now that its layers are known.</summary>
    /// <param name="body">The body.</param>
    /// <param name="assembled">Its parts.</param>
    /// <param name="starts">The first layer of each statement; one more at the end.</param>
    /// <param name="layers">The layers so far.</param>
    /// <param name="problems">Where problems go.</param>
    public void Resolve(
        BoundBody body, AssembledBody assembled, int[] starts, ImmutableArray<Layer>.Builder layers, List<AssemblyProblem> problems)
    {
        for (var s = 0; s < body.Statements.Length; s++)
        {
            var statement = body.Statements[s];
            for (var p = 0; p < statement.Pieces.Length; p++)
            {
                var piece = statement.Pieces[p];
                if (piece.Order.IsEmpty || assembled.Statements[s]!.Pieces[p].Anchor is not { } anchor)
                {
                    continue;
                }

                var own = OwnLayers(statement, p, starts[s]);
                foreach (var target in piece.Order)
                {
                    var found = target.IsPath
                        ? AddPath(target, own, assembled, starts, layers, anchor)
                        : AddName(target, own, body, starts, anchor);
                    if (!found)
                    {
                        problems.Add(new AssemblyProblem(
                            Codes.UnknownName, anchor, target.Span, $"No operation of this body is called '{target.Target}'.",
                            "Name a value bound in the same body, or a path below it in quotes."));
                    }
                }
            }
        }
    }

    /// <summary>Puts the distances into the operations and reports cycles.</summary>
    public void Finish(ImmutableArray<Layer>.Builder layers, List<AssemblyProblem> problems)
    {
        if (_pairs.Count == 0)
        {
            return;
        }

        foreach (var group in _pairs.GroupBy(pair => pair.Layer))
        {
            var layer = layers[group.Key];
            var constraints = group.Select(pair => new OrderConstraint(pair.Before, pair.Other - pair.Layer)).Distinct().ToImmutableArray();
            var old = layer.Operation;
            var annotations = old.Annotations with { Order = constraints };
            var operation = _offered.TryGetValue(group.Key, out var offered) && offered.Annotations.Equals(annotations)
                ? offered
                : new Operation(old.Operator, old.Attributes, old.OperandTypes, old.SlotTypes, old.ResultTypes, annotations);
            layers[group.Key] = layer with { Operation = operation };
        }

        FindCycles(layers, problems);
    }

    private static (int From, int To) OwnLayers(BoundStatement statement, int piece, int start)
    {
        for (var p = 0; p < piece; p++)
        {
            start += (int)statement.Pieces[p].LayerCount;
        }

        return (start, start + (int)statement.Pieces[piece].LayerCount);
    }

    private bool AddName(OrderTarget target, (int From, int To) own, BoundBody body, int[] starts, SourceAnchor anchor)
    {
        var found = false;
        for (var s = 0; s < body.Statements.Length; s++)
        {
            var statement = body.Statements[s];
            for (var p = 0; p < statement.Pieces.Length; p++)
            {
                if (statement.Pieces[p].Group == target.Target || statement.Pieces[p].NameOverride == target.Target)
                {
                    found = true;
                    var (from, to) = OwnLayers(statement, p, starts[s]);
                    Add(target, own, from, to, anchor);
                }
            }
        }

        return found;
    }

    private bool AddPath(
        OrderTarget target, (int From, int To) own, AssembledBody body, int[] starts, ImmutableArray<Layer>.Builder layers, SourceAnchor anchor)
    {
        var path = body.Parent is null ? target.Target : body.Parent.Path + "/" + target.Target;
        var found = false;
        for (var i = starts[0]; i < starts[^1]; i++)
        {
            var candidate = layers[i].Path;
            if (candidate == path || (candidate.StartsWith(path, StringComparison.Ordinal) && candidate[path.Length] == '/'))
            {
                found = true;
                Add(target, own, i, i + 1, anchor);
            }
        }

        return found;
    }

    private void Add(OrderTarget target, (int From, int To) own, int from, int to, SourceAnchor anchor)
    {
        for (var layer = own.From; layer < own.To; layer++)
        {
            for (var other = from; other < to && _pairs.Count < MaximumPairs; other++)
            {
                if (other < own.From || other >= own.To)
                {
                    _pairs.Add((layer, other, target.Before, target.Target, anchor, target.Span));
                }
            }
        }
    }

    private void FindCycles(ImmutableArray<Layer>.Builder layers, List<AssemblyProblem> problems)
    {
        var earlier = new Dictionary<int, List<int>>();
        foreach (var pair in _pairs)
        {
            var (first, then) = pair.Before ? (pair.Layer, pair.Other) : (pair.Other, pair.Layer);
            (earlier.TryGetValue(then, out var list) ? list : earlier[then] = []).Add(first);
        }

        var reported = new HashSet<(SourceAnchor, TextSpan)>();
        foreach (var pair in _pairs)
        {
            var (first, then) = pair.Before ? (pair.Layer, pair.Other) : (pair.Other, pair.Layer);
            if (FindChain(first, then, layers, earlier) is { } chain && reported.Add((pair.Anchor, pair.Span)))
            {
                var word = pair.Before ? "before" : "after";
                var data = chain.Count == 2 && Reads(layers[first], first, then);
                var own = layers[pair.Layer].Path;
                problems.Add(new AssemblyProblem(
                    Codes.OrderCycle, pair.Anchor, pair.Span,
                    $"@{word}({pair.Target}) on '{own}' contradicts " + (data
                        ? $"the data: '{layers[first].Path}' reads '{layers[then].Path}'."
                        : $"the order of '{layers[first].Path}' after '{layers[then].Path}'."),
                    $"Remove @{word}({pair.Target}).")
                {
                    Related = [.. chain.Select(i => (layers[i].Anchor, $"'{layers[i].Path}'"))],
                });
            }
        }
    }

    private static bool Reads(in Layer layer, int index, int producer)
    {
        foreach (var operand in layer.Operands)
        {
            if (operand.Kind == ValueKind.Layer && index - operand.Distance == producer)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How <paramref name="from"/> depends on <paramref name="to"/>: a chain from one to the other, or null.</summary>
    private static List<int>? FindChain(int from, int to, ImmutableArray<Layer>.Builder layers, Dictionary<int, List<int>> earlier)
    {
        var via = new Dictionary<int, int> { [from] = from };
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out var layer))
        {
            if (layer == to)
            {
                var chain = new List<int> { to };
                while (chain[^1] != from)
                {
                    chain.Add(via[chain[^1]]);
                }

                chain.Reverse();
                return chain;
            }

            foreach (var operand in layers[layer].Operands)
            {
                if (operand.Kind == ValueKind.Layer && via.TryAdd(layer - operand.Distance, layer))
                {
                    queue.Enqueue(layer - operand.Distance);
                }
            }

            if (earlier.TryGetValue(layer, out var constrained))
            {
                foreach (var other in constrained)
                {
                    if (via.TryAdd(other, layer))
                    {
                        queue.Enqueue(other);
                    }
                }
            }
        }

        return null;
    }
}
