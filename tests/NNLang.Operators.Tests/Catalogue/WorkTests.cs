using NNLang.Operators.Model;
using NNLang.Operators.Tests.Support;

namespace NNLang.Operators.Tests.Catalogue;

/// <summary>Long sums do not depend on the number of threads or on how work is cut.</summary>
public sealed class WorkTests
{
    [Fact]
    public void LargeConvolutionsGiveTheSameBitsAsTheirParts()
    {
        var random = new Random(7);
        var numbers = new double[64 * 58 * 58];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.NextDouble() - 0.5;
        }

        var weights = new double[128 * 64 * 9];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = random.NextDouble() - 0.5;
        }

        Func<string, int, double> fill = (name, i) => name == "weight" ? weights[i] : numbers[i];
        var whole = Runs.Of("conv2d(f32[1, 64, 58, 58], 128, kernel: 3, bias: false)", fill).Evaluate().AsDoubles().ToArray();
        for (var filter = 0; filter < 128; filter += 37)
        {
            var one = Runs.Of("conv2d(f32[1, 64, 58, 58], 1, kernel: 3, bias: false)", (name, i) => name == "weight" ? weights[(filter * 64 * 9) + i] : numbers[i]);
            Assert.Equal(whole[(filter * 56 * 56)..((filter + 1) * 56 * 56)], one.Evaluate().AsDoubles().ToArray());
        }

        var run = Runs.Of("conv2d(f32[1, 64, 58, 58], 128, kernel: 3, bias: false)", fill);
        Assert.Equal(whole, run.Operator.Bound(new EnclosureContext(run.Context, SummationOrder.Unknown)).Value);
    }
}
