using NNLang.Testing;

namespace NNLang.Tensors.Tests;

public sealed class TensorConversionTests
{
    [Fact]
    public void EveryCodeOfTheNarrowFloatsComesBack()
    {
        foreach (var (type, count) in (ReadOnlySpan<(ElementType, int)>)[(ElementType.F8E4M3, 256), (ElementType.F8E5M2, 256), (ElementType.BF16, 65_536), (ElementType.F16, 65_536)])
        {
            var bytes = new byte[count * ElementTypes.Bytes(type)];
            for (var code = 0; code < count; code++)
            {
                BitConverter.GetBytes((ushort)code).AsSpan(0, ElementTypes.Bytes(type)).CopyTo(bytes.AsSpan(code * ElementTypes.Bytes(type)));
            }

            var tensor = new Tensor(type, new Shape(count), bytes);
            var back = tensor.ToDoubles().ConvertTo(type).Bytes.ToArray();
            var doubles = tensor.ToDoubles().AsDoubles();
            for (var code = 0; code < count; code++)
            {
                if (double.IsFinite(doubles[code]))
                {
                    Assert.Equal(bytes.AsSpan(code * ElementTypes.Bytes(type), ElementTypes.Bytes(type)).ToArray(), back.AsSpan(code * ElementTypes.Bytes(type), ElementTypes.Bytes(type)).ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData(ElementType.F8E4M3, 448, 448)]
    [InlineData(ElementType.F8E4M3, 1e9, 448)]
    [InlineData(ElementType.F8E4M3, -0.001953125, -0.001953125)]
    [InlineData(ElementType.F8E4M3, 17, 16)]
    [InlineData(ElementType.F8E4M3, 19, 20)]
    [InlineData(ElementType.F8E5M2, 57344, 57344)]
    [InlineData(ElementType.F8E5M2, 9, 8)]
    [InlineData(ElementType.BF16, 1.00390625, 1.0)]
    [InlineData(ElementType.BF16, 1.01171875, 1.015625)]
    [InlineData(ElementType.BF16, 1.00390625000000022, 1.0078125)]
    [InlineData(ElementType.BF16, 1e39, double.PositiveInfinity)]
    [InlineData(ElementType.I8, 300, 127)]
    [InlineData(ElementType.I8, 2.5, 2)]
    [InlineData(ElementType.I4, -9, -8)]
    [InlineData(ElementType.U4, 99, 15)]
    [InlineData(ElementType.U8, -1, 0)]
    [InlineData(ElementType.I64, double.NaN, 0)]
    [InlineData(ElementType.Bool, 0.25, 1)]
    public void RoundingIsToNearestEvenAndSaturates(ElementType type, double value, double expected) =>
        Assert.Equal(expected, Tensor.Of(default, [value]).ConvertTo(type).ToDoubles().AsDoubles()[0]);

    [Fact]
    public void IntegersSurvive() => PropertySeed.ForEach(200, random =>
    {
        var type = (ElementType[])[ElementType.I32, ElementType.I16, ElementType.I8, ElementType.U32, ElementType.U16, ElementType.U8, ElementType.I4, ElementType.U4, ElementType.Bool];
        var tensor = Support.Tensor(random, type[random.Next(type.Length)]);
        Assert.Equal(tensor.Bytes.ToArray(), tensor.ToDoubles().ConvertTo(tensor.Type).Bytes.ToArray());
        Assert.Same(tensor, tensor.ConvertTo(tensor.Type));
    });

    [Fact]
    public void TensorsWrapArraysWithoutCopies()
    {
        float[] elements = [1, 2, 3];
        var tensor = Tensor.Of(new Shape(3), elements);
        elements[1] = 7;
        Assert.Equal([1, 7, 3], tensor.AsFloats().ToArray());
        Assert.Throws<InvalidOperationException>(() => tensor.AsDoubles().Length);
        Assert.Throws<ArgumentException>(() => new Tensor(ElementType.F32, new Shape(2), new byte[7]));
        using var pin = tensor.Bytes.Pin();
        Assert.Equal("f32[3]", tensor.ToString());
    }
}
