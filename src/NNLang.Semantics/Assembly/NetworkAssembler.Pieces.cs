using System.Buffers;
using System.Globalization;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Assembly;

internal sealed partial class NetworkAssembler
{
    private bool ExpandOperation(
        BoundStatement statement, OperationPiece piece, NetworkReference[] inputs, int first, in Place place, ref AssembledPiece part)
    {
        var changed = NamePiece(statement, piece, place, ref part, out var prefixChanged);
        var slots = piece.Slots.Length;
        var operands = piece.Operands.Length;
        if (_operands.Length < operands || _sources.Length < slots + operands)
        {
            _operands = new ValueRef[operands * 2];
            _sources = new TensorSource?[(slots + operands) * 2];
        }

        var count = slots;
        var index = _layers.Count;
        for (var i = 0; i < operands; i++)
        {
            var value = Resolve(piece.Operands[i], inputs, first);
            switch (value.Kind)
            {
                case ValueKind.Layer:
                    _operands[i] = new ValueRef(ValueKind.Layer, index - value.Index, value.Result);
                    break;
                case ValueKind.Source:
                    _operands[i] = new ValueRef(ValueKind.Source, count);
                    _sources[count++] = value.Source;
                    break;
                default:
                    _operands[i] = new ValueRef(value.Kind, value.Index);
                    break;
            }
        }

        var old = part.Sources;
        var isMapped = place.IsMapped && piece.PrefixOverride is null;
        var sameSlots = !prefixChanged && !keysChanged && part.IsMapped == isMapped
            && part.Piece is OperationPiece before && ReferenceEquals(before.Operation.Operator, piece.Operation.Operator);
        for (var s = 0; s < slots; s++)
        {
            var slot = piece.Slots[s];
            if (slot.Type is null)
            {
                _sources[s] = null;
            }
            else if (slot.Given is { } given)
            {
                _sources[s] = Resolve(given, inputs, first).Source;
            }
            else if (sameSlots && !old.IsDefault && s < old.Length
                && old[s] is TensorSource.Weight weight && IsWeightOf(weight, slot))
            {
                _sources[s] = weight;
            }
            else
            {
                _sources[s] = NewWeight(slot.Type, part.Prefix!, slot.Name, slot.Role, isMapped);
            }
        }

        if (old.IsDefault || !SameSources(old.AsSpan(), _sources.AsSpan(0, count)))
        {
            part.Sources = [.. _sources.AsSpan(0, count)];
            changed = true;
        }

        if (part.Operands.IsDefault || !part.Operands.AsSpan().SequenceEqual(_operands.AsSpan(0, operands)))
        {
            part.Operands = [.. _operands.AsSpan(0, operands)];
            changed = true;
        }

        var computed = piece.Operation;
        if (!piece.Order.IsEmpty && part.Constrained is not null)
        {
            // The distances are filled in when the body is complete; the object of before is offered for reuse there.
            _order.Offer(index, part.Constrained);
        }

        changed |= !ReferenceEquals(part.Piece, piece) || part.IsMapped != isMapped;
        part.Piece = piece;
        part.IsMapped = isMapped;
        _layers.Add(new Layer(computed, part.Operands, part.Sources, part.Name!, part.Anchor!));
        return changed;
    }

    private static bool SameSources(ReadOnlySpan<TensorSource?> old, ReadOnlySpan<TensorSource?> now)
    {
        if (old.Length != now.Length)
        {
            return false;
        }

        for (var i = 0; i < now.Length; i++)
        {
            if (!ReferenceEquals(old[i], now[i]))
            {
                return false;
            }
        }

        return true;
    }

    // The old weight has the key of the same prefix; only the slot may have changed with the operation.
    private static bool IsWeightOf(TensorSource.Weight weight, in PieceSlot slot) =>
        weight.Role == slot.Role && weight.Type.Equals(slot.Type);

    private TensorSource.Weight NewWeight(TensorType type, string prefix, string? slot, SlotRole role, bool isMapped) =>
        new(type, keys.Resolve(slot is null ? prefix : Join(prefix, slot), isMapped), role);

