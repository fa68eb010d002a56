using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Operators.Shapes;

/// <summary>
/// What shape rules are written with: reads operands and attributes and collects problems in the words of the diagnostics: first line
/// what is wrong, with both numbers; second line what to do, beginning with a verb.
/// </summary>
internal sealed class ShapeRule(Operator @operator, InferenceContext context)
{
    // Most calls are sound: these are made when something is found.
    private List<ShapeProblem>? _problems;
    private List<DimensionEquality>? _undecided;
    private List<Func<string>>? _equations;

    /// <summary>Whether a problem was found.</summary>
    public bool Failed => _problems is not null;

    /// <summary>The number of operands given.</summary>
    public int Count => context.Operands.Length;

    /// <summary>The facts in force.</summary>
    public DimensionFacts Facts => context.Facts;

    /// <summary>The attribute values.</summary>
    public AttributeSet Attributes => context.Attributes;

    /// <summary>The operator's name as messages quote it.</summary>
    public string Name => $"'{@operator.Name}'";

    /// <summary>The type of a required operand, or null after reporting its absence.</summary>
    public TensorType? Operand(int index)
    {
        if (index < context.Operands.Length && context.Operands[index] is { } type)
        {
            return type;
        }

        Report("NN2021", $"{Name} needs the operand '{OperandName(index)}'.", "Add it.", index);
        return null;
    }

    /// <summary>The name of an operand for messages.</summary>
    public string OperandName(int index)
    {
        if (index < context.OperandNames.Length && context.OperandNames[index] is { } given)
        {
            return given;
        }

        var definitions = @operator.Operands;
        return definitions.IsEmpty ? "operand" : definitions[Math.Min(index, definitions.Length - 1)].Name;
    }

    /// <summary>Adds a problem.</summary>
    public void Report(string code, string message, string help, int operand = -1, string? attribute = null) =>
        (_problems ??= []).Add(new ShapeProblem(code, message, help, operand, attribute));

    /// <summary>Adds an equation for hovers, written when it is read.</summary>
    public void Equation(Func<string> text) => (_equations ??= []).Add(text);

    /// <summary>Requires a rank. <paramref name="form"/> says what the axes are: <c>[N, C, H, W]</c>.</summary>
    public bool RequireRank(int operand, TensorType type, int rank, string form)
    {
        if (type.Rank == rank)
        {
            return true;
        }

        Report(
            "NN3019",
            $"{Name} reads {form}, but '{OperandName(operand)}' is {type}: {Axes(type.Rank)}, not {rank}.",
            $"Reshape it to {Axes(rank)}.",
            operand);
        return false;
    }

    /// <summary>Requires at least so many axes.</summary>
    public bool RequireRankAtLeast(int operand, TensorType type, int rank)
    {
        if (type.Rank >= rank)
        {
            return true;
        }

        Report(
            "NN3019",
            $"{Name} needs at least {Axes(rank)}, but '{OperandName(operand)}' is {type}: {type.Rank}.",
            "Reshape it first.",
            operand);
        return false;
    }

    /// <summary>Requires a floating-point element type.</summary>
    public bool RequireFloat(int operand, TensorType type)
    {
        if (ElementTypes.IsFloat(type.Element))
        {
            return true;
        }

        Report("NN3005", $"{Name} computes on float types, but '{OperandName(operand)}' is {type}.", "Cast it to f32 first.", operand);
        return false;
    }

    /// <summary>Requires a number type: anything but bool.</summary>
    public bool RequireNumber(int operand, TensorType type)
    {
        if (type.Element != ElementType.Bool)
        {
            return true;
        }

        Report("NN3005", $"{Name} computes on numbers, but '{OperandName(operand)}' is {type}.", "Cast it to a number type first.",
            operand);
        return false;
    }

    /// <summary>Requires that all operands have the first one's element type.</summary>
    public bool RequireSameElement(ImmutableArray<TensorType> types)
    {
        for (var i = 1; i < types.Length; i++)
        {
            if (types[i].Element != types[0].Element)
            {
                Report(
                    "NN3005",
                    $"{Name} needs one element type, but got {ElementTypes.Name(types[0].Element)} and {ElementTypes.Name(types[i].Element)}.",
                    $"Cast '{OperandName(i)}' to {ElementTypes.Name(types[0].Element)}.",
                    i);
                return false;
            }
        }

        return true;
    }

    /// <summary>Requires an integer attribute, or each of a list, to be at least a number, where that is decidable.</summary>
    public bool RequireAtLeast(string attribute, long least)
    {
        foreach (var value in Attributes.Dimensions(attribute))
        {
            if (Facts.IsAtLeast(value, least) == false)
            {
                Report("NN3002", $"{Name} needs {attribute} of at least {least}, but it is {value}.",
                    $"Give {attribute}: {least} or more.", attribute: attribute);
                return false;
            }
        }

        return true;
    }

