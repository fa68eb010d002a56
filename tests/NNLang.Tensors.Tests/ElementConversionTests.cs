using NNLang.Testing;

namespace NNLang.Tensors.Tests;

public sealed class ElementConversionTests
{
    private static readonly ElementType[] DeviceTypes =
        [ElementType.F32, ElementType.BF16, ElementType.F16, ElementType.I32, ElementType.I16, ElementType.I8, ElementType.U8];

    [Fact]
    public void Every_bf16_and_f16_survives_the_way_through_f32()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var half = ElementConversion.HalfToSingle((ushort)bits);
            Assert.Equal(float.IsNaN(half) ? ElementConversion.HalfNaN : bits, ElementConversion.SingleToHalf(half));
            var brain = ElementConversion.BFloat16ToSingle((ushort)bits);
            Assert.Equal(float.IsNaN(brain) ? ElementConversion.BFloat16NaN : bits, ElementConversion.SingleToBFloat16(brain));
        }
    }

    [Theory]
    [InlineData(0x3F800000u, 0x3F80)] // exact
    [InlineData(0x3F808000u, 0x3F80)] // tie to even, down
    [InlineData(0x3F818000u, 0x3F82)] // tie to even, up
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x7F7FFFFFu, 0x7F80)] // overflow
    [InlineData(0x00000001u, 0x0000)] // underflow
    [InlineData(0x00008001u, 0x0001)] // gradual
    [InlineData(0x80000000u, 0x8000)]
    [InlineData(0xFF800001u, 0x7FC0)] // a NaN becomes the canonical one
    public void Rounding_to_bf16(uint from, int to) =>
        Assert.Equal(to, ElementConversion.SingleToBFloat16(BitConverter.UInt32BitsToSingle(from)));

    [Theory]
    [InlineData(1.9f, 1, 1, 1, 1)]
    [InlineData(-1.9f, -1, -1, -1, 0)]
    [InlineData(float.NaN, 0, 0, 0, 0)]
    [InlineData(3e9f, int.MaxValue, short.MaxValue, sbyte.MaxValue, byte.MaxValue)]
    [InlineData(-3e9f, int.MinValue, short.MinValue, sbyte.MinValue, 0)]
    [InlineData(float.PositiveInfinity, int.MaxValue, short.MaxValue, sbyte.MaxValue, byte.MaxValue)]
    [InlineData(200.5f, 200, 200, 127, 200)]
    [InlineData(2147483520f, 2147483520, 32767, 127, 255)]
    public void Integers_truncate_and_saturate(float from, int i32, short i16, sbyte i8, byte u8)
    {
        Assert.Equal(i32, ElementConversion.SingleToInt32(from));
        Assert.Equal(i16, ElementConversion.SingleToInt16(from));
        Assert.Equal(i8, ElementConversion.SingleToInt8(from));
        Assert.Equal(u8, ElementConversion.SingleToUInt8(from));
    }

    [Fact]
    public void Spans_convert_as_single_elements_do()
    {
        PropertySeed.ForEach(50, random =>
        {
            var count = random.Next(1, 300);
            foreach (var source in DeviceTypes)
            {
                var from = new byte[count * ElementTypes.Bytes(source)];
                random.NextBytes(from);
                foreach (var destination in DeviceTypes)
                {
                    var size = ElementTypes.Bytes(destination);
                    var to = new byte[count * size];
                    ElementConversion.Convert(source, from, destination, to);
                    for (var i = 0; i < count; i++)
                    {
                        var one = new byte[size];
                        var element = from.AsSpan(i * ElementTypes.Bytes(source), ElementTypes.Bytes(source));
                        ElementConversion.Convert(source, element, destination, one);
                        Assert.Equal(one, to[(i * size)..((i + 1) * size)]);
                    }
                }
            }
        });
    }

    [Fact]
    public void Integers_wrap_and_equal_types_keep_their_bits()
    {
        var to = new byte[2];
        ElementConversion.Convert(ElementType.I32, [0x78, 0x56, 0x34, 0x92], ElementType.I16, to);
        Assert.Equal([0x78, 0x56], to);
        ElementConversion.Convert(ElementType.I8, [0xFF], ElementType.I16, to);
        Assert.Equal([0xFF, 0xFF], to);
        ElementConversion.Convert(ElementType.U8, [0xFF], ElementType.I16, to);
        Assert.Equal([0xFF, 0x00], to);
        var nan = new byte[4];
        ElementConversion.Convert(ElementType.F32, [0xEF, 0xCD, 0xAB, 0xFF], ElementType.F32, nan);
        Assert.Equal([0xEF, 0xCD, 0xAB, 0xFF], nan);
    }

    [Fact]
    public void Binary64_is_rounded_once()
    {
        // Halfway between two bf16 in f32 is not halfway in f64.
        var above = 1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40);
        Assert.Equal(0x3F81, TensorConversion.ToBFloat16Bits(above));
        Assert.Equal(0x3F80, ElementConversion.SingleToBFloat16((float)above));
        PropertySeed.ForEach(20, random =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var value = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-140, 128));
                var bits = TensorConversion.ToBFloat16Bits(value);
                var nearest = (double)ElementConversion.BFloat16ToSingle(bits);
                foreach (var step in new[] { -1, 1 })
                {
                    var other = (double)ElementConversion.BFloat16ToSingle((ushort)(bits + step));
                    var (mine, theirs) = (Math.Abs(value - nearest), Math.Abs(value - other));
                    Assert.True(
                        double.IsNaN(other) || Math.Sign(other) * Math.Sign(nearest) < 0 || mine < theirs || (mine == theirs && (bits & 1) == 0));
                }
            }
        });
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ElementConversion.ToSingle(ElementType.BF16, new byte[3], new float[2]));
        Assert.Throws<ArgumentException>(() => ElementConversion.FromSingle(new float[2], ElementType.F64, new byte[16]));
        Assert.Throws<ArgumentException>(() => ElementConversion.Wrap(ElementType.F32, new byte[4], ElementType.I8, new byte[1]));
    }
}
