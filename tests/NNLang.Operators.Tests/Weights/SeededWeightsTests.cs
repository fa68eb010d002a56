using System.Globalization;
using NNLang.Operators.Model;
using NNLang.Operators.Weights;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Weights;

public sealed class SeededWeightsTests
{
    /// <summary>The vectors are part of the documentation: any implementation must give these bits.</summary>
    [Fact]
    public void VectorsHold()
    {
        var text = new System.Text.StringBuilder();
        text.Append("# Test vectors of seeded weights: seed, scale, key, shape, role: the first four elements as binary32 bits\n");
        foreach (var (seed, scale, key, extents, role) in ((long, double, string, long[], SlotRole)[])
        [
            (0, 1.0, "conv1.weight", [64, 3, 7, 7], SlotRole.Weight),
            (42, 1.0, "conv1.weight", [64, 3, 7, 7], SlotRole.Weight),
            (42, 0.5, "conv1.weight", [64, 3, 7, 7], SlotRole.Weight),
            (42, 1.0, "fc.weight", [1000, 2048], SlotRole.Weight),
            (42, 1.0, "fc.bias", [1000], SlotRole.Bias),
            (42, 1.0, "bn1.weight", [64], SlotRole.Gain),
            (42, 1.0, "bn1.running_mean", [64], SlotRole.Mean),
            (42, 1.0, "bn1.running_var", [64], SlotRole.Variance),
            (-1, 1.0, "schlüssel", [4], SlotRole.Weight),
            (long.MaxValue, 1.0, "", [2, 2], SlotRole.Weight),
        ])
        {
            var drawn = SeededWeights.Draw(seed, scale, key, new Shape(extents), role).AsFloats();
            text.Append(CultureInfo.InvariantCulture, $"{seed} {scale} \"{key}\" {new Shape(extents)} {role.ToString().ToLowerInvariant()}:");
            for (var i = 0; i < 4; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $" {BitConverter.SingleToUInt32Bits(drawn[i]):x8}");
            }

            text.Append('\n');
        }

        Snapshot.Match("docs/seeded-weights.txt", text.ToString());
    }

    [Theory]
    [InlineData(SlotRole.Weight, 0.0, 0.02041241)]
    [InlineData(SlotRole.Bias, 0.0, 0.00333333)]
    [InlineData(SlotRole.Mean, 0.0, 0.00333333)]
    [InlineData(SlotRole.Gain, 1.0, 0.08333333)]
    [InlineData(SlotRole.Variance, 1.0, 0.08333333)]
    public void MeanAndVarianceAreThoseOfTheRole(SlotRole role, double mean, double variance)
    {
        var shape = role == SlotRole.Weight ? new Shape(1000, 98) : new Shape(98_000);
        var expected = role == SlotRole.Weight ? 2.0 / 98 : variance;
        var drawn = SeededWeights.Draw(7, 1, "key", shape, role).AsFloats().ToArray();
        var actual = drawn.Average(x => (double)x);
        Assert.Equal(mean, actual, 4 * Math.Sqrt(expected / drawn.Length));
        Assert.Equal(expected, drawn.Average(x => (x - actual) * (x - actual)), expected * 0.02);
        var (least, greatest) = SeededWeights.Range(1, shape, role);
        Assert.All(drawn, x => Assert.InRange(x, (float)least, (float)greatest));
    }

    [Fact]
    public void SeedsAndKeysGiveDifferentNumbers()
    {
        var seen = new HashSet<float>();
        for (var seed = 0; seed < 50; seed++)
        {
            for (var key = 0; key < 20; key++)
            {
                seen.Add(SeededWeights.Draw(seed, 1, $"w{key}", new Shape(1), SlotRole.Gain).AsFloats()[0]);
            }
        }

        Assert.True(seen.Count > 990);
        Assert.Equal(
            SeededWeights.Draw(3, 1, "w", new Shape(100), SlotRole.Gain).AsFloats()[..10].ToArray(),
            SeededWeights.Draw(3, 1, "w", new Shape(10), SlotRole.Gain).AsFloats().ToArray());
    }
}
