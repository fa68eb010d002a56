using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Binding;
using NNLang.Tensors;

namespace NNLang.Semantics.Values;

/// <summary>
/// What a name or an expression stands for while a body is bound. Closed family, immutable, thread-safe. Equality is that of
/// signatures: types and compile-time values count, the operation that computes a tensor does not, so that a statement need not be
/// bound again because another operation now makes the same type.
/// </summary>
public abstract class Value : IEquatable<Value>
{
    private protected Value()
    {
    }

    /// <summary>What it is in a message: <c>a tensor</c>, <c>an int</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The number of tensors inside, in the order in which they are numbered as inputs of a statement.</summary>
    internal virtual int LeafCount => 0;

    /// <inheritdoc/>
    public abstract bool Equals(Value? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The same value whose tensors are read from somewhere else: leaf i becomes <paramref name="leaf"/>(i).</summary>
    internal virtual Value Redirect(ref int next, Func<int, TensorReference> leaf) => this;

    /// <summary>Lists the places of the tensors inside, in order.</summary>
    internal virtual void CollectLeaves(List<TensorReference> into)
    {
    }
}

/// <summary>A tensor.</summary>
public sealed class TensorValue : Value
{
    internal TensorValue(TensorType? type, TensorReference reference, Tensor? constant = null, bool isWeight = false)
    {
        Type = type;
        Reference = reference;
        Constant = constant;
        IsWeight = isWeight;
    }

    /// <summary>Its type; null where it is not known: after an error, or in a block bound without its callers.</summary>
    public TensorType? Type { get; }

    /// <summary>Its elements, if it is a constant of the text.</summary>
    public Tensor? Constant { get; }

    /// <summary>Whether it is a weight, read when the program is loaded.</summary>
    public bool IsWeight { get; }

    /// <summary>Where it comes from inside the statement that has it.</summary>
    internal TensorReference Reference { get; }

    /// <inheritdoc/>
    public override string Kind => "a tensor";

    internal override int LeafCount => 1;

    /// <inheritdoc/>
    public override bool Equals(Value? other) =>
        ReferenceEquals(this, other)
        || (other is TensorValue tensor
            && IsWeight == tensor.IsWeight
            && (ReferenceEquals(Type, tensor.Type) || (Type is not null && Type.Equals(tensor.Type)))
            && SameConstant(Constant, tensor.Constant));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, IsWeight, Constant is null);

    internal override Value Redirect(ref int next, Func<int, TensorReference> leaf) =>
        new TensorValue(Type, leaf(next++), Constant, IsWeight);

    internal override void CollectLeaves(List<TensorReference> into) => into.Add(Reference);

    private static bool SameConstant(Tensor? left, Tensor? right) =>
        ReferenceEquals(left, right)
        || (left is not null && right is not null && left.Type == right.Type && left.Shape == right.Shape
            && left.Bytes.Span.SequenceEqual(right.Bytes.Span));
}

/// <summary>Several named results of one call.</summary>
public sealed class BundleValue(ImmutableArray<string> names, ImmutableArray<Value> values) : Value
{
    /// <summary>The names of the results; empty strings where the operator gives none.</summary>
    public ImmutableArray<string> Names { get; } = names;

    /// <summary>The results.</summary>
    public ImmutableArray<Value> Values { get; } = values;

    /// <inheritdoc/>
    public override string Kind => $"{Values.Length} results";

    internal override int LeafCount => ValueLists.LeafCount(Values);

