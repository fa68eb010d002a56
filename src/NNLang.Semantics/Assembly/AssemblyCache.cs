using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Assembly;

/// <summary>
/// What an assembled body is made of, kept so that the next assembly uses the same objects where nothing changed. Immutable once the
/// assembly that made it has ended; thread-safe from then on.
/// </summary>
internal sealed class AssembledBody(BoundBody body, LayerName? parent, SourceAnchor? call, string prefix)
{
    public BoundBody Body { get; } = body;

    public LayerName? Parent { get; } = parent;

    public SourceAnchor? Call { get; } = call;

    public string Prefix { get; } = prefix;

    /// <summary>One per statement; null for a statement without pieces.</summary>
    public AssembledStatement?[] Statements { get; } = new AssembledStatement?[body.Statements.Length];
}

/// <summary>The parts of an assembled statement, one per piece.</summary>
internal sealed class AssembledStatement(BoundStatement statement)
{
    public BoundStatement Statement { get; } = statement;

    public AssembledPiece[] Pieces { get; } = new AssembledPiece[statement.Pieces.Length];
}

/// <summary>The parts of an assembled piece.</summary>
internal struct AssembledPiece
{
    /// <summary>The piece it was made of.</summary>
    public Piece? Piece;

    /// <summary>Whether the map of the weights saw its keys.</summary>
    public bool IsMapped;

    /// <summary>Its name.</summary>
    public LayerName? Name;

    /// <summary>Where it stands.</summary>
    public SourceAnchor? Anchor;

    /// <summary>The prefix of its keys.</summary>
    public string? Prefix;

    /// <summary>For an operation: its operands.</summary>
    public ImmutableArray<ValueRef> Operands;

    /// <summary>For an operation: its sources.</summary>
    public ImmutableArray<TensorSource?> Sources;

    /// <summary>For an operation under order constraints: it with the distances filled in.</summary>
    public Operation? Constrained;

    /// <summary>For a weight: it.</summary>
    public TensorSource.Weight? Weight;

    /// <summary>For an instance, a branch, iterations: their bodies.</summary>
    public AssembledBody[]? Bodies;
}
