using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>
/// A body bound in one instance: a network, a block with given arguments, an iteration, a branch. Immutable, thread-safe.
/// </summary>
/// <remarks>
/// Tensors bound by the statements are numbered: those of statement s start at <see cref="OutputBase"/>[s]. A statement reads them by
/// number, or, as the complement ~k, the k-th tensor that the body captures from around it.
/// </remarks>
internal sealed class BoundBody
{
    private long _layerCount = -1;
    private int _hasWeights = -1;
    private int _hasOrder = -1;
    private int _hasOverrides = -1;

    /// <summary>The body's node.</summary>
    public required GreenNode Syntax { get; init; }

    /// <summary>The statements' nodes in text order.</summary>
    public required GreenNode[] Nodes { get; init; }

    /// <summary>The statements in text order.</summary>
    public required BoundStatement[] Statements { get; init; }

    /// <summary>Per statement: the number of its first bound tensor; one more entry at the end.</summary>
    public required int[] OutputBase { get; init; }

    /// <summary>Per statement: where its entries in <see cref="Links"/> begin; one more entry at the end.</summary>
    public required int[] LinkBase { get; init; }

    /// <summary>For each tensor a statement reads: its number in this body, or the complement of a captured one.</summary>
    public required int[] Links { get; init; }

    /// <summary>The names it reads from around it, in order of first use.</summary>
    public required ImmutableArray<StatementInput> Captures { get; init; }

    /// <summary>The names bound at its end with the numbers of their first tensors.</summary>
    public required ImmutableArray<BodyName> Names { get; init; }

    /// <summary>The facts at its end.</summary>
    public required DimensionFacts Facts { get; init; }

    /// <summary>The statement that returns, or -1.</summary>
    public required int ReturnIndex { get; init; }

    /// <summary>What is wrong with the body as a whole: values never read, a missing return.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>The layers it expands to.</summary>
    public long LayerCount => _layerCount >= 0 ? _layerCount : _layerCount = CountLayers();

    /// <summary>Whether anything inside reads a weight by a key that depends on the path.</summary>
    public bool HasWeights => (_hasWeights >= 0 ? _hasWeights : _hasWeights = FindWeights() ? 1 : 0) == 1;

    /// <summary>Whether a statement of this body is under order constraints.</summary>
    public bool HasOrder => (_hasOrder >= 0 ? _hasOrder : _hasOrder = FindOrder() ? 1 : 0) == 1;

    /// <summary>Whether a key inside may be given by the text, so that two weights may have one key.</summary>
    public bool HasKeyOverrides => (_hasOverrides >= 0 ? _hasOverrides : _hasOverrides = FindOverrides() ? 1 : 0) == 1;

    private bool FindOverrides()
    {
        foreach (var statement in Statements)
        {
            foreach (var piece in statement.Pieces)
            {
                var inside = piece switch
                {
                    WeightPiece weight => weight.Key is not null,
                    InstancePiece instance => instance.Body.HasKeyOverrides,
                    BranchPiece branch => branch.Body.HasKeyOverrides,
                    RepeatPiece repeat => Array.Exists([.. repeat.Iterations], static iteration => iteration.HasKeyOverrides),
                    _ => false,
                };
                if (inside || piece.NameOverride is not null || piece.PrefixOverride is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool FindOrder()
    {
        foreach (var statement in Statements)
        {
            foreach (var piece in statement.Pieces)
            {
                if (!piece.Order.IsEmpty)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private long CountLayers()
    {
        var count = 0L;
        foreach (var statement in Statements)
        {
            foreach (var piece in statement.Pieces)
            {
                count = Math.Min(count + piece.LayerCount, long.MaxValue / 4);
            }
        }

        return count;
    }

    private bool FindWeights()
    {
        foreach (var statement in Statements)
        {
            foreach (var piece in statement.Pieces)
            {
                if (piece.Weighted || piece is WeightPiece)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>A name bound at a body's end.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">Its value.</param>
/// <param name="FirstLeaf">The number of its first tensor in the body; the rest follow.</param>
/// <param name="Statement">The statement that bound it.</param>
internal readonly record struct BodyName(string Name, Value Value, int FirstLeaf, int Statement);
