using System.Collections.Immutable;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Debugging.Inspection;

/// <summary>
/// A tensor, what it is compared with, and the deviation that rounding explains. Everything derived is computed once, when it is asked for.
/// Not thread-safe.
/// </summary>
/// <param name="value">The tensor.</param>
/// <param name="reference">What it must be; null where nothing is known.</param>
/// <param name="enclosure">The enclosure of its meaning; null for none.</param>
public sealed class ComparedTensor(Tensor value, Tensor? reference, Enclosure? enclosure = null)
{
    private readonly Lazy<double[]> _values = new(value.CopyDoubles);
    private readonly Lazy<double[]?> _references = new(() => reference?.CopyDoubles());
    private readonly Lazy<TensorDifference?> _difference = new(() => reference is null ? null : TensorComparer.CompareExactly(value, reference));

    /// <summary>The tensor.</summary>
    public Tensor Value => value;

    /// <summary>What it must be; null where nothing is known.</summary>
    public Tensor? Reference => reference;

    /// <summary>The elements.</summary>
    public double[] Values => _values.Value;

    /// <summary>The elements of the reference.</summary>
    public double[]? References => _references.Value;

    /// <summary>How it differs; null without a reference. Bounds are those of <see cref="BoundOf"/>.</summary>
    public TensorDifference? Difference => _difference.Value is { } difference
        ? difference with { First = WithBound(difference.First), Worst = WithBound(difference.Worst) }
        : null;

    /// <summary>The deviation that rounding explains; 0 where every bit is specified.</summary>
    public double BoundOf(long element)
    {
        if (enclosure is null || References is not { } references)
        {
            return 0;
        }

        var bound = Math.Max(enclosure.High[element] - references[element], references[element] - enclosure.Low[element]);
        return double.IsNaN(bound) ? 0 : Math.Max(0, bound);
    }

    /// <summary>The line of a variables view: <c>6,272 wrong · max 3.1e+38 · f32[1, 256, 56, 56]</c>.</summary>
    public string Line()
    {
        if (Difference is not { } difference)
        {
            return $"{value} · {Range()}";
        }

        return difference.IsEqual
            ? $"equal · {value} · {Range()}"
            : $"{Quantity.Count(difference.Wrong)} wrong · max {Quantity.Value(difference.Worst!.Error)} · {value}";
    }

    /// <summary>One line of an element: <c>3.1e+38 · reference 0.7214 · bound 3.2e-5</c>.</summary>
    public string Describe(long element) =>
        References is { } references
            ? $"{Quantity.Value(Values[element])} · reference {Quantity.Value(references[element])} · bound {Quantity.Value(BoundOf(element))}"
            : Quantity.Value(Values[element]);

    /// <summary>The elements that differ most, worst first.</summary>
    public ImmutableArray<long> Worst(int count)
    {
        if (References is not { } references)
        {
            return [];
        }

        // A queue of the worst so far, the least of them in front: earlier elements win ties.
        var queue = new PriorityQueue<long, (double Error, long Later)>();
        for (var i = 0L; i < Values.LongLength; i++)
        {
            var error = Error(Values[i], references[i]);
            if (error > 0)
            {
                queue.Enqueue(i, (error, -i));
                if (queue.Count > count)
                {
                    queue.Dequeue();
                }
            }
        }

        var worst = new long[queue.Count];
        for (var i = worst.Length - 1; i >= 0; i--)
        {
            worst[i] = queue.Dequeue();
        }

        return [.. worst];
    }

    /// <summary>Per index of axis 1 that holds wrong elements: how many, and the largest error; largest error first.</summary>
    public ImmutableArray<ChannelError> ByChannel()
    {
        var shape = value.Shape;
        if (References is not { } references || shape.Rank < 2 || shape.Count == 0)
        {
            return [];
        }

        var channels = (int)shape[1];
        var inner = shape.Count / (shape[0] * channels);
        var errors = new ChannelError[channels];
        for (var i = 0L; i < Values.LongLength; i++)
        {
            var error = Error(Values[i], references[i]);
            if (error > 0)
            {
                var channel = (int)(i / inner % channels);
                errors[channel] = new ChannelError(channel, errors[channel].Wrong + 1, Math.Max(errors[channel].Largest, error));
            }
        }

        return [.. errors.Where(error => error.Wrong > 0).OrderByDescending(error => error.Largest).ThenBy(error => error.Channel)];
    }

    /// <summary>The logical index of an element.</summary>
    public static ImmutableArray<long> IndexOf(Shape shape, long element)
    {
        var index = new long[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            index[axis] = element % shape[axis];
            element /= shape[axis];
        }

        return [.. index];
    }

    /// <summary>The error of an element; infinite where one side is not a number.</summary>
    public static double Error(double device, double reference) =>
        device.Equals(reference) ? BitConverter.DoubleToInt64Bits(device) == BitConverter.DoubleToInt64Bits(reference) ? 0 : double.Epsilon
        : double.IsNaN(device) || double.IsNaN(reference) ? double.PositiveInfinity
        : Math.Abs(device - reference);

    private string Range() => ElementText.Range(Values);

    private ElementDifference? WithBound(ElementDifference? element)
    {
        if (element is null || enclosure is null)
        {
            return element;
        }

        var position = 0L;
        for (var axis = 0; axis < value.Shape.Rank; axis++)
        {
            position = (position * value.Shape[axis]) + element.Index[axis];
        }

        return element with { Bound = BoundOf(position) };
    }
}

/// <summary>The wrong elements of one channel.</summary>
/// <param name="Channel">The index along axis 1.</param>
/// <param name="Wrong">How many are wrong.</param>
/// <param name="Largest">The largest error.</param>
public readonly record struct ChannelError(int Channel, long Wrong, double Largest);
