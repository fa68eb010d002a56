using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>constant</c>: numbers written in the text.</summary>
internal sealed class Constant : Operator
{
    /// <summary>The language's limit for numbers written out.</summary>
    private const int MaximumElements = 4_096;

    public override string Name => "constant";

    public override string Summary => "Numbers written in the text, or one number for every element of a shape.";

    public override string Example => "c = constant([0.5, 0.25], type: f32)";

    public override ImmutableArray<OperandDefinition> Operands => [];

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        new("value", AttributeKind.Numbers, null, "A number, or nested lists of numbers, at most 4,096 of them."),
        new("type", AttributeKind.Type, AttributeValue.Nothing,
            "The element type; f32, or i64 where all numbers are integers, by default.") { ForeignNames = ["dtype"] },
        new("shape", AttributeKind.IntegerList, AttributeValue.Nothing, "For a single number: the shape it fills."),
    ];

    protected override Inference InferTypes(InferenceContext context)
    {
        var rule = new ShapeRule(this, context);
        var value = context.Attributes.Find("value");
        if (value is not { } numbers || ShapeOf(numbers) is not { } shape)
        {
            rule.Report("NN3002", $"{rule.Name} needs lists of numbers of equal length.", "Make all rows equally long.",
                attribute: "value");
            return rule.Stop();
        }

        var count = 1L;
        foreach (var extent in shape)
        {
            count *= extent;
        }

        if (count > MaximumElements)
        {
            rule.Report("NN8003", $"{rule.Name} holds {count:N0} numbers, more than {MaximumElements:N0}.", "Use weight(..).",
                attribute: "value");
            return rule.Stop();
        }

        var element = context.Attributes.Has("type") ? context.Attributes.Type("type") : AllIntegers(numbers) ? ElementType.I64
            : ElementType.F32;
        if (!context.Attributes.Has("shape"))
        {
            return rule.Finish(new TensorType(element, [.. shape.Select(extent => Dimension.Of(extent))]));
        }

        if (shape.Length > 0)
        {
            rule.Report("NN3002", $"{rule.Name} takes a shape for one number, but has {count}.", "Leave out the shape.",
                attribute: "shape");
            return rule.Stop();
        }

        return rule.RequireAtLeast("shape", 0) ? rule.Finish(new TensorType(element, context.Attributes.Dimensions("shape"))) : rule.Stop();
    }

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var numbers = new List<double>();
        Collect(context.Attributes.Find("value")!, numbers);
        var result = new double[context.Results[0].Count];
        if (numbers.Count == result.Length)
        {
            numbers.CopyTo(result);
        }
        else
        {
            Array.Fill(result, numbers[0]);
        }

        return [Tensor.Of(context.Results[0], result)];
    }

    /// <summary>The extents of nested lists, or null where rows differ or something is no number.</summary>
    private static ImmutableArray<int>? ShapeOf(AttributeValue value)
    {
        if (value is AttributeValue.Integer or AttributeValue.Real or AttributeValue.Boolean)
        {
            return [];
        }

        if (value is not AttributeValue.List list)
        {
            return null;
        }

        ImmutableArray<int>? inner = null;
        foreach (var item in list.Values)
        {
            if (ShapeOf(item) is not { } shape || (inner is { } before && !before.AsSpan().SequenceEqual(shape.AsSpan())))
            {
                return null;
            }

            inner = shape;
        }

        return [list.Values.Length, .. inner ?? []];
    }

    private static bool AllIntegers(AttributeValue value) => value switch
    {
        AttributeValue.Integer => true,
        AttributeValue.List list => list.Values.All(AllIntegers),
        _ => false,
    };

    private static void Collect(AttributeValue value, List<double> numbers)
    {
        switch (value)
        {
            case AttributeValue.List list:
                foreach (var item in list.Values)
                {
                    Collect(item, numbers);
                }

                break;
            case AttributeValue.Real real:
                numbers.Add(real.Value);
                break;
            case AttributeValue.Integer integer:
                numbers.Add(integer.Value.Value ?? throw new InvalidOperationException("A constant is evaluated with symbols."));
                break;
            case AttributeValue.Boolean boolean:
                numbers.Add(boolean.Value ? 1 : 0);
                break;
        }
    }
}