    /// <inheritdoc/>
    public override bool Equals(Value? other) =>
        ReferenceEquals(this, other)
        || (other is BundleValue bundle && Names.AsSpan().SequenceEqual(bundle.Names.AsSpan())
            && Values.AsSpan().SequenceEqual(bundle.Values.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => ValueLists.Hash(Values);

    internal override Value Redirect(ref int next, Func<int, TensorReference> leaf) =>
        new BundleValue(Names, ValueLists.Redirect(Values, ref next, leaf));

    internal override void CollectLeaves(List<TensorReference> into) => ValueLists.CollectLeaves(Values, into);
}

/// <summary>A list: compile-time values, stages or tensors.</summary>
public sealed class ListValue(ImmutableArray<Value> values) : Value
{
    /// <summary>The elements.</summary>
    public ImmutableArray<Value> Values { get; } = values;

    /// <inheritdoc/>
    public override string Kind => "a list";

    internal override int LeafCount => ValueLists.LeafCount(Values);

    /// <inheritdoc/>
    public override bool Equals(Value? other) =>
        ReferenceEquals(this, other) || (other is ListValue list && Values.AsSpan().SequenceEqual(list.Values.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => ValueLists.Hash(Values);

    internal override Value Redirect(ref int next, Func<int, TensorReference> leaf) =>
        new ListValue(ValueLists.Redirect(Values, ref next, leaf));

    internal override void CollectLeaves(List<TensorReference> into) => ValueLists.CollectLeaves(Values, into);
}

/// <summary>An int, possibly over symbolic dimensions.</summary>
public sealed class IntValue(Dimension value) : Value
{
    /// <summary>The number.</summary>
    public Dimension Number { get; } = value;

    /// <inheritdoc/>
    public override string Kind => "an int";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is IntValue number && Number == number.Number;

    /// <inheritdoc/>
    public override int GetHashCode() => Number.GetHashCode();
}

/// <summary>A float.</summary>
public sealed class RealValue(double value) : Value
{
    /// <summary>The number.</summary>
    public double Number { get; } = value;

    /// <inheritdoc/>
    public override string Kind => "a float";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is RealValue real && Number.Equals(real.Number);

    /// <inheritdoc/>
    public override int GetHashCode() => Number.GetHashCode();
}

/// <summary>A bool; null where it depends on a symbolic dimension or on an argument that is not known.</summary>
public sealed class BoolValue(bool? value) : Value
{
    /// <summary>The truth, or null.</summary>
    public bool? Truth { get; } = value;

    /// <summary>The shared values.</summary>
    internal static BoolValue Of(bool? truth) => truth is null ? Undecided : truth.Value ? True : False;

    /// <inheritdoc/>
    public override string Kind => "a bool";

    private static BoolValue True { get; } = new(true);

    private static BoolValue False { get; } = new(false);

    private static BoolValue Undecided { get; } = new(null);

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is BoolValue truth && Truth == truth.Truth;

    /// <inheritdoc/>
    public override int GetHashCode() => Truth.GetHashCode();
}

/// <summary>A string.</summary>
public sealed class TextValue(string text) : Value
{
    /// <summary>The characters.</summary>
    public string Text { get; } = text;

    /// <inheritdoc/>
    public override string Kind => "a string";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is TextValue text && Text == text.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>An element type.</summary>
public sealed class TypeValue(ElementType element) : Value
{
    /// <summary>The type.</summary>
    public ElementType Element { get; } = element;

    /// <inheritdoc/>
    public override string Kind => "an element type";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is TypeValue type && Element == type.Element;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Element;
}

/// <summary>The value <c>none</c>.</summary>
public sealed class NoneValue : Value
{
    private NoneValue()
    {
    }

    /// <summary>The only one.</summary>
    public static NoneValue Instance { get; } = new();

    /// <inheritdoc/>
    public override string Kind => "none";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is NoneValue;

    /// <inheritdoc/>
    public override int GetHashCode() => 1;
}

/// <summary>
/// A value nothing is known about: after an error, so that one mistake gives one message, or an argument of a block bound without its
/// callers.
/// </summary>
public sealed class UnknownValue : Value
{
    private UnknownValue()
    {
    }

    /// <summary>The only one.</summary>
    public static UnknownValue Instance { get; } = new();

    /// <inheritdoc/>
    public override string Kind => "a value";

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is UnknownValue;

    /// <inheritdoc/>
    public override int GetHashCode() => 2;
}

/// <summary>A stage: an operator or block with arguments bound, what may stand right of <c>|&gt;</c>.</summary>
public sealed class StageValue : Value
{
    internal StageValue(string name, Callable callable, ImmutableArray<StageArgument> arguments)
    {
        Name = name;
        Callable = callable;
        Arguments = arguments;
    }

    /// <summary>The operator or block.</summary>
    public string Name { get; }

    /// <summary>The arguments bound so far.</summary>
    public ImmutableArray<StageArgument> Arguments { get; }

    internal Callable Callable { get; }

    /// <inheritdoc/>
    public override string Kind => "a stage";

    /// <inheritdoc/>
    public override bool Equals(Value? other) =>
        ReferenceEquals(this, other)
        || (other is StageValue stage && Callable.Equals(stage.Callable)
            && Arguments.AsSpan().SequenceEqual(stage.Arguments.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Arguments.Length);
}

/// <summary>An argument bound in a stage.</summary>
/// <param name="Label">Its label, or null for the one positional argument.</param>
/// <param name="Value">Its value; a word of an enumeration is a string here.</param>
public readonly record struct StageArgument(string? Label, Value Value);

/// <summary>What lists and bundles share.</summary>
internal static class ValueLists
{
    public static int LeafCount(ImmutableArray<Value> values)
    {
        var count = 0;
        foreach (var value in values)
        {
            count += value.LeafCount;
        }

        return count;
    }

    public static int Hash(ImmutableArray<Value> values)
    {
        var hash = new HashCode();
        foreach (var value in values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public static ImmutableArray<Value> Redirect(ImmutableArray<Value> values, ref int next, Func<int, TensorReference> leaf)
    {
        var builder = ImmutableArray.CreateBuilder<Value>(values.Length);
        foreach (var value in values)
        {
            builder.Add(value.Redirect(ref next, leaf));
        }

        return builder.MoveToImmutable();
    }

    public static void CollectLeaves(ImmutableArray<Value> values, List<TensorReference> into)
    {
        foreach (var value in values)
        {
            value.CollectLeaves(into);
        }
    }
}
