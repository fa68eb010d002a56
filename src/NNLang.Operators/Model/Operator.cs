using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>
/// One operator of the catalogue: its signature, its shape rule, its meaning in binary64, its error rule, its documentation.
/// An operator is one file below <c>Catalogue/</c>. Instances are stateless singletons. Thread-safe.
/// </summary>
public abstract class Operator
{
    /// <summary>The name in the language, <c>conv2d</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for hovers and completion.</summary>
    public abstract string Summary { get; }

    /// <summary>An example call that compiles, for the documentation.</summary>
    public abstract string Example { get; }

    /// <summary>The tensor operands in the operator's order.</summary>
    public abstract ImmutableArray<OperandDefinition> Operands { get; }

    /// <summary>The attributes; the first is the principal one unless the operator is variadic.</summary>
    public virtual ImmutableArray<AttributeDefinition> Attributes => [];

    /// <summary>The weight slots, named as PyTorch names them.</summary>
    public virtual ImmutableArray<SlotDefinition> Slots => [];

    /// <summary>
    /// The shape rule: result and slot types, or what is wrong. Never throws for wrong operands or attributes: arithmetic beyond 64 bits
    /// is a problem NN3017, a division by zero NN3018.
    /// </summary>
    public Inference Infer(InferenceContext context)
    {
        try
        {
            return InferTypes(context);
        }
        catch (OverflowException)
        {
            return Inference.Wrong(new ShapeProblem(
                "NN3017", $"The shape of '{Name}' does not fit 64-bit arithmetic.", "Use smaller dimensions or attributes."));
        }
        catch (DivideByZeroException)
        {
            return Inference.Wrong(new ShapeProblem(
                "NN3018", $"The shape of '{Name}' divides by zero.", "Give a stride, a kernel and groups of at least 1."));
        }
    }

    /// <summary>The shape rule proper. It may throw what <see cref="Dimension"/> arithmetic throws, nothing else.</summary>
    protected abstract Inference InferTypes(InferenceContext context);

    /// <summary>
    /// The meaning: results in binary64 from operands and slots in binary64 (integers and bools as their values).
    /// Operands and slots fit the inferred types. An absent optional operand or slot is null.
    /// </summary>
    public abstract ImmutableArray<Tensor> Evaluate(EvaluationContext context);

    /// <summary>
    /// The error rule (<c>docs/numerics.md</c>): an enclosure of what correct rounding may give, computed in binary64 from the
    /// operands and slots as stored. By default <see cref="Bound"/> through <see cref="Activation"/>.
    /// </summary>
    public virtual Enclosure Enclose(EnclosureContext context)
    {
        var enclosure = Bound(context).ToEnclosure();
        return Activation(context.Evaluation.Attributes, context.TableError) is { } function
            ? enclosure.Through(function.WithFloor(context.FunctionFloor))
            : enclosure;
    }

    /// <summary>
    /// The layer's value before its activation with the bound of its rounding error. An activation's is its operand, exact. The default
    /// is for operators that move, compare, or round once: their value, exact up to the final rounding.
    /// </summary>
    public virtual LayerBound Bound(EnclosureContext context)
    {
        var results = Activation(context.Evaluation.Attributes, context.TableError) is null
            ? Evaluate(context.Evaluation)[0]
            : context.Evaluation.Operands[0]!;
        return new LayerBound(results.Shape, results.AsDoubles().ToArray(), null);
    }

    /// <summary>The function of an operator that applies one to each element, else null.</summary>
    public virtual ElementFunction? Activation(AttributeSet attributes, double tableError) => null;

    /// <summary>The scales and biases of an operator that is an affine map per channel (<c>batch_norm</c>), else null.</summary>
    public virtual ChannelAffine? Epilogue(EvaluationContext context) => null;

    /// <summary>Whether the result is the first operand's elements in the same order, at most in another shape: nothing to
    /// compute.</summary>
    public virtual bool IsView => false;

    /// <summary>
    /// Multiply-adds of one evaluation; 0 for operators that only move or compare, null where the number does not fit 64 bits. Symbolic
    /// where the shapes are. For a well-formed inference.
    /// </summary>
    public Dimension? CountMultiplyAdds(InferenceContext context, Inference inference)
    {
        try
        {
            return inference.Results.IsEmpty ? Dimension.Zero : MultiplyAdds(context, inference);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>The count proper. It may throw what <see cref="Dimension"/> arithmetic throws on overflow.</summary>
    protected virtual Dimension MultiplyAdds(InferenceContext context, Inference inference) => Dimension.Zero;
}

/// <summary>A tensor operand of an operator.</summary>
/// <param name="Name">The name in the documentation and, for optional operands, the label.</param>
/// <param name="Summary">One sentence.</param>
public sealed record OperandDefinition(string Name, string Summary)
{
    /// <summary>May be absent; given by name only.</summary>
    public bool Optional { get; init; }

    /// <summary>Takes a list of tensors (<c>concat</c>, <c>sum</c>, <c>max</c>).</summary>
    public bool Variadic { get; init; }
}

/// <summary>A weight slot of an operator.</summary>
/// <param name="Name">PyTorch's name, <c>running_mean</c>.</param>
/// <param name="Role">How seeded weights are drawn for it.</param>
public sealed record SlotDefinition(string Name, SlotRole Role);

/// <summary>The distribution that seeded weights take (language 9.6).</summary>
public enum SlotRole : byte
{
    /// <summary>Uniform with variance scale^2 * 2 / fan-in.</summary>
    Weight,
    /// <summary>Uniform in [-0.1, 0.1].</summary>
    Bias,
    /// <summary>Uniform in [0.5, 1.5].</summary>
    Gain,
    /// <summary>A running mean, uniform in [-0.1, 0.1].</summary>
    Mean,
    /// <summary>A running variance, uniform in [0.5, 1.5].</summary>
    Variance,
}