    /// <summary>Requires a list attribute to have a length; <paramref name="what"/> says one entry for what.</summary>
    public bool RequireLength(string attribute, int length, string what)
    {
        var actual = Attributes.Dimensions(attribute).Length;
        if (actual == length)
        {
            return true;
        }

        Report(
            "NN3002",
            $"{Name} needs one entry of {attribute} for each {what}: {length}, but it has {actual}.",
            $"Give a list of {length}.",
            attribute: attribute);
        return false;
    }

    /// <summary>Requires an equation. Undecided ones are kept for the binding in force.</summary>
    public bool RequireEqual(
        Dimension left,
        Dimension right,
        [InterpolatedStringHandlerArgument("", nameof(left), nameof(right))] EquationMessage message,
        string help,
        int operand = -1,
        string? attribute = null)
    {
        if (!message.IsNeeded)
        {
            return true;
        }

        if (Facts.Prove(left, right) == Proof.Undecided)
        {
            (_undecided ??= []).Add(new DimensionEquality(left, right, message.Write()));
            return true;
        }

        Report("NN3002", message.Write(), help, operand, attribute);
        return false;
    }

    /// <summary>An axis attribute counted from 0; null where it is out of range (reported) or still symbolic.</summary>
    public int? Axis(string attribute, int rank) => Axis(attribute, Attributes.Dimension(attribute), rank);

    /// <summary>The axes of a list attribute, counted from 0, in the order given; null where one is wrong, doubled or symbolic.</summary>
    public ImmutableArray<int>? AxisList(string attribute, int rank)
    {
        var axes = ImmutableArray.CreateBuilder<int>();
        foreach (var value in Attributes.Dimensions(attribute))
        {
            if (Axis(attribute, value, rank) is not { } axis)
            {
                return null;
            }

            if (axes.Contains(axis))
            {
                Report("NN3002", $"{Name} names axis {axis} twice in {attribute}.", "Name each axis once.", attribute: attribute);
                return null;
            }

            axes.Add(axis);
        }

        return axes.ToImmutable();
    }

    /// <summary>
    /// The type of a slot: the needed one, or null where the operation has none. One given by the call must fit.
    /// </summary>
    public TensorType? Slot(int index, TensorType? needed)
    {
        if (needed is null || index >= context.GivenSlots.Length || context.GivenSlots[index] is not { } given)
        {
            return needed;
        }

        var name = @operator.Slots[index].Name;
        var fits = given.Rank == needed.Rank && given.Element == needed.Element;
        for (var axis = 0; fits && axis < given.Rank; axis++)
        {
            switch (Facts.Prove(given.Dimensions[axis], needed.Dimensions[axis]))
            {
                case Proof.Unequal:
                    fits = false;
                    break;
                case Proof.Undecided:
                    (_undecided ??= []).Add(new DimensionEquality(given.Dimensions[axis], needed.Dimensions[axis],
                        $"{Name} needs {name} {needed}."));
                    break;
            }
        }

        if (!fits)
        {
            Report("NN3002", $"{Name} needs {name} {needed}, but it is {given}.", "Transpose or reshape it.", attribute: name);
        }

        return needed;
    }

    /// <summary>The result, or the problems found.</summary>
    public Inference Finish(ImmutableArray<TensorType> results, params ImmutableArray<TensorType?> slots)
    {
        if (_problems is not null)
        {
            return Inference.Wrong([.. _problems]);
        }

        var equations = _equations;
        return new Inference(results, slots, [])
        {
            Explanation = equations is null ? null : () => [.. equations.Select(equation => equation())],
            Undecided = _undecided is null ? [] : [.. _undecided],
        };
    }

    /// <summary>A single result.</summary>
    public Inference Finish(TensorType result, params ImmutableArray<TensorType?> slots) => Finish(ImmutableArray.Create(result), slots);

    /// <summary>The problems, or where there are none, that the rule must wait for a symbolic attribute.</summary>
    public Inference Stop() => _problems is null ? Inference.Open : Inference.Wrong([.. _problems]);

    /// <summary>The name of an axis in messages: N, C, H, W of rank 4, else its number.</summary>
    public static string AxisName(int axis, int rank) => rank == 4 ? "NCHW"[axis].ToString() : $"axis {axis}";

    private int? Axis(string attribute, Dimension value, int rank)
    {
        if (value.Value is not { } axis)
        {
            return null;
        }

        if (axis < -rank || axis >= rank)
        {
            Report(
                "NN3019",
                $"{Name} needs {attribute} from {-rank} to {rank - 1}, but it is {axis}.",
                rank == 0 ? "Reshape to at least one axis." : $"Give {attribute}: -1 for the last axis.",
                attribute: attribute);
            return null;
        }

        return (int)(axis < 0 ? axis + rank : axis);
    }

    private static string Axes(int rank) => rank == 1 ? "1 axis" : $"{rank} axes";
}
