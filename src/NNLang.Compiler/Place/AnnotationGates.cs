using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Place;

/// <summary>
/// Turns <c>@pin</c>, <c>@before</c> and <c>@after</c> into gates between the operations of groups. A constraint between two layers of one
/// fused group says nothing: they are one computation.
/// </summary>
internal static class AnnotationGates
{
    /// <summary>The gates of a network. O(layers), plus O(operations) for each annotation.</summary>
    public static OrderGates Of(TiledNetwork tiled, int[] firstOperation, int[] lastLayer)
    {
        if (!HasAny(tiled.Network))
        {
            return OrderGates.None;
        }

        var groupOf = GroupOfLayer(tiled, lastLayer);
        var gates = new GateList(firstOperation);
        for (var layer = 0; layer < groupOf.Length; layer++)
        {
            var annotations = tiled.Network.Layers[layer].Operation.Annotations;
            if (groupOf[layer] < 0)
            {
                continue;
            }

            foreach (var constraint in annotations.Order)
            {
                var other = layer + constraint.Distance;
                if ((uint)other < (uint)groupOf.Length && groupOf[other] >= 0 && groupOf[other] != groupOf[layer])
                {
                    var (first, second) = constraint.Before ? (layer, other) : (other, layer);
                    gates.Add([groupOf[first]], [groupOf[second]], waitsForEnd: true);
                }
            }

            if (annotations.Pin)
            {
                Pin(tiled, groupOf, layer, gates);
            }
        }

        return gates.ToGates();
    }

    /// <summary>Per layer the group that computes it, -1 if none does.</summary>
    internal static int[] GroupOfLayer(TiledNetwork tiled, int[] lastLayer)
    {
        var groupOf = new int[tiled.Network.Layers.Length];
        Array.Fill(groupOf, -1);
        for (var g = 0; g < tiled.Groups.Length; g++)
        {
            foreach (var back in tiled.Groups[g].Layers)
            {
                groupOf[lastLayer[g] - back] = g;
            }
        }

        return groupOf;
    }

    private static bool HasAny(Network network)
    {
        foreach (var layer in network.Layers)
        {
            var annotations = layer.Operation.Annotations;
            if (annotations.Pin || !annotations.Order.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private static void Pin(TiledNetwork tiled, int[] groupOf, int pinned, GateList gates)
    {
        var body = tiled.Network.Layers[pinned].Name.Parent;
        var earlier = new SortedSet<int>();
        var later = new SortedSet<int>();
        for (var layer = 0; layer < groupOf.Length; layer++)
        {
            var group = groupOf[layer];
            if (group >= 0 && group != groupOf[pinned] && IsWithin(tiled.Network.Layers[layer].Name, body))
            {
                (group < groupOf[pinned] ? earlier : later).Add(group);
            }
        }

        gates.Add(earlier, [groupOf[pinned]], waitsForEnd: false);
        gates.Add([groupOf[pinned]], later, waitsForEnd: false);
        if (earlier.Count > 0)
        {
            gates.Add(earlier, later, waitsForEnd: false);
        }
    }

    private static bool IsWithin(LayerName name, LayerName? body)
    {
        if (body is null)
        {
            return true;
        }

        for (var parent = name.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent.Path == body.Path)
            {
                return true;
            }
        }

        return false;
    }

    private sealed class GateList(int[] firstOperation)
    {
        private readonly List<int> _memberStart = [0];
        private readonly List<int> _members = [];
        private readonly List<int> _waiterStart = [0];
        private readonly List<int> _waiters = [];
        private readonly List<bool> _waitsForEnd = [];

        public void Add(IReadOnlyCollection<int> memberGroups, IReadOnlyCollection<int> waiterGroups, bool waitsForEnd)
        {
            if (memberGroups.Count == 0 || waiterGroups.Count == 0)
            {
                return;
            }

            AddOperations(memberGroups, _members, _memberStart);
            AddOperations(waiterGroups, _waiters, _waiterStart);
            _waitsForEnd.Add(waitsForEnd);
        }

        public OrderGates ToGates() => _waitsForEnd.Count == 0 ? OrderGates.None : new OrderGates
        {
            MemberStart = [.. _memberStart],
            Members = [.. _members],
            WaiterStart = [.. _waiterStart],
            Waiters = [.. _waiters],
            WaitsForEnd = [.. _waitsForEnd],
        };

        private void AddOperations(IReadOnlyCollection<int> groups, List<int> operations, List<int> start)
        {
            foreach (var group in groups)
            {
                for (var i = firstOperation[group]; i < firstOperation[group + 1]; i++)
                {
                    operations.Add(i);
                }
            }

            start.Add(operations.Count);
        }
    }
}
