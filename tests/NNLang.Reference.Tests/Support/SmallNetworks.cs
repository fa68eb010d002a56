using NNLang.Compiler.Tests.Networks;
using NNLang.Operators.Model;
using NNLang.Operators.Weights;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Reference.Tests.Support;

/// <summary>Random small networks around one operator each, and the values to run them on.</summary>
internal static class SmallNetworks
{
    /// <summary>The families, by name.</summary>
    public static readonly Dictionary<string, Func<Random, Network>> Families = new()
    {
        ["convolution"] = Convolution,
        ["wide convolution"] = WideConvolution,
        ["grouped convolution"] = GroupedConvolution,
        ["depthwise convolution"] = Depthwise,
        ["stem"] = Stem,
        ["stem on chip"] = StemOnChip,
        ["folded"] = Folded,
        ["dense"] = Dense,
        ["dense of many tokens"] = Tokens,
        ["classifier"] = Classifier,
        ["matmul"] = MatMul,
        ["matmul with a weight"] = MatMulWeight,
        ["maximum pool"] = random => Pool(random, "max_pool2d"),
        ["average pool"] = random => Pool(random, "avg_pool2d"),
        ["global pool"] = GlobalPool,
        ["elementwise"] = Elementwise,
        ["broadcast"] = Broadcast,
        ["variadic"] = Variadic,
        ["functions"] = Functions,
        ["batch norm"] = BatchNorm,
        ["softmax"] = Softmax,
        ["reshape"] = Reshape,
        ["flatten"] = Flatten,
        ["transpose"] = Transpose,
        ["concat"] = Concat,
        ["pad"] = Pad,
        ["slice"] = Slice,
        ["negative"] = random => Unary(random, "neg"),
        ["shared frames"] = SharedFrames,
        ["pass through"] = PassThrough,
    };

    /// <summary>Values for the inputs: mostly small, some zeros of both signs, a few large.</summary>
    public static Tensor[] Inputs(Network network, Random random) =>
    [
        .. network.Inputs.Select(input =>
        {
            var shape = input.Type.KnownShape!.Value;
            var elements = new float[shape.Count];
            for (var i = 0; i < elements.Length; i++)
            {
                elements[i] = random.Next(40) switch
                {
                    0 => 0f,
                    1 => -0f,
                    2 => (float)((random.NextDouble() - 0.5) * 100),
                    _ => (float)((random.NextDouble() * 2) - 1),
                };
            }

            return Tensor.Of(shape, elements);
        }),
    ];

    /// <summary>Values among which are NaNs of several payloads, infinities, denormals and numbers that overflow.</summary>
    public static Tensor[] SpecialInputs(Network network, Random random)
    {
        uint[] special = [0x7FC00000, 0xFFC00000, 0x7FA12345, 0x7F800000, 0xFF800000, 0x00000001, 0x807FFFFF, 0x7F7FFFFF, 0xFF7FFFFF, 0x80000000];
        var inputs = Inputs(network, random);
        for (var k = 0; k < inputs.Length; k++)
        {
            var elements = inputs[k].AsFloats().ToArray();
            for (var i = random.Next(200); i < elements.Length; i += random.Next(1, 200))
            {
                elements[i] = BitConverter.UInt32BitsToSingle(special[random.Next(special.Length)]);
            }

            inputs[k] = Tensor.Of(inputs[k].Shape, elements);
        }

        return inputs;
    }

    /// <summary>Weights drawn from a seed; constants as they are.</summary>
    public static SourceReader Sources(long seed) => source => source switch
    {
        TensorSource.Weight weight => SeededWeights.Draw(seed, 1, weight.Key, weight.Type.KnownShape!.Value, weight.Role),
        TensorSource.Constant constant => constant.Value,
        _ => throw new ArgumentException("An unknown source."),
    };

    private static AttributeValue Int(long value) => AttributeValue.Of(value);

    private static AttributeValue Pair(long a, long b) => AttributeValue.Of(a, b);

