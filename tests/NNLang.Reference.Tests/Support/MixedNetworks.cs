using NNLang.Compiler.Tests.Networks;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;

namespace NNLang.Reference.Tests.Support;

/// <summary>Random networks of several layers: branches, joins, values read by several, views of views, several outputs.</summary>
internal static class MixedNetworks
{
    /// <summary>A network of a number of layers.</summary>
    public static Network Make(Random random, int layers)
    {
        var builder = new NetworkBuilder();
        var (n, side) = (random.NextInt64(1, 3), random.NextInt64(4, 14));
        var values = new List<Value> { builder.Input("x", n, random.Next(3) == 0 ? 3 : random.NextInt64(4, 40), side, side + random.NextInt64(3)) };
        if (random.Next(3) == 0)
        {
            values.Add(builder.Input("y", [.. Shape(values[0])]));
        }

        while (builder.LayerCount < layers)
        {
            // Mostly the newest values, so that networks are deep as well as wide.
            var x = values[Math.Max(random.Next(values.Count), random.Next(values.Count))];
            values.Add(Shape(x).Length == 4 ? Image(builder, random, x, values) : Features(builder, random, x));
        }

        var outputs = new List<Value> { values[^1] };
        if (random.Next(2) == 0)
        {
            outputs.Add(values[random.Next(values.Count)]);
        }

        return builder.Build([.. outputs]);
    }

    private static long[] Shape(Value value) => [.. value.Type.KnownShape!.Value.Dimensions];

    private static Value Image(NetworkBuilder builder, Random random, Value x, List<Value> values)
    {
        var shape = Shape(x);
        var (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3]);
        var kernel = Math.Min(Math.Min(h, w), random.NextInt64(1, 4));
        var pad = random.NextInt64((kernel / 2) + 1);
        var stride = random.Next(4) == 0 ? 2 : 1;
        switch (random.Next(18))
        {
            case 0 or 1 or 2 or 3:
                return builder.Conv(x, random.Next(5) == 0 ? random.NextInt64(100, 160) : random.NextInt64(1, 48), kernel, stride, pad);
            case 4:
                return builder.Conv(x, c, kernel, stride, pad, c);
            case 5 or 6:
                return builder.Relu(x);
            case 7:
                return builder.Add("batch_norm", null, [x]);
            case 8:
                return builder.Add("clip", null, [x], ("min", AttributeValue.Of(-0.5)), ("max", AttributeValue.Of(2.0)));
            case 9:
                return builder.Add(
                    random.Next(2) == 0 ? "max_pool2d" : "avg_pool2d", null, [x], ("kernel", AttributeValue.Of(kernel, kernel)),
                    ("stride", AttributeValue.Of(stride, 1L)), ("pad", AttributeValue.Of(pad)), ("ceil", AttributeValue.Of(random.Next(2) == 0)));
            case 10 or 11:
                var same = values.Where(value => value.Type.Equals(x.Type)).ToArray();
                return builder.Add(random.GetItems(["add", "sub", "mul"], 1)[0], null, [x, same[random.Next(same.Length)]]);
            case 12 or 13:
                var joinable = values.Where(value => Shape(value) is { Length: 4 } other && other[0] == n && other[2] == h && other[3] == w && other[1] < 200).ToArray();
                return joinable.Length == 0
                    ? builder.Relu(x)
                    : builder.Add("concat", null, [x, joinable[random.Next(joinable.Length)]], ("axis", AttributeValue.Of(1L)));
            case 14:
                return builder.Add("mul", null, [x, builder.Add("sigmoid", null, [builder.Add("global_avg_pool", null, [x], ("keep", AttributeValue.Of(true)))])]);
            case 15:
                return builder.Add(
                    "pad", null, [x], ("before", AttributeValue.Of([0L, 0L, random.NextInt64(2), 0L])), ("after", AttributeValue.Of([0L, random.NextInt64(3), 0L, random.NextInt64(2)])));
            case 16:
                return builder.Add("transpose", null, [x], ("permutation", AttributeValue.Of([0L, 1L, 3L, 2L])));
            default:
                return random.Next(3) switch
                {
                    0 => builder.Add("flatten", null, [x]),
                    1 => builder.Add("global_max_pool", null, [x]),
                    _ => builder.Add("identity", null, [x]),
                };
        }
    }

    private static Value Features(NetworkBuilder builder, Random random, Value x)
    {
        var shape = Shape(x);
        return random.Next(5) switch
        {
            0 => builder.Relu(x),
            1 => builder.Add("softmax", null, [x]),
            2 => builder.Add("reshape", null, [x], ("shape", AttributeValue.Of([shape[0], -1L, 1L, 1L]))),
            _ => builder.Add("dense", null, [x], ("units", AttributeValue.Of(random.NextInt64(1, 150)))),
        };
    }
}
