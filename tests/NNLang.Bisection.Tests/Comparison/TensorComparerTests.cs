using NNLang.Bisection.Comparison;
using NNLang.Bisection.Reports;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Bisection.Tests.Comparison;

public sealed class TensorComparerTests
{
    [Fact]
    public void One_bit_is_a_difference()
    {
        var reference = Tensor.Of(new Shape(1, 3, 2, 2), [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        var elements = reference.AsFloats().ToArray();
        elements[5] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(elements[5]) ^ 1);
        var difference = TensorComparer.CompareExactly(Tensor.Of(reference.Shape, elements), reference);
        Assert.Equal(1, difference.Wrong);
        Assert.Equal([0L, 1, 0, 1], difference.First!.Index);
        Assert.Equal("Every wrong element lies in channel 1.", WrongPattern.Describe(difference));
    }

    [Theory]
    [InlineData(float.NaN, float.NaN, 0)]
    [InlineData(0f, -0f, 1)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, 1)]
    [InlineData(float.NaN, 1f, 1)]
    [InlineData(float.Epsilon, 0f, 1)]
    public void Special_values_have_a_rule_each(float device, float reference, long wrong) =>
        Assert.Equal(wrong, TensorComparer.CompareExactly(Tensor.Of(new Shape(1), [device]), Tensor.Of(new Shape(1), [reference])).Wrong);

    [Theory]
    [InlineData(1.0f, 0)]
    [InlineData(1.1f, 0)]
    [InlineData(0.9f, 0)]
    [InlineData(1.1000001f, 1)]
    [InlineData(0.89999f, 1)]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    public void The_ends_of_an_enclosure_belong_to_it(float device, long wrong)
    {
        var enclosure = new Enclosure(new Shape(1), [1.0], [0.9], [1.1]);
        Assert.Equal(wrong, TensorComparer.CompareWithin(Tensor.Of(new Shape(1), [device]), enclosure).Wrong);
    }

    [Theory]
    [InlineData(float.NaN, 1e38, 1, 0)]
    [InlineData(float.NaN, 4e38, 0, 1)]
    [InlineData(float.PositiveInfinity, 4e38, 0, 1)]
    [InlineData(1.0f, 4e38, 0, 0)]
    public void Where_a_partial_sum_may_overflow_nothing_is_decided(float device, double magnitude, long wrong, long undecided)
    {
        var enclosure = new Enclosure(new Shape(1), [1.0], [0.9], [1.1]) { Magnitude = [magnitude] };
        var difference = TensorComparer.CompareWithin(Tensor.Of(new Shape(1), [device]), enclosure);
        Assert.Equal((wrong, undecided), (difference.Wrong, difference.Undecided));
    }

    [Fact]
    public void Empty_tensors_are_equal()
    {
        var empty = Tensor.Of(new Shape(0, 4), Array.Empty<float>());
        Assert.True(TensorComparer.CompareExactly(empty, empty).IsEqual);
    }

    [Fact]
    public void A_lane_is_recognised_by_its_distance_of_128_channels()
    {
        var shape = new Shape(1, 256, 2, 2);
        var reference = Tensor.Of(shape, new float[1024]);
        var elements = new float[1024];
        foreach (var channel in new[] { 17, 145 })
        {
            elements[channel * 4] = 1;
        }

        var difference = TensorComparer.CompareExactly(Tensor.Of(shape, elements), reference);
        Assert.Equal("Every wrong element lies in channels 17 and 145: position 17 of 128.", WrongPattern.Describe(difference));
    }
}