    private bool ExpandWeight(BoundStatement statement, WeightPiece piece, in Place place, ref AssembledPiece part)
    {
        var changed = NamePiece(statement, piece, place, ref part, out var prefixChanged);
        var isMapped = place.IsMapped && piece.PrefixOverride is null;
        if (changed || prefixChanged || keysChanged || part.Weight is null || !ReferenceEquals(part.Piece, piece) || part.IsMapped != isMapped)
        {
            part.Weight = NewWeight(piece.Type, part.Prefix!, piece.Key, SlotRole.Weight, isMapped);
            part.Piece = piece;
            part.IsMapped = isMapped;
            return true;
        }

        return false;
    }

    private NetworkReference[] ExpandInstance(
        BoundStatement statement, InstancePiece piece, NetworkReference[] inputs, int first, in Place place, ref AssembledPiece part)
    {
        NamePiece(statement, piece, place, ref part, out _);
        var captures = ResolveAll(piece.Captures, inputs, first);
        var inside = new Place(
            part.Name, part.Anchor, part.Prefix!, place.IsMapped && piece.PrefixOverride is null, NewScope(piece.Body), false, false);
        var start = _resultCount;
        var body = Expand(piece.Body, captures, inside, OldBody(part, 0), out var leaves);
        _resultCount = start;
        var results = Returned(piece.Body, leaves);
        ArrayPool<NetworkReference>.Shared.Return(leaves, clearArray: true);
        part.Bodies = [body];
        return results;
    }

    private NetworkReference[] ExpandBranch(BranchPiece piece, NetworkReference[] inputs, int first, in Place place, ref AssembledPiece part)
    {
        var captures = ResolveAll(piece.Captures, inputs, first);
        var body = Expand(piece.Body, captures, place with { IsBranch = true }, OldBody(part, 0), out var leaves);
        var results = new NetworkReference[piece.Results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var result = piece.Results[i];
            results[i] = result.Reference.Kind == ReferenceKind.Iteration ? leaves[result.Reference.Result] : Resolve(result, inputs, first);
        }

        ArrayPool<NetworkReference>.Shared.Return(leaves, clearArray: true);
        part.Bodies = [body];
        return results;
    }

    private NetworkReference[] ExpandRepeat(
        BoundStatement statement, RepeatPiece piece, NetworkReference[] inputs, int first, in Place place, ref AssembledPiece part)
    {
        var loop = place.Scope.NextLoop(piece.Word);
        if (part.Anchor is null || !IsAt(part.Anchor, statement, piece, place))
        {
            part.Anchor = new SourceAnchor(statement.Syntax, piece.Span, place.Call);
        }

        var label = loop == 1 ? piece.Word : piece.Word + "#" + loop.ToString(CultureInfo.InvariantCulture);
        var prefix = piece.PrefixOverride ?? Join(place.Prefix, label);
        var isMapped = place.IsMapped && piece.PrefixOverride is null;
        var bodies = new AssembledBody[piece.Iterations.Length];
        var rented = new NetworkReference[piece.Iterations.Length][];
        for (var k = 0; k < bodies.Length; k++)
        {
            var captures = new NetworkReference[piece.Captures[k].Length];
            for (var i = 0; i < captures.Length; i++)
            {
                var capture = piece.Captures[k][i];
                captures[i] = capture.Reference.Kind == ReferenceKind.Iteration
                    ? rented[capture.Reference.Index][capture.Reference.Result]
                    : Resolve(capture, inputs, first);
            }

            var old = OldBody(part, k);
            var name = old?.Parent is { } parent && parent.IsIteration(place.Parent, piece.Word, loop, k)
                ? parent
                : LayerName.Iteration(place.Parent, piece.Word, loop, k);
            var key = old is not null && IsIndexed(old.Prefix, prefix, k) ? old.Prefix : Join(prefix, k.ToString(CultureInfo.InvariantCulture));
            var body = piece.Iterations[k];
            var inside = new Place(name, part.Anchor, key, isMapped, NewScope(body), true, false);
            bodies[k] = Expand(body, captures, inside, old, out rented[k]);
        }

        var results = new NetworkReference[piece.Results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var result = piece.Results[i];
            results[i] = result.Reference.Kind == ReferenceKind.Iteration
                ? rented[result.Reference.Index][result.Reference.Result]
                : Resolve(result, inputs, first);
        }

        foreach (var leaves in rented)
        {
            ArrayPool<NetworkReference>.Shared.Return(leaves, clearArray: true);
        }

        part.Bodies = bodies;
        return results;
    }

