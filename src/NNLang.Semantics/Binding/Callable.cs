using NNLang.Operators.Model;

namespace NNLang.Semantics.Binding;

/// <summary>What may stand before a parenthesis or right of a pipe. Closed family; immutable.</summary>
internal abstract class Callable : IEquatable<Callable>
{
    public abstract string Name { get; }

    public abstract bool Equals(Callable? other);

    public sealed override bool Equals(object? obj) => Equals(obj as Callable);

    public abstract override int GetHashCode();
}

/// <summary>An operator of the catalogue.</summary>
internal sealed class OperatorCallable(Operator op) : Callable
{
    public Operator Operator { get; } = op;

    public override string Name => Operator.Name;

    public override bool Equals(Callable? other) => other is OperatorCallable callable && ReferenceEquals(Operator, callable.Operator);

    public override int GetHashCode() => Operator.Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A block or network of the file, by its header: a call need not be bound again because the body changed.</summary>
internal sealed class BlockCallable(BlockSymbol symbol) : Callable
{
    public BlockSymbol Symbol { get; } = symbol;

    public override string Name => Symbol.Name;

    public override bool Equals(Callable? other) => other is BlockCallable callable && Symbol.HasSameHeader(callable.Symbol);

    public override int GetHashCode() => Symbol.Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A stage parameter: what it stands for.</summary>
internal sealed class StageCallable(string name, Values.StageValue stage) : Callable
{
    public Values.StageValue Stage { get; } = stage;

    public override string Name { get; } = name;

    public override bool Equals(Callable? other) => other is StageCallable callable && Name == callable.Name && Stage.Equals(callable.Stage);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A function of compile-time values; on tensors the operator of the same name, if there is one.</summary>
internal sealed class FunctionCallable(string name, Operator? op) : Callable
{
    public Operator? Operator { get; } = op;

    public override string Name { get; } = name;

    public override bool Equals(Callable? other) => other is FunctionCallable callable && Name == callable.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A stage parameter of a block bound without its callers: nothing is known of it.</summary>
internal sealed class UnknownCallable(string name) : Callable
{
    public override string Name { get; } = name;

    public override bool Equals(Callable? other) => other is UnknownCallable callable && Name == callable.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