    private static (string, AttributeValue)[] Window(
        Random random, long kernelMost, long height, long width, bool dilate = true, bool halfPad = false)
    {
        while (true)
        {
            var (kh, kw) = (random.NextInt64(1, kernelMost + 1), random.NextInt64(1, kernelMost + 1));
            var (dh, dw) = dilate ? (random.NextInt64(1, 3), random.NextInt64(1, 3)) : (1, 1);
            var (ph, pw) = halfPad ? (random.NextInt64((kh / 2) + 1), random.NextInt64((kw / 2) + 1)) : (random.NextInt64(kh), random.NextInt64(kw));
            if (height + (2 * ph) >= (dh * (kh - 1)) + 1 && width + (2 * pw) >= (dw * (kw - 1)) + 1)
            {
                var attributes = new List<(string, AttributeValue)>
                {
                    ("kernel", Pair(kh, kw)),
                    ("stride", Pair(random.NextInt64(1, 4), random.NextInt64(1, 4))),
                    ("pad", Pair(ph, pw)),
                };
                if (dilate)
                {
                    attributes.Add(("dilation", Pair(dh, dw)));
                }

                return [.. attributes];
            }
        }
    }

    private static Network Convolution(Random random)
    {
        var builder = new NetworkBuilder();
        var (h, w) = (random.NextInt64(3, 30), random.NextInt64(3, 30));
        var x = builder.Input("x", random.NextInt64(1, 4), random.NextInt64(5, 40), h, w);
        var y = builder.Add("conv2d", null, [x], [.. Window(random, 4, h, w), ("filters", Int(random.NextInt64(1, 30))), ("bias", AttributeValue.Of(random.Next(2) == 0))]);
        return builder.Build(random.Next(2) == 0 ? builder.Relu(y) : y);
    }

    private static Network WideConvolution(Random random)
    {
        var builder = new NetworkBuilder();
        var (h, w) = (random.NextInt64(1, 9), random.NextInt64(1, 9));
        var x = builder.Input("x", random.NextInt64(1, 3), random.NextInt64(100, 300), h, w);
        var y = builder.Add("conv2d", null, [x], [.. Window(random, 3, h, w), ("filters", Int(random.NextInt64(100, 300)))]);
        return builder.Build(builder.Conv(builder.Relu(y), random.NextInt64(1, 200)));
    }

    private static Network GroupedConvolution(Random random)
    {
        var builder = new NetworkBuilder();
        var groups = random.NextInt64(2, 6);
        var (h, w) = (random.NextInt64(3, 9), random.NextInt64(3, 9));
        var x = builder.Input("x", random.NextInt64(1, 3), groups * random.NextInt64(1, 70), h, w);
        var filters = groups * random.NextInt64(1, random.Next(3) == 0 ? 150 : 40);
        return builder.Build(builder.Add("conv2d", null, [x], [.. Window(random, 3, h, w), ("filters", Int(filters)), ("groups", Int(groups))]));
    }

    private static Network Depthwise(Random random)
    {
        var builder = new NetworkBuilder();
        var channels = random.NextInt64(5, 200);
        var (h, w) = (random.NextInt64(3, 15), random.NextInt64(3, 15));
        var x = builder.Input("x", random.NextInt64(1, 3), channels, h, w);
        return builder.Build(builder.Add("conv2d", null, [x], [.. Window(random, 4, h, w), ("filters", Int(channels)), ("groups", Int(channels))]));
    }

    private static Network Stem(Random random)
    {
        var builder = new NetworkBuilder();
        var (h, w) = (random.NextInt64(7, 40), random.NextInt64(7, 40));
        var x = builder.Input("x", random.NextInt64(1, 3), random.NextInt64(1, 5), h, w);
        var filters = random.NextInt64(1, random.Next(4) == 0 ? 200 : 20);
        return builder.Build(builder.Add("conv2d", null, [x], [.. Window(random, 7, h, w), ("filters", Int(filters))]));
    }

