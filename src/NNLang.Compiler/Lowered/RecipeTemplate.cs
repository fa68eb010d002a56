using System.Collections.Immutable;
using System.Globalization;
using NNLang.Machine.Programs;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Compiler.Lowered;

/// <summary>
/// A weight recipe that names its weights by their position among the group's sources, so that equal layers share it. Immutable.
/// </summary>
/// <param name="Steps">
/// Steps of a <see cref="Recipe"/>, the key of a <see cref="RecipeOperation.Load"/> being the decimal index of a source.
/// </param>
public sealed record RecipeTemplate(ImmutableArray<RecipeStep> Steps)
{
    /// <summary>The step that pushes source <paramref name="source"/>.</summary>
    public static RecipeStep Source(int source) => RecipeStep.Load(source.ToString(CultureInfo.InvariantCulture));

    /// <summary>The recipe for one instance: weights become their keys, constants their elements. O(steps + constants).</summary>
    /// <exception cref="ArgumentException">A source is absent, or a constant has an element type a recipe cannot hold.</exception>
    public Recipe Instantiate(ImmutableArray<TensorSource?> sources)
    {
        var steps = Steps.ToBuilder();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Operation != RecipeOperation.Load)
            {
                continue;
            }

            steps[i] = sources[int.Parse(steps[i].Key, CultureInfo.InvariantCulture)] switch
            {
                TensorSource.Weight weight => RecipeStep.Load(weight.Key),
                TensorSource.Constant constant =>
                    RecipeStep.Constant(constant.Value.Shape.Dimensions, [.. constant.Value.ToDoubles().AsDoubles()]),
                _ => throw new ArgumentException($"A recipe reads source {steps[i].Key}, which the instance has not.", nameof(sources)),
            };
        }

        return new Recipe(steps.ToImmutable());
    }

    /// <summary>Value equality of all steps.</summary>
    public bool Equals(RecipeTemplate? other) => other is not null && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var step in Steps)
        {
            hash.Add(step);
        }

        return hash.ToHashCode();
    }
}
