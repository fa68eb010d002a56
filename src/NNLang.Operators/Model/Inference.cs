using System.Collections.Immutable;
using NNLang.Operators.Shapes;

namespace NNLang.Operators.Model;

/// <summary>What a shape rule reads. A variadic operand contributes all its tensors in place.</summary>
/// <param name="Operands">Operand types in order; null for an absent optional operand.</param>
/// <param name="Attributes">Attribute values, defaults filled in.</param>
/// <param name="Facts">What is known about symbolic dimensions.</param>
public sealed record InferenceContext(ImmutableArray<TensorType?> Operands, AttributeSet Attributes, DimensionFacts Facts)
{
    /// <summary>What the source calls the operands, for messages; an empty array or a null uses the operator's own names.</summary>
    public ImmutableArray<string?> OperandNames { get; init; } = [];

    /// <summary>Slot types a call overrides with a tensor of its own (<c>weight: w</c>), by slot index; empty where none is.</summary>
    public ImmutableArray<TensorType?> GivenSlots { get; init; } = [];
}

/// <summary>What a shape rule answers. Neither results nor problems: not decidable before a symbolic attribute has its value.</summary>
/// <param name="Results">Result types; empty if there are problems.</param>
/// <param name="Slots">The types of the slots in order; null for a slot that this operation has not (<c>bias: false</c>).</param>
/// <param name="Problems">What is wrong; empty for a well-formed operation.</param>
public sealed record Inference(
    ImmutableArray<TensorType> Results, ImmutableArray<TensorType?> Slots, ImmutableArray<ShapeProblem> Problems)
{
    /// <summary>
    /// The equations of the result's dimensions for hovers, <c>H' = (H + 2*1 - 3) / 1 + 1</c>; may be empty. Written when they are read.
    /// </summary>
    public ImmutableArray<string> Equations => Explanation is null ? [] : Explanation();

    /// <summary>Writes the equations.</summary>
    public Func<ImmutableArray<string>>? Explanation { get; init; }

    /// <summary>
    /// Equalities that could neither be proved nor refuted; the binder evaluates them with the binding in force (NN3010).
    /// </summary>
    public ImmutableArray<DimensionEquality> Undecided { get; init; } = [];

    /// <summary>Not decidable yet: an attribute that decides the rank or the number of results is still symbolic.</summary>
    public static Inference Open { get; } = new([], [], []);

    /// <summary>A result without slots.</summary>
    public static Inference Of(params ImmutableArray<TensorType> results) => new(results, [], []);

    /// <summary>A refusal.</summary>
    public static Inference Wrong(params ImmutableArray<ShapeProblem> problems) => new([], [], problems);
}

/// <summary>Two dimensions that must be equal.</summary>
public sealed record DimensionEquality(Dimension Left, Dimension Right, string Reason);

/// <summary>A refusal of a shape rule: a code of the language (NN3002, NN3019, NN3020, ..), both lines of the message, the place.</summary>
/// <param name="Code">The diagnostic code, <c>NN3019</c>.</param>
/// <param name="Message">First line: what is wrong, with both numbers.</param>
/// <param name="Help">Second line: what to do, beginning with a verb; may be empty.</param>
/// <param name="Operand">The operand to point at, or -1.</param>
/// <param name="Attribute">The attribute to point at, or null.</param>
public sealed record ShapeProblem(string Code, string Message, string Help, int Operand = -1, string? Attribute = null);
