using System.Globalization;
using System.Text;

namespace NNLang.Benchmarks;

/// <summary>One network of many residual units, written in NNLang and in MLIR's TOSA dialect: a convolution, a clamp and an addition each.</summary>
internal static class LargeChain
{
    /// <summary>The network in NNLang, an operation a line.</summary>
    public static string NNLang(int operations)
    {
        var text = new StringBuilder("weights seeded(1)\n\nnetwork chain(image: f32[1, 32, 16, 16]) -> (out: f32[1, 32, 16, 16]) {\n");
        var last = "image";
        for (var i = 0; i < operations;)
        {
            var first = last;
            Add($"conv2d({first}, filters: 32, kernel: 3, pad: 1)");
            Add($"clip({last}, min: 0, max: 6)");
            Add($"{first} + {last}");

            void Add(string operation)
            {
                if (i < operations)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  v{i} = {operation}\n");
                    last = "v" + i++.ToString(CultureInfo.InvariantCulture);
                }
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"  return out: {last}\n}}\n").ToString();
    }

    /// <summary>The same network in the TOSA dialect.</summary>
    public static string Mlir(int operations)
    {
        const string map = "tensor<1x16x16x32xf32>";
        const string kernel = "tensor<32x3x3x32xf32>";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"func.func @chain(%image: {map}, %w: {kernel}, %b: tensor<32xf32>) -> {map} {{\n");
        text.Append("  %z = \"tosa.const\"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>\n");
        var last = "%image";
        for (var i = 0; i < operations;)
        {
            var first = last;
            Add($"tosa.conv2d {first}, %w, %b, %z, %z {{acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, "
                + $"stride = array<i64: 1, 1>}} : ({map}, {kernel}, tensor<32xf32>, tensor<1xf32>, tensor<1xf32>) -> {map}");
            Add($"tosa.clamp {last} {{min_val = 0.0 : f32, max_val = 6.0 : f32}} : ({map}) -> {map}");
            Add($"tosa.add {first}, {last} : ({map}, {map}) -> {map}");

            void Add(string operation)
            {
                if (i < operations)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  %v{i} = {operation}\n");
                    last = "%v" + i++.ToString(CultureInfo.InvariantCulture);
                }
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"  return {last} : {map}\n}}\n").ToString();
    }
}