    private static Network StemOnChip(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 2, 6, 9, 11);
        var y = builder.Conv(x, 3, random.NextInt64(1, 3));
        return builder.Build(builder.Conv(y, 8, 3, random.NextInt64(1, 3), 1), y);
    }

    private static Network Folded(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, random.NextInt64(3, 20), 8, 9);
        var y = builder.Add("batch_norm", null, [builder.Conv(x, random.NextInt64(1, 150), 3, pad: 1)]);
        y = random.Next(5) switch
        {
            0 => builder.Relu(y),
            1 => builder.Add("clip", null, [y], ("min", AttributeValue.Of(0.0)), ("max", AttributeValue.Of(6.0))),
            2 => builder.Add("sigmoid", null, [y]),
            3 => builder.Add("leaky_relu", null, [y], ("slope", AttributeValue.Of(0.1))),
            _ => y,
        };
        return builder.Build(y);
    }

    private static Network Dense(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", random.NextInt64(1, 6), random.NextInt64(1, 400));
        var y = builder.Add("dense", null, [x], ("units", Int(random.NextInt64(1, 700))), ("bias", AttributeValue.Of(random.Next(2) == 0)));
        y = random.Next(3) switch { 0 => builder.Relu(y), 1 => builder.Add("batch_norm", null, [y]), _ => y };
        return builder.Build(builder.Add("dense", null, [y], ("units", Int(random.NextInt64(1, 40)))));
    }

    private static Network Tokens(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", random.NextInt64(1, 4), random.NextInt64(1, 300), random.NextInt64(1, 200));
        return builder.Build(builder.Add("dense", null, [x], ("units", Int(random.NextInt64(1, 200)))));
    }

    private static Network Classifier(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", random.NextInt64(1, 3), random.NextInt64(5, 140), 5, 6);
        var y = builder.Add("global_avg_pool", null, [builder.Relu(builder.Conv(x, random.NextInt64(1, 300)))]);
        y = random.Next(2) == 0 ? y : builder.Add("dense", null, [y], ("units", Int(random.NextInt64(2, 1100))));
        return builder.Build(builder.Add("softmax", null, [y]));
    }

    private static Network MatMul(Random random)
    {
        var builder = new NetworkBuilder();
        var (i, k, j) = (random.NextInt64(1, 200), random.NextInt64(1, 200), random.NextInt64(1, 200));
        var (a, b) = random.Next(3) switch
        {
            0 => (builder.Input("a", i, k), builder.Input("b", k, j)),
            1 => (builder.Input("a", 2, 3, i, k), builder.Input("b", 1, 3, k, j)),
            _ => (builder.Input("a", 3, i, k), builder.Input("b", k, j)),
        };
        var y = builder.Add("matmul", null, [a, b]);
        return builder.Build(random.Next(2) == 0 ? y : builder.Add("softmax", null, [y]));
    }

    private static Network MatMulWeight(Random random)
    {
        var builder = new NetworkBuilder();
        var k = random.NextInt64(1, 300);
        var x = builder.Input("x", random.NextInt64(1, 5), random.NextInt64(1, 9), k);
        return builder.Build(builder.Add("matmul", null, [x, builder.Weight("w", k, random.NextInt64(1, 300))]));
    }

    private static Network Pool(Random random, string op)
    {
        var builder = new NetworkBuilder();
        var (h, w) = (random.NextInt64(4, 20), random.NextInt64(4, 20));
        var x = builder.Input("x", random.NextInt64(1, 3), random.NextInt64(1, 200), h, w);
        var attributes = Window(random, 4, h, w, dilate: op == "max_pool2d", halfPad: true).ToList();
        attributes.Add(("ceil", AttributeValue.Of(random.Next(2) == 0)));
        if (op == "avg_pool2d")
        {
            attributes.Add(("count_include_pad", AttributeValue.Of(random.Next(2) == 0)));
        }

        return builder.Build(builder.Add(op, null, [builder.Relu(x)], [.. attributes]));
    }

    private static Network GlobalPool(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", random.NextInt64(1, 4), random.NextInt64(1, 300), random.NextInt64(1, 20), random.NextInt64(1, 20));
        var op = random.Next(2) == 0 ? "global_avg_pool" : "global_max_pool";
        return builder.Build(builder.Add(op, null, [x], ("keep", AttributeValue.Of(random.Next(2) == 0))));
    }

    private static Network Elementwise(Random random)
    {
        var builder = new NetworkBuilder();
        var shape = AnyShape(random);
        var op = random.GetItems(["add", "sub", "mul", "div"], 1)[0];
        var y = builder.Add(op, null, [builder.Input("a", shape), builder.Input("b", shape)]);
        return builder.Build(random.Next(2) == 0 ? builder.Relu(y) : y);
    }

    private static Network Broadcast(Random random)
    {
        var builder = new NetworkBuilder();
        var (n, c, h, w) = (random.NextInt64(1, 3), random.NextInt64(1, 200), random.NextInt64(1, 8), random.NextInt64(1, 8));
        var x = builder.Relu(builder.Input("x", n, c, h, w));
        var other = random.Next(7) switch
        {
            0 => builder.Add("sigmoid", null, [builder.Input("s", n, c, 1, 1)]),
            1 => builder.Input("s", 1, c, 1, 1),
            2 => builder.Relu(builder.Input("s", n, 1, h, w)),
            3 => builder.Input("s", w),
            4 => builder.Weight("s", c, 1, 1),
            5 => builder.Constant(0.375f),
            _ => builder.Input("s", c, h, 1),
        };
        var op = random.GetItems(["add", "sub", "mul", "div"], 1)[0];
        return builder.Build(random.Next(2) == 0 ? builder.Add(op, null, [x, other]) : builder.Add(op, null, [other, x]));
    }

    private static Network Variadic(Random random)
    {
        var builder = new NetworkBuilder();
        var shape = AnyShape(random);
        var items = Enumerable.Range(0, random.Next(1, 5)).Select(i => builder.Input($"x{i}", shape)).ToArray();
        return builder.Build(builder.Add(random.GetItems(["sum", "max", "min"], 1)[0], null, items));
    }

    private static Network Functions(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", AnyShape(random));
        var op = random.GetItems(["relu", "sigmoid", "tanh", "exp", "abs", "silu", "softplus", "clip", "hard_sigmoid", "leaky_relu"], 1)[0];
        return builder.Build(op == "clip"
            ? builder.Add(op, null, [x], ("min", AttributeValue.Of(-0.5)), ("max", AttributeValue.Of(0.25)))
            : builder.Add(op, null, [x]));
    }

    private static Network BatchNorm(Random random)
    {
        var builder = new NetworkBuilder();
        var c = random.NextInt64(1, 200);
        var x = random.Next(3) switch
        {
            0 => builder.Input("x", 3, c),
            1 => builder.Input("x", 2, c, 7),
            _ => builder.Input("x", 2, c, 5, 6),
        };
        var y = builder.Add("batch_norm", null, [x]);
        return builder.Build(random.Next(2) == 0 ? builder.Relu(y) : y);
    }

    private static Network Softmax(Random random)
    {
        var builder = new NetworkBuilder();
        var shape = AnyShape(random);
        var x = builder.Input("x", shape);
        return builder.Build(builder.Add(
            "softmax", null, [random.Next(2) == 0 ? builder.Relu(x) : x], ("axis", Int(random.Next(2) == 0 ? -1 : random.Next(shape.Length)))));
    }

    private static Network Reshape(Random random)
    {
        var builder = new NetworkBuilder();
        long[][] shapes = [[2, 6, 4, 5], [2, 6, 20], [2, 24, 5], [12, 20], [240], [2, 2, 3, 20], [1, 240], [2, 120], [6, 2, 4, 5], [2, 6, 4, 5, 1]];
        var x = builder.Relu(builder.Input("x", random.GetItems(shapes, 1)[0]));
        var y = builder.Add("reshape", null, [x], ("shape", AttributeValue.Of([.. random.GetItems(shapes, 1)[0]])));
        y = random.Next(2) == 0 ? builder.Relu(y) : y;
        return builder.Build(builder.Add("reshape", null, [y], ("shape", AttributeValue.Of([.. random.GetItems(shapes, 1)[0]]))));
    }

    private static Network Flatten(Random random)
    {
        var builder = new NetworkBuilder();
        var side = random.NextInt64(1, 4);
        var x = builder.Input("x", random.NextInt64(1, 3), random.NextInt64(1, 200), side, side);
        var y = builder.Add("flatten", null, [builder.Add("dropout", null, [builder.Relu(x)])]);
        return builder.Build(builder.Add("dense", null, [y], ("units", Int(random.NextInt64(1, 30)))));
    }

    private static Network Transpose(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Relu(builder.Input("x", 2, random.NextInt64(1, 150), 3, 5));
        var axes = new long[] { 0, 1, 2, 3 };
        random.Shuffle(axes);
        var y = builder.Add("transpose", null, [x], ("permutation", AttributeValue.Of([.. axes])));
        return builder.Build(random.Next(2) == 0 ? y : builder.Add("reshape", null, [y], ("shape", AttributeValue.Of(2L, -1L))));
    }

    private static Network Concat(Random random)
    {
        var builder = new NetworkBuilder();
        var axis = random.Next(4);
        var shape = new long[] { 2, random.NextInt64(1, 150), 3, 4 };
        var items = Enumerable.Range(0, random.Next(2, 5)).Select(i =>
        {
            var own = (long[])shape.Clone();
            own[axis] = axis == 1 ? random.NextInt64(1, 6) * (random.Next(2) == 0 ? 32 : 7) : random.NextInt64(1, 4);
            var input = builder.Input($"x{i}", own);
            return random.Next(2) == 0 ? builder.Relu(input) : input;
        }).ToArray();
        var y = builder.Add("concat", null, items, ("axis", Int(axis)));
        return builder.Build(random.Next(2) == 0 ? y : builder.Conv(y, 5, 3, pad: 1));
    }

    private static Network Unary(Random random, string name)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, random.NextInt64(1, 150), random.NextInt64(1, 9), random.NextInt64(1, 9));
        return builder.Build(builder.Add(name, null, [random.Next(2) == 0 ? builder.Conv(x, 5) : x]));
    }

    private static Network Slice(Random random)
    {
        var builder = new NetworkBuilder();
        long[] extents = [random.NextInt64(1, 3), random.NextInt64(2, 300), random.NextInt64(2, 9), random.NextInt64(2, 9)];
        var x = builder.Input("x", extents);
        var axes = Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).DefaultIfEmpty(2).ToArray();
        List<long> starts = [], ends = [], steps = [];
        foreach (var axis in axes)
        {
            var start = random.NextInt64(0, extents[axis]);
            starts.Add(start);
            ends.Add(random.NextInt64(start + 1, extents[axis] + 1));
            steps.Add(axis == 1 ? 1 : random.NextInt64(1, 4));
        }

        var y = builder.Add(
            "slice", null, [random.Next(2) == 0 ? builder.Relu(x) : x], ("axes", AttributeValue.Of([.. axes.Select(axis => (long)axis)])),
            ("starts", AttributeValue.Of([.. starts])), ("ends", AttributeValue.Of([.. ends])), ("steps", AttributeValue.Of([.. steps])));
        return builder.Build(random.Next(2) == 0 ? y : builder.Conv(y, 5, 3, pad: 1));
    }

    private static Network Pad(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 2, random.NextInt64(1, 150), 3, 4);
        long[] Amounts() => [random.Next(2), random.Next(4) == 0 ? random.Next(40) : 0, random.Next(3), random.Next(3)];
        return builder.Build(builder.Add(
            "pad", null, [random.Next(2) == 0 ? builder.Relu(x) : x], ("before", AttributeValue.Of([.. Amounts()])), ("after", AttributeValue.Of([.. Amounts()])),
            ("value", AttributeValue.Of(random.Next(2) * 1.5))));
    }

    private static Network SharedFrames(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Relu(builder.Conv(builder.Input("x", 1, 6, 9, 8), 20));
        var a = builder.Conv(x, 12, 3, pad: 1);
        var b = builder.Conv(x, 8, 5, random.NextInt64(1, 2), 2);
        var c = builder.Add("max_pool2d", null, [x], ("kernel", Int(3)), ("stride", Int(1)), ("pad", Int(1)));
        var d = builder.Conv(x, 4);
        return builder.Build(builder.Concat(null, a, b, c, d), x);
    }

    private static Network PassThrough(Random random)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 2, 5, 3, 3);
        var y = builder.Relu(x);
        var z = builder.Add("identity", null, [y]);
        return builder.Build(x, y, z, y);
    }

    private static long[] AnyShape(Random random) => random.Next(5) switch
    {
        0 => [random.NextInt64(1, 300)],
        1 => [random.NextInt64(1, 200), random.NextInt64(1, 200)],
        2 => [random.NextInt64(1, 4), random.NextInt64(1, 150), random.NextInt64(1, 150)],
        _ => [random.NextInt64(1, 3), random.NextInt64(1, 200), random.NextInt64(1, 12), random.NextInt64(1, 12)],
    };
}
