using System.Collections.Immutable;

namespace NNLang.Machine.Programs;

/// <summary>
/// A postfix program over tensors (<c>docs/machine.md</c> 8.5), evaluated by the loader in binary64 once per content hash, with one rounding
/// to the region's type. It reads nothing but named weights; a program holds no weight values.
/// </summary>
/// <param name="Steps">The steps; each takes its operands from a stack of tensors and pushes its result. One tensor is left at the end.</param>
public sealed record Recipe(ImmutableArray<RecipeStep> Steps)
{
    /// <summary>Value equality of all steps.</summary>
    public bool Equals(Recipe? other) => other is not null && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Steps.Length, Steps.IsEmpty ? null : Steps[0]);
}
