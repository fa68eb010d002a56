namespace NNLang.Operators.Tests.Support;

/// <summary>Random calls of the operators whose results are long sums.</summary>
internal static class RandomCalls
{
    public static string LongSum(Random random, int scale = 1)
    {
        int Next(int least, int most) => random.Next(least, most + 1);
        switch (random.Next(7))
        {
            case 0:
            case 1:
                {
                    var groups = random.Next(3) == 0 ? Next(2, 6) : 1;
                    var channels = groups * (random.Next(3) == 0 ? Next(1, 40 * scale) : Next(1, 5));
                    var filters = groups * Next(1, 7);
                    var (kh, kw) = (Next(1, 4), Next(1, 4));
                    var pad = random.Next(4) switch { 0 => "same", 1 => $"[{Next(0, 2)}, {Next(0, 2)}, {Next(0, 2)}, {Next(0, 2)}]", 2 => $"[{Next(0, 2)}, {Next(0, 2)}]", _ => $"{Next(0, 2)}" };
                    return $"conv2d(f32[{Next(1, 2)}, {channels}, {Next(9, 12)}, {Next(9, 14)}], {filters}, kernel: [{kh}, {kw}], stride: [{Next(1, 3)}, {Next(1, 3)}], "
                        + $"pad: {pad}, dilation: [{Next(1, 2)}, {Next(1, 2)}], groups: {groups}, bias: {(random.Next(2) == 0 ? "true" : "false")})";
                }

            case 2:
                return $"dense(f32[{Next(1, 3)}, {Next(1, 30)}, {Next(1, 300 * scale)}], {Next(1, 70)}, bias: {(random.Next(2) == 0 ? "true" : "false")})";
            case 3:
                {
                    var (batch, k) = (Next(1, 3), Next(1, 200 * scale));
                    return $"matmul(f32[{batch}, {Next(1, 9)}, {k}], f32[{(random.Next(2) == 0 ? 1 : batch)}, {k}, {Next(1, 30)}])";
                }

            case 4:
                return $"avg_pool2d(f32[{Next(1, 2)}, {Next(1, 5)}, {Next(5, 9)}, {Next(5, 9)}], kernel: [{Next(2, 3)}, {Next(2, 4)}], stride: {Next(1, 2)}, pad: 1, count_include_pad: {(random.Next(2) == 0 ? "true" : "false")})";
            case 5:
                return $"global_avg_pool(f32[{Next(1, 2)}, {Next(1, 5)}, {Next(1, 20 * scale)}, {Next(1, 20 * scale)}])";
            default:
                return $"{(random.Next(2) == 0 ? "reduce_sum" : "reduce_mean")}(f32[{Next(1, 4)}, {Next(1, 500 * scale)}], axes: [-1])";
        }
    }
}
