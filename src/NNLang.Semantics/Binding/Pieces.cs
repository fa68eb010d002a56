using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Binding;

/// <summary>
/// A thing that a statement computes, in evaluation order: an operation, an instance of a block, a weight, the iterations of a repeat,
/// the chosen branch of an if. Immutable; holds no path, key or position, which are made when the network is assembled.
/// </summary>
internal abstract class Piece
{
    /// <summary>The callee as written: the last component of the path where the group has several things.</summary>
    public required string Word { get; init; }

    /// <summary>The group it belongs to: the name its statement binds first.</summary>
    public required string Group { get; init; }

    /// <summary>Callee to closing parenthesis, relative to the statement.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>The name of <c>@name</c>, or null.</summary>
    public string? NameOverride { get; init; }

    /// <summary>The prefix of <c>@weights</c>, or null.</summary>
    public string? PrefixOverride { get; init; }

    /// <summary>Targets of <c>@before</c> and <c>@after</c>.</summary>
    public ImmutableArray<OrderTarget> Order { get; init; } = [];

    /// <summary>Whether it is counted among the things with weights of its group.</summary>
    public abstract bool Weighted { get; }

    /// <summary>The layers it expands to.</summary>
    public abstract long LayerCount { get; }
}

/// <summary>One name of <c>@before(t)</c> or <c>@after(t)</c>.</summary>
/// <param name="Before">Before or after.</param>
/// <param name="Target">A name bound in the same body, or a path below it.</param>
/// <param name="IsPath">Whether it was written as a string.</param>
/// <param name="Span">Where it stands, relative to the statement.</param>
internal readonly record struct OrderTarget(bool Before, string Target, bool IsPath, TextSpan Span);

/// <summary>An operand of an operation: a tensor of the statement or a constant.</summary>
internal readonly record struct PieceOperand(TensorReference Reference, TensorSource.Constant? Constant);

/// <summary>A slot of an operation: absent, its own weight, or a source given by the call.</summary>
/// <param name="Name">The slot's name.</param>
/// <param name="Type">The type; null where the operation has not the slot.</param>
/// <param name="Role">How it is drawn where weights are seeded.</param>
/// <param name="Given">The source given as an attribute; null for its own weight.</param>
internal readonly record struct PieceSlot(string Name, TensorType? Type, SlotRole Role, PieceOperand? Given);

/// <summary>One operation: one layer.</summary>
internal sealed class OperationPiece : Piece
{
    private bool? _weighted;

    public required Operation Operation { get; init; }

    /// <summary>The operation over symbolic dimensions, for checks and hovers; the same object where it has none.</summary>
    public required Inference Inference { get; init; }

    public required ImmutableArray<PieceOperand> Operands { get; init; }

    public required ImmutableArray<PieceSlot> Slots { get; init; }

    public override bool Weighted => _weighted ??= HasOwnWeight();

    public override long LayerCount => 1;

    private bool HasOwnWeight()
    {
        foreach (var slot in Slots)
        {
            if (slot.Type is not null && slot.Given is null)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A tensor that is itself one weight.</summary>
internal sealed class WeightPiece : Piece
{
    public required TensorType Type { get; init; }

    /// <summary>The key relative to the enclosing instance, or null.</summary>
    public required string? Key { get; init; }

    public override bool Weighted => Key is null;

    public override long LayerCount => 0;
}

/// <summary>A call of a block or network.</summary>
internal sealed class InstancePiece : Piece
{
    public required string Block { get; init; }

    public required BoundBody Body { get; init; }

    /// <summary>For each tensor the body captures: where it comes from.</summary>
    public required ImmutableArray<PieceOperand> Captures { get; init; }

    public override bool Weighted => Body.HasWeights;

    public override long LayerCount => Body.LayerCount;
}

/// <summary>The iterations of a repeat.</summary>
internal sealed class RepeatPiece : Piece
{
    public required ImmutableArray<BoundBody> Iterations { get; init; }

    /// <summary>Per iteration, for each tensor it captures: an input or piece of the statement, or a result of an earlier iteration.</summary>
    public required ImmutableArray<ImmutableArray<PieceOperand>> Captures { get; init; }

    /// <summary>The tensors of the names that are visible afterwards.</summary>
    public required ImmutableArray<PieceOperand> Results { get; init; }

    public override bool Weighted
    {
        get
        {
            foreach (var iteration in Iterations)
            {
                if (iteration.HasWeights)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public override long LayerCount
    {
        get
        {
            var count = 0L;
            foreach (var iteration in Iterations)
            {
                count += iteration.LayerCount;
            }

            return count;
        }
    }
}

/// <summary>The chosen branch of an if statement. It adds no component to paths: its things belong to the enclosing body's groups.</summary>
internal sealed class BranchPiece : Piece
{
    public required BoundBody Body { get; init; }

    public required ImmutableArray<PieceOperand> Captures { get; init; }

    /// <summary>For each tensor visible afterwards: its number among the tensors bound at the branch's end.</summary>
    public required ImmutableArray<PieceOperand> Results { get; init; }

    public override bool Weighted => Body.HasWeights;

    public override long LayerCount => Body.LayerCount;
}
