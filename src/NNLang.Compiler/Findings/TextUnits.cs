using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>
/// The statements of a network as movable units: layers that come from one statement in one instance of its body stay together. Without a
/// text (tests) a layer is a unit.
/// </summary>
internal sealed class TextUnits
{
    private readonly Network _network;
    private readonly List<(int First, int End)> _units = [];
    private readonly int[] _unitOf;
    private readonly int[] _firstProducer;
    private readonly int[] _firstReader;

    /// <summary>Groups the layers of a network. O(layers + operands).</summary>
    public TextUnits(Network network)
    {
        _network = network;
        _unitOf = new int[network.Layers.Length];
        for (var i = 0; i < network.Layers.Length; i++)
        {
            if (i > 0 && SameStatement(network.Layers[i - 1], network.Layers[i]))
            {
                _units[^1] = (_units[^1].First, i + 1);
            }
            else
            {
                _units.Add((i, i + 1));
            }

            _unitOf[i] = _units.Count - 1;
        }

        _firstProducer = new int[_units.Count];
        _firstReader = new int[_units.Count];
        Array.Fill(_firstProducer, -1);
        Array.Fill(_firstReader, _units.Count);
        for (var i = 0; i < network.Layers.Length; i++)
        {
            foreach (var operand in network.Layers[i].Operands)
            {
                if (operand.Kind != ValueKind.Layer || _unitOf[i - operand.Distance] == _unitOf[i])
                {
                    continue;
                }

                var producer = _unitOf[i - operand.Distance];
                _firstProducer[_unitOf[i]] = Math.Max(_firstProducer[_unitOf[i]], producer);
                _firstReader[producer] = Math.Min(_firstReader[producer], _unitOf[i]);
            }
        }
    }

    /// <summary>Number of units.</summary>
    public int Count => _units.Count;

    /// <summary>The unit of a layer.</summary>
    public int Of(int layer) => _unitOf[layer];

    /// <summary>The layers of a unit.</summary>
    public (int First, int End) Layers(int unit) => _units[unit];

    /// <summary>The lowest place a unit may move to: behind everything it reads.</summary>
    public int Earliest(int unit) => _firstProducer[unit] + 1;

    /// <summary>The highest place a unit may move to: before everything that reads it.</summary>
    public int Latest(int unit) => _firstReader[unit] - 1;

    /// <summary>Whether two units are statements of one instance of one body, so that the text can be changed that way.</summary>
    public bool SameBody(int a, int b)
    {
        var x = _network.Layers[_units[a].First].Anchor;
        var y = _network.Layers[_units[b].First].Anchor;
        return Equals(x?.Call, y?.Call);
    }

    /// <summary>The units that a move of one unit to the place of another moves: in every instance of the body, the same two statements.</summary>
    public List<(int From, int To)> Instances(int from, int to)
    {
        var source = _network.Layers[_units[from].First].Anchor;
        var target = _network.Layers[_units[to].First].Anchor;
        if (source?.Call is null || target is null)
        {
            return [(from, to)];
        }

        var distance = to - from;
        var found = new List<(int, int)>();
        for (var u = 0; u < _units.Count; u++)
        {
            var other = u + distance;
            if (other < 0 || other >= _units.Count)
            {
                continue;
            }

            var mine = _network.Layers[_units[u].First].Anchor;
            var theirs = _network.Layers[_units[other].First].Anchor;
            if (mine is not null && theirs is not null && ReferenceEquals(mine.Statement, source.Statement)
                && ReferenceEquals(theirs.Statement, target.Statement) && Equals(mine.Call, theirs.Call))
            {
                found.Add((u, other));
            }
        }

        return found;
    }

    /// <summary>The order of layers after moves of units; null if a move is not legal.</summary>
    public int[]? Moved(List<(int From, int To)> moves)
    {
        var order = Enumerable.Range(0, _units.Count).ToList();
        foreach (var (from, to) in moves)
        {
            if (to < Earliest(from) || to > Latest(from))
            {
                return null;
            }

            var at = order.IndexOf(from);
            var goal = order.IndexOf(to);
            order.RemoveAt(at);
            order.Insert(goal, from);
        }

        return LayersOf(order);
    }

    /// <summary>The layers of units in an order.</summary>
    public int[] LayersOf(IEnumerable<int> units)
    {
        var layers = new List<int>(_network.Layers.Length);
        foreach (var unit in units)
        {
            for (var i = _units[unit].First; i < _units[unit].End; i++)
            {
                layers.Add(i);
            }
        }

        return [.. layers];
    }

    private static bool SameStatement(in Layer a, in Layer b) =>
        a.Anchor is not null && b.Anchor is not null && ReferenceEquals(a.Anchor.Statement, b.Anchor.Statement)
        && Equals(a.Anchor.Call, b.Anchor.Call);
}
