using System.Globalization;

namespace NNLang.Targets.Tests.RandomNetworks;

/// <summary>
/// Draws legal networks: images through convolutions, pools, shortcuts and branches; tokens through products and softmax; features through
/// dense layers; and the views between them. It keeps the shapes itself, so that the binder's shape rules are checked too.
/// </summary>
internal sealed class NetworkGenerator
{
    private const long MostElements = 6000;
    private readonly Random _random;
    private readonly List<long[]> _inputs = [];
    private readonly List<RandomStatement> _statements = [];

    private NetworkGenerator(Random random) => _random = random;

    /// <summary>A network of a number of statements.</summary>
    public static RandomNetwork Make(Random random, int statements)
    {
        var generator = new NetworkGenerator(random);
        generator.AddInputs();
        while (generator._statements.Count < statements)
        {
            generator.AddStatement();
        }

        return new RandomNetwork(generator._inputs, generator._statements, generator.Outputs(), random.Next(1000));
    }

    private int Count => _inputs.Count + _statements.Count;

    private void AddInputs()
    {
        var side = _random.NextInt64(4, 15);
        var n = _random.Next(4) == 0 ? 2 : 1;
        _inputs.Add(_random.Next(6) switch
        {
            0 => [n, _random.NextInt64(2, 20), _random.NextInt64(2, 40)],
            1 => [n, _random.NextInt64(1, 200)],
            _ => [n, _random.Next(3) == 0 ? 3 : _random.NextInt64(1, 40), side, side + _random.NextInt64(3)],
        });
        if (_random.Next(4) == 0)
        {
            _inputs.Add(_inputs[0]);
        }
    }

    // What nobody reads leaves the network, up to four values; the last one always does.
    private int[] Outputs()
    {
        var read = _statements.SelectMany(statement => statement.Operands).ToHashSet();
        var free = Enumerable.Range(_inputs.Count, _statements.Count).Where(value => !read.Contains(value)).ToList();
        if (_random.Next(4) == 0)
        {
            free.Add(_inputs.Count + _random.Next(_statements.Count));
        }

        return [.. free.TakeLast(4).Distinct().Order()];
    }

    private void AddStatement()
    {
        // Mostly the newest values, so that networks are deep as well as wide.
        var x = Math.Max(_random.Next(Count), Math.Max(_random.Next(Count), _random.Next(Count)));
        var shape = ShapeOf(x);
        switch (shape.Length)
        {
            case 4 when _random.Next(4) > 0:
                Image(x, shape);
                break;
            case 3 when _random.Next(3) > 0:
                Tokens(x, shape);
                break;
            case 2 when _random.Next(3) > 0:
                Features(x, shape);
                break;
            default:
                Any(x, shape);
                break;
        }
    }