    private static AssembledBody? OldBody(in AssembledPiece part, int index) =>
        part.Bodies is { } bodies && index < bodies.Length ? bodies[index] : null;

    private static bool IsAt(SourceAnchor anchor, BoundStatement statement, Piece piece, in Place place) =>
        ReferenceEquals(anchor.Statement, statement.Syntax) && ReferenceEquals(anchor.Call, place.Call) && anchor.Span == piece.Span;

    private static bool IsIndexed(string key, string prefix, int index) =>
        key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal)
        && (prefix.Length == 0 || key[prefix.Length] == '.')
        && int.TryParse(key.AsSpan(prefix.Length == 0 ? 0 : prefix.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k == index;

    private static string Join(string prefix, string part) => prefix.Length == 0 ? part : prefix + "." + part;

    /// <summary>Names a piece, anchors it, finds the prefix of its keys (language 8.3, 8.5, 9.2, 9.3).</summary>
    private static bool NamePiece(BoundStatement statement, Piece piece, in Place place, ref AssembledPiece part, out bool prefixChanged)
    {
        var changed = false;
        if (part.Anchor is null || !IsAt(part.Anchor, statement, piece, place))
        {
            part.Anchor = new SourceAnchor(statement.Syntax, piece.Span, place.Call);
            changed = true;
        }

        var group = piece.Group;
        string? word = null;
        var number = 1;
        string prefix;
        if (piece.NameOverride is { } name)
        {
            group = name;
            prefix = piece.PrefixOverride ?? (piece.Weighted ? Join(place.Prefix, name) : string.Empty);
        }
        else
        {
            ref var counts = ref place.Scope.GroupOf(group);
            var several = counts.Things > 1;
            if (several || counts.Weighted > 1)
            {
                number = counts.Next(piece.Word);
            }

            word = several ? piece.Word : null;
            prefix = piece is WeightPiece { Key: not null } ? piece.PrefixOverride ?? place.Prefix
                : piece.PrefixOverride is { } given ? given
                : !piece.Weighted ? string.Empty
                : counts.Weighted == 1 && place.IsIteration && place.Scope.OnlyOneWeighted ? place.Prefix
                : counts.Weighted == 1 ? JoinReusing(part.Prefix, place.Prefix, group)
                : Join(Join(place.Prefix, group), number == 1 ? piece.Word : piece.Word + "#" + number.ToString(CultureInfo.InvariantCulture));
            number = several ? number : 1;
        }

        if (piece is not WeightPiece && (part.Name is null || !part.Name.Is(place.Parent, group, word, number)))
        {
            part.Name = new LayerName(place.Parent, group, word, number);
            changed = true;
        }

        prefixChanged = part.Prefix != prefix;
        part.Prefix = prefixChanged ? prefix : part.Prefix;
        return changed;
    }

    private static string JoinReusing(string? old, string prefix, string part) =>
        old is not null && old.Length == (prefix.Length == 0 ? 0 : prefix.Length + 1) + part.Length
            && old.EndsWith(part, StringComparison.Ordinal) && old.StartsWith(prefix, StringComparison.Ordinal)
            && (prefix.Length == 0 || old[prefix.Length] == '.')
            ? old
            : Join(prefix, part);

    private void CheckNames(int firstLayer, LayerName? parent)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = firstLayer; i < _layers.Count; i++)
        {
            var layer = _layers[i];
            var name = layer.Name;
            while (name is not null && !ReferenceEquals(name.Parent, parent))
            {
                name = name.Parent;
            }

            if (name is null || (!seen.TryAdd(name.Component, i) && !ReferenceEquals(layer.Name, name)))
            {
                continue;
            }

            if (seen[name.Component] is var other && other != i && !ReferenceEquals(_layers[other].Name, name))
            {
                Problems.Add(new AssemblyProblem(
                    Codes.EqualPaths, layer.Anchor, null, $"Two layers have the path '{layer.Path}'.", "Choose another name in @name.")
                {
                    Related = [(_layers[other].Anchor, $"the other '{_layers[other].Path}'")],
                });
            }
        }
    }
}
