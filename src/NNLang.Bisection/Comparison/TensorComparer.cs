using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Bisection.Comparison;

/// <summary>
/// The two comparisons that tell a wrong tensor from rounding (<c>docs/numerics.md</c>): exact, against the interpreter of the fused network,
/// and interval, against the enclosure of a layer. Pure; O(elements).
/// </summary>
public static class TensorComparer
{
    private const int IndicesKept = 64;

    /// <summary>
    /// Exact comparison: any differing bit is a difference, except that every NaN equals every NaN of the same width.
    /// Both tensors have one type and shape.
    /// </summary>
    /// <exception cref="ArgumentException">Types or shapes differ.</exception>
    public static TensorDifference CompareExactly(Tensor device, Tensor expected)
    {
        RequireSame(device, expected);
        if (device.Bytes.Span.SequenceEqual(expected.Bytes.Span))
        {
            return new TensorDifference(device.Shape.Count, 0, null, null, 0);
        }

        var left = Widen(device);
        var right = Widen(expected);
        var collector = new Collector(device.Shape);
        for (var i = 0; i < left.Length; i++)
        {
            var same = BitConverter.DoubleToInt64Bits(left[i]) == BitConverter.DoubleToInt64Bits(right[i])
                || (double.IsNaN(left[i]) && double.IsNaN(right[i]));
            collector.Add(i, left[i], right[i], 0, !same);
        }

        return collector.Finish();
    }

    /// <summary>
    /// Interval comparison: the device's value must lie in the enclosure rounded outward to the stored type; NaN needs NaN, an infinity the
    /// same infinity. Outside of it, an element whose partial sums may pass the largest value of the type is undecided, not wrong.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static TensorDifference CompareWithin(Tensor device, Enclosure enclosure)
    {
        if (device.Shape != enclosure.Shape)
        {
            throw new ArgumentException($"The device tensor is {device}, the enclosure {enclosure.Shape}.", nameof(device));
        }

        var values = Widen(device);
        var collector = new Collector(device.Shape);
        var largest = Largest(device.Type);
        var undecided = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            var low = Round(enclosure.Low[i], device.Type);
            var high = Round(enclosure.High[i], device.Type);
            var value = values[i];
            var inside = double.IsNaN(value) || double.IsNaN(enclosure.Value[i])
                ? double.IsNaN(value) && double.IsNaN(enclosure.Value[i])
                : value >= low && value <= high;
            var bound = Math.Max(high - enclosure.Value[i], enclosure.Value[i] - low);
            var overflows = !inside && double.IsFinite(enclosure.Value[i]) && enclosure.Magnitude is { } magnitude && magnitude[i] > largest;
            undecided += overflows ? 1 : 0;
            collector.Add(i, value, enclosure.Value[i], double.IsNaN(bound) ? 0 : bound, !inside && !overflows);
        }

        return collector.Finish() with { Undecided = undecided };
    }

    /// <summary>The largest finite deviation that rounding explains in an enclosure.</summary>
    public static double LargestBound(Enclosure enclosure)
    {
        var largest = 0.0;
        for (var i = 0; i < enclosure.Value.Length; i++)
        {
            var bound = Math.Max(enclosure.High[i] - enclosure.Value[i], enclosure.Value[i] - enclosure.Low[i]);
            if (double.IsFinite(bound))
            {
                largest = Math.Max(largest, bound);
            }
        }

        return largest;
    }

    /// <summary>
    /// Bounded comparison of two references, for the question whether they agree about the network's meaning: an error of at most
    /// <paramref name="relative"/> of the largest magnitude is agreement.
    /// </summary>
    public static TensorDifference CompareRelative(Tensor left, Tensor right, double relative)
    {
        if (left.Shape != right.Shape)
        {
            throw new ArgumentException($"{left} and {right} have different shapes.", nameof(left));
        }

        var a = Widen(left);
        var b = Widen(right);
        var largest = 0.0;
        foreach (var value in b)
        {
            if (double.IsFinite(value))
            {
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        var bound = relative * largest;
        var collector = new Collector(left.Shape);
        for (var i = 0; i < a.Length; i++)
        {
            var agree = a[i].Equals(b[i]) || Math.Abs(a[i] - b[i]) <= bound;
            collector.Add(i, a[i], b[i], bound, !agree);
        }

        return collector.Finish();
    }

    private static ReadOnlySpan<double> Widen(Tensor tensor) => tensor.ToDoubles().AsDoubles();

    private static void RequireSame(Tensor device, Tensor expected)
    {
        if (device.Type != expected.Type || device.Shape != expected.Shape)
        {
            throw new ArgumentException($"The device tensor is {device}, the expected one {expected}.", nameof(device));
        }
    }

    // Sums are accumulated in binary32 whatever is stored, so only a wider type holds more.
    private static double Largest(ElementType type) => type == ElementType.F64 ? double.MaxValue : float.MaxValue;

    // The stored value is the rounding of something inside the enclosure, and rounding is monotone: the ends are rounded as the device rounds.
    private static double Round(double value, ElementType type) => type switch
    {
        ElementType.F32 => (float)value,
        ElementType.F16 => (double)(Half)value,
        ElementType.BF16 => BitConverter.UInt32BitsToSingle((uint)TensorConversion.ToBFloat16Bits(value) << 16),
        ElementType.F64 => value,
        _ => Math.Round(value),
    };

    private sealed class Collector(Shape shape)
    {
        private readonly SortedSet<long>[] _byAxis = [.. Enumerable.Range(0, shape.Rank).Select(_ => new SortedSet<long>())];
        private long _elements;
        private long _wrong;
        private double _maxReference;
        private ElementDifference? _first;
        private ElementDifference? _worst;

        public void Add(long position, double device, double reference, double bound, bool wrong)
        {
            _elements++;
            if (double.IsFinite(reference))
            {
                _maxReference = Math.Max(_maxReference, Math.Abs(reference));
            }

            if (!wrong)
            {
                return;
            }

            _wrong++;
            var index = IndexOf(position);
            for (var axis = 0; axis < index.Length; axis++)
            {
                _byAxis[axis].Add(index[axis]);
            }

            var difference = new ElementDifference(index, device, reference, bound);
            _first ??= difference;
            if (_worst is null || difference.Error > _worst.Error)
            {
                _worst = difference;
            }
        }

        public TensorDifference Finish() => new(_elements, _wrong, _first, _worst, _maxReference)
        {
            WrongByAxis = _wrong == 0
                ? []
                : [.. _byAxis.Select((set, axis) => new AxisExtent(axis, shape[axis], set.Count, [.. set.Take(IndicesKept)]))],
        };

        private ImmutableArray<long> IndexOf(long position)
        {
            var index = new long[shape.Rank];
            for (var axis = shape.Rank - 1; axis >= 0; axis--)
            {
                index[axis] = position % shape[axis];
                position /= shape[axis];
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(index);
        }
    }
}
