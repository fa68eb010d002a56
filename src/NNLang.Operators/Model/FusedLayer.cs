using System.Collections.Immutable;

namespace NNLang.Operators.Model;

/// <summary>An operation fused behind another: its operator, and its slots and attributes; its first operand is what comes before
/// it.</summary>
/// <param name="Operator">The operator: an affine map per channel, an element function, or one that does nothing at inference.</param>
/// <param name="Context">Attributes, slots and result shapes; operands are not read.</param>
public sealed record FusedStep(Operator Operator, EvaluationContext Context);

/// <summary>
/// The enclosure of operations that a device computes as one layer, from the layer's own inputs: nothing between them is stored, so no
/// rounding to storage lies between them (<c>docs/numerics.md</c>).
/// </summary>
public static class FusedLayer
{
    /// <summary>
    /// Encloses a core (convolution, dense, matmul, pool, element operator ..) and the steps behind it. A bias slot of the core and a
    /// <c>batch_norm</c> right behind it are one epilogue s a + b. <paramref name="folded"/> is false for a foreign target that keeps
    /// them apart. Throws <see cref="ArgumentException"/> for a step that cannot stand behind another (an affine map behind an
    /// activation, a sum): such a layer stores what is before it.
    /// </summary>
    public static Enclosure Enclose(Operator core, EnclosureContext context, ImmutableArray<FusedStep> steps, bool folded = true)
    {
        var next = 0;
        var bound = default(LayerBound);
        if (!steps.IsEmpty && steps[0].Operator.Epilogue(steps[0].Context) is { } affine)
        {
            next = 1;
            if (context.Evaluation.Slots is [_, { } bias] && core.Slots is [_, { Role: SlotRole.Bias }])
            {
                var plain = context with { Evaluation = context.Evaluation with { Slots = [context.Evaluation.Slots[0], null] } };
                bound = core.Bound(plain).With(affine.After(bias.AsDoubles().ToArray()), folded);
            }
            else
            {
                bound = core.Bound(context).With(affine, folded);
            }
        }

        bound ??= core.Bound(context);
        var enclosure = bound.ToEnclosure();
        if (core.Activation(context.Evaluation.Attributes, context.TableError) is { } own)
        {
            if (next > 0)
            {
                throw new ArgumentException($"'{steps[0].Operator.Name}' cannot be fused behind the activation '{core.Name}'.",
                    nameof(steps));
            }

            enclosure = enclosure.Through(own.WithFloor(context.FunctionFloor));
        }

        for (; next < steps.Length; next++)
        {
            var step = steps[next];
            if (step.Operator.Activation(step.Context.Attributes, context.TableError) is { } function)
            {
                enclosure = enclosure.Through(function.WithFloor(context.FunctionFloor));
            }
            else if (step.Operator.IsView)
            {
                enclosure = enclosure with { Shape = step.Context.Results[0] };
            }
            else
            {
                throw new ArgumentException($"'{step.Operator.Name}' cannot be fused at place {next} behind '{core.Name}'.", nameof(steps));
            }
        }

        return enclosure;
    }
}