    private void Image(int x, long[] shape)
    {
        var (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3]);
        switch (_random.Next(10))
        {
            case 0 or 1 or 2:
                Convolution(x, shape);
                break;
            case 3:
                Pool(x, shape);
                break;
            case 4:
                var keep = _random.Next(2) == 0;
                Add($"{One("global_avg_pool", "global_max_pool")}({{0}}, keep: {(keep ? "true" : "false")})", [x], keep ? [n, c, 1, 1] : [n, c]);
                break;
            case 5:
                Add("{0} * sigmoid(global_avg_pool({0}, keep: true))", [x], shape);
                break;
            case 6:
                Add("batch_norm({0})" + One("", " |> relu"), [x], shape);
                break;
            case 7:
                Add("reshape({0}, [" + Join(n, c, -1) + "])", [x], [n, c, h * w]);
                break;
            case 8:
                Pad(x, shape);
                break;
            default:
                Add("flatten({0})", [x], [n, c * h * w]);
                break;
        }
    }

    private void Convolution(int x, long[] shape)
    {
        var c = shape[1];
        var (kernelH, kernelW) = (Math.Min(shape[2], _random.NextInt64(1, 6)), Math.Min(shape[3], _random.NextInt64(1, 4)));
        var square = _random.Next(3) > 0;
        kernelW = square ? Math.Min(kernelH, shape[3]) : kernelW;
        kernelH = square ? kernelW : kernelH;
        var (padH, padW) = (_random.NextInt64((kernelH / 2) + 1), _random.NextInt64((kernelW / 2) + 1));
        var (strideH, strideW) = (_random.Next(4) == 0 ? 2 : 1L, _random.Next(4) == 0 ? 2 : 1L);
        var dilation = _random.Next(6) == 0 && 2 * (kernelH - 1) < shape[2] + padH && 2 * (kernelW - 1) < shape[3] + padW ? 2L : 1;
        var divisors = Enumerable.Range(1, (int)c).Where(divisor => c % divisor == 0).ToArray();
        var groups = _random.Next(4) switch { 0 => c, 1 => divisors[_random.Next(divisors.Length)], _ => 1 };
        var filters = groups * (groups == 1 ? Filters() : _random.NextInt64(1, 3));
        var (h, w) = (Window(shape[2] + (2 * padH), (dilation * (kernelH - 1)) + 1, strideH), Window(shape[3] + (2 * padW), (dilation * (kernelW - 1)) + 1, strideW));
        var behind = One("", " |> batch_norm", " |> relu", " |> batch_norm |> relu", " |> sigmoid", " |> clip(min: 0.0, max: 6.0)", " |> silu");
        Add(
            $"conv2d({{0}}, filters: {filters}, kernel: [{Join(kernelH, kernelW)}], stride: [{Join(strideH, strideW)}], "
            + $"pad: [{Join(padH, padW)}], dilation: {dilation}, groups: {groups}, bias: {One("true", "false")}){behind}",
            [x], [shape[0], filters, h, w]);
    }

    private void Pool(int x, long[] shape)
    {
        var (kernelH, kernelW) = (Math.Min(shape[2], _random.NextInt64(1, 4)), Math.Min(shape[3], _random.NextInt64(1, 4)));
        var (padH, padW) = (_random.NextInt64((kernelH / 2) + 1), _random.NextInt64((kernelW / 2) + 1));
        var (strideH, strideW) = (_random.NextInt64(1, 3), _random.NextInt64(1, 3));
        var (h, w) = (Window(shape[2] + (2 * padH), kernelH, strideH), Window(shape[3] + (2 * padW), kernelW, strideW));
        var name = One("max_pool2d({0}", "avg_pool2d({0}", "avg_pool2d({0}, count_include_pad: true");
        Add(
            $"{name}, kernel: [{Join(kernelH, kernelW)}], stride: [{Join(strideH, strideW)}], pad: [{Join(padH, padW)}])", [x], [shape[0], shape[1], h, w]);
    }

    private void Pad(int x, long[] shape)
    {
        var before = shape.Select((_, axis) => axis == 0 ? 0 : _random.NextInt64(3)).ToArray();
        var after = shape.Select((_, axis) => axis == 0 ? 0 : _random.NextInt64(3)).ToArray();
        Add(
            $"pad({{0}}, before: [{Join(before)}], after: [{Join(after)}], value: {One("0.0", "1.5")})",
            [x], [.. shape.Select((extent, axis) => extent + before[axis] + after[axis])]);
    }

    private void Tokens(int x, long[] shape)
    {
        var (n, t, f) = (shape[0], shape[1], shape[2]);
        switch (_random.Next(6))
        {
            case 0:
                Dense(x, shape);
                break;
            case 1 when t * t <= 2000:
                Add("matmul({0}, transpose({0}, permutation: [0, 2, 1]))" + One("", " |> softmax(axis: -1)"), [x], [n, t, t]);
                break;
            case 2:
                Add("softmax({0}, axis: " + One("-1", "1") + ")", [x], shape);
                break;
            case 3 when Alike(x, other => other[0] == n && other[1] == f, 3) is { } right:
                Add("matmul({0}, {1})", [x, right], [n, t, ShapeOf(right)[2]]);
                break;
            case 4:
                Add("reshape({0}, [" + Join(n, t, f, 1) + "])", [x], [n, t, f, 1]);
                break;
            default:
                Add("transpose({0}, permutation: [0, 2, 1])", [x], [n, f, t]);
                break;
        }
    }

    private void Features(int x, long[] shape)
    {
        switch (_random.Next(5))
        {
            case 0 or 1:
                Dense(x, shape);
                break;
            case 2:
                Add("softmax({0}, axis: -1)", [x], shape);
                break;
            case 3:
                Add("reshape({0}, [" + Join(shape[0], -1, 1, 1) + "])", [x], [shape[0], shape[1], 1, 1]);
                break;
            default:
                Add("batch_norm({0})", [x], shape);
                break;
        }
    }

    private void Dense(int x, long[] shape)
    {
        var units = Filters();
        Add($"dense({{0}}, units: {units}, bias: {One("true", "false")}){One("", " |> relu", " |> sigmoid")}", [x], [.. shape[..^1], units]);
    }

    // What works at every rank.
    private void Any(int x, long[] shape)
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                var functions = One(
                    "relu({0})", "sigmoid({0})", "tanh({0})", "silu({0})", "abs({0})", "identity({0})", "dropout({0})", "hard_sigmoid({0})",
                    "leaky_relu({0}, slope: 0.1)", "clip({0}, min: -0.5, max: 2.0)", "relu({0}) |> sigmoid", "exp(clip({0}, min: -2.0, max: 2.0))");
                Add(functions, [x], shape);
                break;
            case 2 or 3 when Alike(x, other => other.SequenceEqual(shape), shape.Length) is { } same:
                Add(One("{0} + {1}", "{0} - {1}", "{0} * {1}", "max({0}, {1})", "min({0}, {1})", "relu({0} + {1})"), [x, same], shape);
                break;
            case 4 when Alike(x, other => other.SequenceEqual(shape), shape.Length) is { } second && Alike(x, other => other.SequenceEqual(shape), shape.Length) is { } third:
                Add("sum({0}, {1}, {2})", [x, second, third], shape);
                break;
            case 5 or 6:
                Concat(x, shape);
                break;
            case 7:
                Add(One("{0} * 0.5", "{0} + 1.0", "1.0 - {0}", "{0} / 4.0"), [x], shape);
                break;
            case 8 when shape.Length > 2:
                var axes = Enumerable.Range(1, shape.Length - 1).ToArray();
                _random.Shuffle(axes);
                int[] order = [0, .. axes];
                Add($"transpose({{0}}, permutation: [{string.Join(", ", order)}])", [x], [.. order.Select(axis => shape[axis])]);
                break;
            default:
                Pad(x, shape);
                break;
        }
    }

    private void Concat(int x, long[] shape)
    {
        var axis = _random.Next(4) == 0 ? _random.Next(shape.Length) : Math.Min(1, shape.Length - 1);
        bool Fits(long[] other) => other.Select((extent, i) => i == axis || extent == shape[i]).All(fits => fits);
        var items = new List<int> { x };
        for (var more = _random.Next(1, 4); more > 0; more--)
        {
            if (Alike(x, Fits, shape.Length) is { } item)
            {
                items.Add(item);
            }
        }

        var result = shape.ToArray();
        result[axis] = items.Sum(item => ShapeOf(item)[axis]);
        var names = string.Join(", ", items.Select((_, i) => $"{{{i}}}"));
        Add($"concat([{names}], axis: {axis})", [.. items], result);
    }

    private void Add(string expression, int[] operands, long[] shape)
    {
        if (shape.All(extent => extent > 0) && shape.Aggregate(1L, (product, extent) => product * extent) <= MostElements)
        {
            _statements.Add(new RandomStatement(expression, operands, shape));
        }
    }

    private int? Alike(int x, Func<long[], bool> fits, int rank)
    {
        var found = Enumerable.Range(0, Count).Where(value => ShapeOf(value).Length == rank && fits(ShapeOf(value))).ToArray();
        return found.Length == 0 ? null : found.Length > 1 && _random.Next(3) > 0 ? found.Where(value => value != x).ToArray() is { Length: > 0 } others ? others[_random.Next(others.Length)] : x : found[_random.Next(found.Length)];
    }

    private long Filters() => _random.Next(6) == 0 ? _random.NextInt64(100, 160) : _random.NextInt64(1, 40);

    private long[] ShapeOf(int value) => value < _inputs.Count ? _inputs[value] : _statements[value - _inputs.Count].Shape;

    private T One<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private static long Window(long padded, long kernel, long stride) => padded < kernel ? 0 : ((padded - kernel) / stride) + 1;

    private static string Join(params long[] numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
