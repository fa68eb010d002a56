using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Shapes;

/// <summary>
/// Shape rules answer whatever they are given: random operands and attributes of the declared kinds never throw, and where they are
/// accepted and small, the operator evaluates to what was inferred.
/// </summary>
public sealed class RobustnessTests
{
    private static readonly long[] Extents = [0, 1, 1, 2, 3, 3, 4, 5, 8, 1L << 31, long.MaxValue];

    [Fact]
    public void NothingThrowsAndAcceptedCallsEvaluate()
    {
        var evaluated = new HashSet<string>();
        PropertySeed.ForEach(12_000, random =>
        {
            var @operator = OperatorCatalogue.All[random.Next(OperatorCatalogue.All.Length)];
            var context = Random(random, @operator);
            var inference = @operator.Infer(context);
            if (inference.Problems.IsEmpty)
            {
                _ = inference.Equations;
                _ = @operator.CountMultiplyAdds(context, inference);
            }

            if (Evaluable(context, inference) is not { } evaluation)
            {
                return;
            }

            var results = @operator.Evaluate(evaluation);
            Assert.Equal(inference.Results.Select(type => type.KnownShape!.Value), results.Select(result => result.Shape));
            var enclosure = @operator.Enclose(new EnclosureContext(evaluation, SummationOrder.Unknown));
            Assert.Equal(results[0].Shape, enclosure.Shape);
            Assert.All(Enumerable.Range(0, enclosure.Value.Length), i => Assert.False(enclosure.Low[i] > enclosure.High[i]));
            evaluated.Add(@operator.Name);
        });
        Assert.Empty(OperatorCatalogue.All.Select(o => o.Name).Except(evaluated).Except(["constant"]));
    }

    private static EvaluationContext? Evaluable(InferenceContext context, Inference inference)
    {
        if (inference.Results.IsEmpty || !inference.Undecided.IsEmpty
            || context.Operands.Concat(inference.Slots).Concat(inference.Results).Any(type => type is not null && !IsSmall(type)))
        {
            return null;
        }

        var known = context.Attributes.Values.All(pair => IsKnown(pair.Value));
        return known
            ? new EvaluationContext(
                [.. context.Operands.Select(Fill)], [.. inference.Slots.Select(Fill)], context.Attributes,
                [.. inference.Results.Select(type => type.KnownShape!.Value)])
            : null;

        static Tensor? Fill(TensorType? type) => type is null
            ? null
            : Tensor.Of(type.KnownShape!.Value, [.. Enumerable.Range(0, (int)type.KnownShape!.Value.Count).Select(i => 0.5 + (i % 7))]);
    }

    private static bool IsSmall(TensorType type)
    {
        double count = 1;
        foreach (var dimension in type.Dimensions)
        {
            count *= dimension.Value ?? double.PositiveInfinity;
        }

        return count < 10_000 && type.Dimensions.All(d => d.Value < 10_000);
    }

    private static bool IsKnown(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer => integer.Value.Value is > -10_000 and < 10_000,
        AttributeValue.List list => list.Values.All(IsKnown),
        _ => true,
    };

    private static InferenceContext Random(Random random, Operator @operator)
    {
        var shared = Type(random);
        var operands = ImmutableArray.CreateBuilder<TensorType?>();
        foreach (var definition in @operator.Operands)
        {
            for (var i = definition.Variadic ? random.Next(0, 4) : 1; i > 0; i--)
            {
                operands.Add(random.Next(30) == 0 ? null : random.Next(3) == 0 ? Type(random) : shared);
            }
        }

        if (random.Next(40) == 0)
        {
            operands.Clear();
        }

        var attributes = @operator.Attributes.Select(definition => KeyValuePair.Create(
            definition.Name,
            definition.Default is { } standard && random.Next(3) > 0 ? standard : definition.Normalise(Value(random, definition))));
        return new InferenceContext(operands.ToImmutable(), new AttributeSet([.. attributes]), DimensionFacts.Empty)
        {
            GivenSlots = random.Next(4) == 0 ? [.. @operator.Slots.Select(_ => random.Next(2) == 0 ? null : Type(random))] : [],
        };
    }

    private static TensorType Type(Random random)
    {
        var element = random.Next(6) == 0 ? (ElementType)random.Next(17) : ElementType.F32;
        var wild = random.Next(5) == 0;
        var rank = random.Next(3) == 0 ? random.Next(0, 6) : 4;
        return new TensorType(element, [.. Enumerable.Range(0, rank).Select(_ => Extent(random, wild))]);
    }

    private static Dimension Extent(Random random, bool wild) => random.Next(wild ? 3 : 60) switch
    {
        0 => Dimension.Symbol("NCHW"[random.Next(4)].ToString()),
        1 when wild => (Dimension.Symbol("H") + random.Next(-3, 4)).FloorDivide(random.Next(1, 4)),
        _ => Extents[random.Next(wild ? Extents.Length : 9)],
    };

    private static AttributeValue Value(Random random, AttributeDefinition definition)
    {
        switch (definition.Kind)
        {
            case AttributeKind.Integer:
                return Integer(random);
            case AttributeKind.IntegerList:
                return random.Next(4) == 0
                    ? Integer(random)
                    : new AttributeValue.List([.. Enumerable.Range(0, definition.Length > 0 && random.Next(10) > 0 ? definition.Length : random.Next(0, 5)).Select(_ => Integer(random))]);
            case AttributeKind.Padding:
                return random.Next(4) switch
                {
                    0 => AttributeValue.Of("same"),
                    1 => AttributeValue.Of("other"),
                    2 => Integer(random),
                    _ => new AttributeValue.List([.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => Integer(random))]),
                };
            case AttributeKind.Boolean:
                return AttributeValue.Of(random.Next(2) == 0);
            case AttributeKind.Type:
                return new AttributeValue.Type((ElementType)random.Next(17));
            case AttributeKind.Numbers:
                return random.Next(2) == 0
                    ? AttributeValue.Of(random.NextDouble())
                    : new AttributeValue.List([.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Integer(random))]);
            default:
                return AttributeValue.Of((random.NextDouble() * 4) - 2);
        }
    }

    private static AttributeValue Integer(Random random) => random.Next(20) switch
    {
        0 => new AttributeValue.Integer(Dimension.Symbol("K")),
        1 => AttributeValue.Of(long.MaxValue),
        2 => AttributeValue.Of(long.MinValue),
        _ => AttributeValue.Of(random.NextInt64(-2, 6)),
    };
}
