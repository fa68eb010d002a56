using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Semantics.Graph;

/// <summary>
/// What a layer computes, without where it stands, what it is called and which weights it reads. Value equality with a cached hash:
/// equal operations lower to the same instructions. Thread-safe.
/// </summary>
public sealed class Operation : IEquatable<Operation>
{
    private readonly int _hash;

    /// <summary>Makes an operation.</summary>
    public Operation(
        Operator op,
        AttributeSet attributes,
        ImmutableArray<TensorType?> operandTypes,
        ImmutableArray<TensorType?> slotTypes,
        ImmutableArray<TensorType> resultTypes,
        OperationAnnotations annotations)
    {
        Operator = op;
        Attributes = attributes;
        OperandTypes = operandTypes;
        SlotTypes = slotTypes;
        ResultTypes = resultTypes;
        Annotations = annotations;
        var hash = new HashCode();
        hash.Add(op.Name, StringComparer.Ordinal);
        hash.Add(attributes);
        Add(ref hash, operandTypes);
        Add(ref hash, slotTypes);
        foreach (var type in resultTypes)
        {
            hash.Add(type);
        }

        hash.Add(annotations);
        _hash = hash.ToHashCode();
    }

    /// <summary>The operator.</summary>
    public Operator Operator { get; }

    /// <summary>The attributes, defaults filled in.</summary>
    public AttributeSet Attributes { get; }

    /// <summary>Operand types in order; null for an absent optional operand.</summary>
    public ImmutableArray<TensorType?> OperandTypes { get; }

    /// <summary>Slot types in order; null for a slot the operation has not.</summary>
    public ImmutableArray<TensorType?> SlotTypes { get; }

    /// <summary>Result types.</summary>
    public ImmutableArray<TensorType> ResultTypes { get; }

    /// <summary>The annotations that change how it is compiled or compared.</summary>
    public OperationAnnotations Annotations { get; }

    /// <inheritdoc/>
    public bool Equals(Operation? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && _hash == other._hash
            && Operator == other.Operator
            && Attributes.Equals(other.Attributes)
            && Same(OperandTypes, other.OperandTypes)
            && Same(SlotTypes, other.SlotTypes)
            && ResultTypes.AsSpan().SequenceEqual(other.ResultTypes.AsSpan())
            && Annotations.Equals(other.Annotations));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Operation);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static bool Same(ImmutableArray<TensorType?> left, ImmutableArray<TensorType?> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!Equals(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(ref HashCode hash, ImmutableArray<TensorType?> types)
    {
        foreach (var type in types)
        {
            hash.Add(type);
        }
    }
}

/// <summary>Annotations of an operation that compiler or comparison read; inherited ones merged in (the inner one wins).</summary>
/// <param name="Engine">The engine of <c>@engine</c>, or null.</param>
/// <param name="Pin">Whether <c>@pin</c> holds it in place.</param>
/// <param name="Precision">The element type of <c>@precision</c>, or null.</param>
/// <param name="Tolerance">The bound of <c>@tolerance</c>, or null.</param>
public sealed record OperationAnnotations(string? Engine, bool Pin, ElementType? Precision, Tolerance? Tolerance)
{
    /// <summary>No annotation.</summary>
    public static OperationAnnotations None { get; } = new(null, false, null, null);

    /// <summary>
    /// Layers this one must end before (<c>@before</c>) or begin after (<c>@after</c>): signed distances in program order, resolved.
    /// </summary>
    public ImmutableArray<OrderConstraint> Order { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(OperationAnnotations? other) =>
        other is not null && Engine == other.Engine && Pin == other.Pin && Precision == other.Precision
        && Tolerance == other.Tolerance && Order.AsSpan().SequenceEqual(other.Order.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Engine, Pin, Precision, Tolerance, Order.Length);
}

/// <summary>One resolved <c>@before</c> or <c>@after</c>.</summary>
/// <param name="Before">True: this layer ends before the other begins. False: this layer begins after the other has ended.</param>
/// <param name="Distance">Program-order index of the other layer minus this one's.</param>
public readonly record struct OrderConstraint(bool Before, int Distance);

/// <summary>A bound that replaces the derived one when tensors are compared.</summary>
public readonly record struct Tolerance(double Relative, double Absolute);
