using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Tests.Support;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Catalogue;

/// <summary>
/// Error rules against simulated binary32 evaluations: in any order of summation, fused or not, with any storage type, a correct
/// evaluation lies inside; an error that matters lies outside.
/// </summary>
public sealed class EnclosureTests
{
    private static readonly string[] Kinds = ["uniform", "gauss", "positive", "constant", "heavy", "cancelling", "sorted", "wide", "tiny", "huge"];

    [Fact]
    public void CorrectLongSumsRaiseNoAlarm() => PropertySeed.ForEach(250, random =>
    {
        var storage = (Storage)random.Next(3);
        var run = Runs.Of(RandomCalls.LongSum(random, 3), Numbers(random, storage));
        var order = random.Next(3) == 0 ? SummationOrder.Unknown : default(SummationOrder?);
        var terms = Terms.Of(run, run.Context.Results[0].Count / 2).Count;
        var exact = storage != Storage.F32;
        var fused = random.Next(3);
        var steps = Epilogues(random, run, fused, storage);
        var enclosure = Enclose(run, new EnclosureContext(
            run.Context, order ?? new SummationOrder(Math.Min(128, Longest(run)), (Longest(run) + 127) / 128), 0.5, exact), steps);
        var style = order is null ? Style.Slabs : (Style)random.Next(4);
        for (var i = 0; i < Math.Min(30, enclosure.Value.Length); i++)
        {
            var position = random.NextInt64(enclosure.Value.Length);
            var device = Device(run, position, steps, style, storage, random);
            Check(enclosure, position, device, storage, $"{run.Operator.Name} {style} {storage} {terms} terms, {steps.Length} steps");
        }
    });

    [Theory]
    [InlineData("softmax(f32[3, 40])")]
    [InlineData("log_softmax(f32[3, 40])")]
    [InlineData("softmax(f32[2, 5, 7], axis: 1)")]
    public void CorrectSoftmaxRaisesNoAlarm(string call) => PropertySeed.ForEach(100, random =>
    {
        var scale = Math.Pow(10, (random.NextDouble() * 4) - 2);
        var numbers = Numbers(random, Storage.F32, random.Next(7));
        var run = Runs.Of(call, (name, i) => (float)(numbers(name, i) * scale));
        var enclosure = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown, 0.5));
        var shape = run.Context.Results[0];
        var axis = call.Contains("axis: 1", StringComparison.Ordinal) ? 1 : shape.Rank - 1;
        for (var position = 0; position < shape.Count; position++)
        {
            var index = Runs.Index(shape, position);
            var row = new float[shape[axis]];
            for (var k = 0; k < row.Length; k++)
            {
                var at = (long[])index.Clone();
                at[axis] = k;
                row[k] = (float)Runs.At(run.Context.Operands[0]!, at);
            }

            var greatest = row.Max();
            var exponentials = Array.ConvertAll(row, v => Table(Math.Exp(v - greatest), random));
            float sum = 0;
            foreach (var e in random.Next(2) == 0 ? exponentials : exponentials.Reverse())
            {
                sum += e;
            }

            var own = row[index[axis]] - greatest;
            var device = run.Operator.Name == "softmax"
                ? exponentials[index[axis]] * Table(1.0 / sum, random)
                : own - Table(Math.Log(sum), random);
            Check(enclosure, position, device, Storage.F32, call);
        }
    });

    [Theory]
    [InlineData("relu(f32[200])")]
    [InlineData("clip(f32[200], min: -0.5, max: 6.0)")]
    [InlineData("sigmoid(f32[200])")]
    [InlineData("tanh(f32[200])")]
    [InlineData("exp(f32[200])")]
    [InlineData("softplus(f32[200])")]
    [InlineData("silu(f32[200])")]
    [InlineData("abs(f32[200])")]
    [InlineData("leaky_relu(f32[200], 0.1)")]
    [InlineData("leaky_relu(f32[200], -0.3)")]
    [InlineData("hard_sigmoid(f32[200])")]
    [InlineData("sqrt(f32[200])")]
    public void CorrectActivationsRaiseNoAlarm(string call) => PropertySeed.ForEach(30, random =>
    {
        var run = Runs.Of(call, Numbers(random, Storage.F32));
        var enclosure = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown, 0.5));
        var exact = run.Evaluate().AsDoubles();
        for (var i = 0; i < exact.Length; i++)
        {
            var x = (float)run.Context.Operands[0]!.AsDoubles()[i];
            var device = run.Operator.Name switch
            {
                "relu" => MathF.Max(x, 0),
                "clip" => MathF.Min(MathF.Max(x, -0.5f), 6),
                "abs" => MathF.Abs(x),
                "sqrt" => MathF.Sqrt(x),
                "leaky_relu" => x < 0 ? x * (float)run.Context.Attributes.Real("slope") : x,
                "hard_sigmoid" => MathF.Min(MathF.Max(MathF.FusedMultiplyAdd(x, 0.2f, 0.5f), 0), 1),
                _ => Table(exact[i], random),
            };
            Check(enclosure, i, device, Storage.F32, call);
        }
    });

    [Fact]
    public void SumsOfTensorsRaiseNoAlarmInAnyOrder() => PropertySeed.ForEach(100, random =>
    {
        var count = random.Next(2, 7);
        var run = Runs.Of($"sum({string.Join(", ", Enumerable.Repeat("f32[50]", count))})", Numbers(random, Storage.F32));
        var known = random.Next(2) == 0;
        var enclosure = run.Operator.Enclose(new EnclosureContext(run.Context, known ? new SummationOrder(count, 1) : SummationOrder.Unknown));
        for (var i = 0; i < 50; i++)
        {
            var items = run.Context.Operands.Select(operand => (float)operand!.AsDoubles()[i]).ToArray();
            if (!known)
            {
                random.Shuffle(items);
            }

            Check(enclosure, i, items.Aggregate((a, b) => a + b), Storage.F32, $"sum of {count}");
        }
    });

    [Fact]
    public void PlantedErrorsAreDetected()
    {
        var (planted, found) = (0, 0);
        PropertySeed.ForEach(200, random =>
        {
            var run = Runs.Of(RandomCalls.LongSum(random, 3), Numbers(random, Storage.F32, kind: random.Next(3)));
            var enclosure = Enclose(run, new EnclosureContext(run.Context, new SummationOrder(Math.Min(128, Longest(run)), (Longest(run) + 127) / 128)), []);
            var largest = enclosure.Value.Max(Math.Abs);
            for (var i = 0; i < 10; i++)
            {
                var position = random.NextInt64(enclosure.Value.Length);
                var device = Device(run, position, [], Style.Slabs, Storage.F32, random);
                var wrong = (float)(device + (1e-3 * largest * (random.Next(2) == 0 ? 1 : -1)));
                planted++;
                found += Inside(enclosure, position, wrong, Storage.F32) ? 0 : 1;
            }
        });
        Assert.True(found >= 0.98 * planted, $"{found} of {planted}");
    }

    [Fact]
    public void ADroppedTermIsDetected()
    {
        var (planted, found) = (0, 0);
        PropertySeed.ForEach(200, random =>
        {
            var run = Runs.Of(RandomCalls.LongSum(random), Numbers(random, Storage.F32, kind: 1));
            var enclosure = Enclose(run, new EnclosureContext(run.Context, SummationOrder.Unknown), []);
            var position = random.NextInt64(enclosure.Value.Length);
            var terms = Terms.Of(run, position);
            if (terms.Count < 2)
            {
                return;
            }

            planted++;
            var device = Device(run, position, [], Style.Ascending, Storage.F32, random, drop: random.Next(terms.Count));
            found += Inside(enclosure, position, device, Storage.F32) ? 0 : 1;
        });
        Assert.True(found >= 0.98 * planted, $"{found} of {planted}");
    }

    [Fact]
    public void MovesAndSingleRoundingsAreExact()
    {
        foreach (var call in (string[])["max_pool2d(f32[1, 2, 6, 6], kernel: 2)", "concat(f32[2], f32[3], axis: 0)", "add(f32[9], f32[9])", "mul(f32[9], f32[9])",
            "div(f32[9], f32[9])", "transpose(f32[2, 3])", "pad(f32[2], before: [1], after: [1])", "relu(f32[9])", "clip(f32[9], max: 1.0)", "max(f32[9], f32[9])"])
        {
            var random = new Random(PropertySeed.Base);
            var run = Runs.Of(call, Numbers(random, Storage.F32, kind: 1));
            var enclosure = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown));
            Assert.Equal(run.Evaluate().AsDoubles().ToArray(), enclosure.Value);
            Assert.Equal(enclosure.Value, enclosure.Low);
            Assert.Equal(enclosure.Value, enclosure.High);
        }
    }

    [Fact]
    public void AForeignFunctionMayBeOffAbsolutely()
    {
        var run = Runs.Of("sigmoid(f32[2])", (_, i) => i == 0 ? -80 : 1);
        var own = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown));
        var foreign = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown) { FunctionFloor = 2e-7 });
        Assert.True(own.High[0] < 1e-30 && foreign.High[0] > 1e-7 && foreign.High[1] - own.High[1] < 3e-7);
        var exact = Runs.Of("relu(f32[2])", (_, _) => 1);
        Assert.Equal(1, exact.Operator.Enclose(new EnclosureContext(exact.Context, SummationOrder.Unknown) { FunctionFloor = 2e-7 }).High[0]);
    }

    [Fact]
    public void WhatIsNotFiniteKeepsItsClass()
    {
        var values = new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e38 };
        var run = Runs.Of("dense(f32[4, 2], 1, bias: false)", (name, i) => name == "weight" ? 4 : values[i / 2]);
        var enclosure = run.Operator.Enclose(new EnclosureContext(run.Context, SummationOrder.Unknown));
        Assert.Equal([double.NaN, double.PositiveInfinity, double.NegativeInfinity, 8e38], enclosure.Value);
        Assert.Equal(enclosure.Value[..3], enclosure.Low[..3]);
        Assert.Equal(enclosure.Value[..3], enclosure.High[..3]);
        Assert.True(enclosure.Magnitude![3] > float.MaxValue);
    }

    private enum Storage
    {
        F32,
        BF16,
        F16,
    }

    private enum Style
    {
        Slabs,
        Ascending,
        Shuffled,
        Pairwise,
    }

    private static Enclosure Enclose(Runs run, EnclosureContext context, ImmutableArray<Runs> steps)
    {
        return steps.IsEmpty
            ? run.Operator.Enclose(context)
            : FusedLayer.Enclose(run.Operator, context, [.. steps.Select(step => new FusedStep(step.Operator, step.Context))]);
    }

    private static ImmutableArray<Runs> Epilogues(Random random, Runs run, int kind, Storage storage)
    {
        var shape = run.Context.Results[0];
        if (kind == 0 || shape.Rank != 4)
        {
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<Runs>();
        if (kind == 2)
        {
            steps.Add(Runs.Of($"batch_norm(f32{shape})", (name, _) =>
                (float)(name == "running_var" ? Math.Pow(10, (random.NextDouble() * 6) - 4) : Gauss(random))));
        }

        steps.Add(Runs.Of($"{(random.Next(3) switch { 0 => "relu", 1 => "sigmoid", _ => "silu" })}(f32{shape})", (_, _) => 0));
        return steps.ToImmutable();
    }

    private static int Longest(Runs run)
    {
        var context = run.Context;
        return (int)(run.Operator.Name switch
        {
            "conv2d" => context.Slots[0]!.Shape[1] * context.Slots[0]!.Shape[2] * context.Slots[0]!.Shape[3],
            "dense" => context.Slots[0]!.Shape[1],
            "avg_pool2d" => context.Attributes.Integers("kernel")[0] * context.Attributes.Integers("kernel")[1],
            "global_avg_pool" => context.Operands[0]!.Shape[2] * context.Operands[0]!.Shape[3],
            _ => context.Operands[0]!.Shape[-1],
        });
    }

    /// <summary>One element as a correct device might compute it.</summary>
    private static float Device(Runs run, long position, ImmutableArray<Runs> steps, Style style, Storage storage, Random random, int drop = -1)
    {
        var terms = Terms.Of(run, position);
        if (drop >= 0)
        {
            terms.RemoveAt(drop);
        }

        if (style == Style.Shuffled)
        {
            var shuffled = terms.ToArray();
            random.Shuffle(shuffled);
            terms = [.. shuffled];
        }

        var sum = style switch
        {
            Style.Slabs => Slabs(terms),
            Style.Pairwise => Pairwise([.. terms.Select(t => (float)t.W * (float)t.X)]),
            _ => Running(terms),
        };
        var index = Runs.Index(run.Context.Results[0], position);
        var z = sum;
        if (run.Operator.Name is "avg_pool2d" or "global_avg_pool" or "reduce_mean")
        {
            var count = run.Operator.Name == "avg_pool2d" && !run.Context.Attributes.Boolean("count_include_pad") ? Terms.Of(run, position).Count : Longest(run);
            z = sum * (float)(1.0 / count);
        }

        var bias = run.Context.Slots is [_, { } slot] ? slot : null;
        var normalised = steps is [{ Operator.Name: "batch_norm" }, ..];
        if (bias is not null && !normalised)
        {
            z += (float)Runs.At(bias, run.Operator.Name == "dense" ? index[^1] : index[1]);
        }

        foreach (var step in steps)
        {
            if (step.Operator.Epilogue(step.Context) is { } affine)
            {
                var folded = bias is null ? affine : affine.After(bias.AsDoubles().ToArray());
                z = MathF.FusedMultiplyAdd(z, (float)folded.Scale![index[1]], (float)folded.Bias![index[1]]);
            }
            else
            {
                var function = step.Operator.Activation(step.Context.Attributes, 0)!;
                z = function.IsExact ? (float)function.Apply(z) : Table(function.Apply(z), random);
            }
        }

        return Round(z, storage);
    }

    private static float Running(List<(double W, double X)> terms)
    {
        float sum = 0;
        foreach (var (w, x) in terms)
        {
            sum = MathF.FusedMultiplyAdd((float)w, (float)x, sum);
        }

        return sum;
    }

    private static float Slabs(List<(double W, double X)> terms)
    {
        float total = 0;
        for (var start = 0; start < terms.Count; start += 128)
        {
            var slab = Running(terms.GetRange(start, Math.Min(128, terms.Count - start)));
            total = start == 0 ? slab : total + slab;
        }

        return total;
    }

    private static float Pairwise(float[] products) => products.Length switch
    {
        0 => 0,
        1 => products[0],
        _ => Pairwise(products[..(products.Length / 2)]) + Pairwise(products[(products.Length / 2)..]),
    };

    private static void Check(Enclosure enclosure, long position, float device, Storage storage, string what)
    {
        if (enclosure.Magnitude is { } magnitude && magnitude[position] > 3e38)
        {
            return;
        }

        Assert.True(
            Inside(enclosure, position, device, storage),
            $"{what}: {device:G9} is outside [{enclosure.Low[position]:G17}, {enclosure.High[position]:G17}] around {enclosure.Value[position]:G17}.");
    }

    private static bool Inside(Enclosure enclosure, long position, float device, Storage storage)
    {
        var (low, high) = (Round((float)enclosure.Low[position], storage), Round((float)enclosure.High[position], storage));
        return double.IsNaN(enclosure.Value[position]) ? float.IsNaN(device) : device >= low && device <= high;
    }

    private static float Round(float value, Storage storage)
    {
        switch (storage)
        {
            case Storage.F16:
                return (float)(Half)value;
            case Storage.BF16 when !float.IsNaN(value):
                var bits = BitConverter.SingleToUInt32Bits(value);
                return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
            default:
                return value;
        }
    }

    /// <summary>A table function: within half a unit of the correctly rounded value.</summary>
    private static float Table(double exact, Random random)
    {
        var rounded = (float)exact;
        if (!float.IsFinite(rounded) || rounded == 0 || Math.Abs(exact) < 1e-37)
        {
            return rounded;
        }

        var shifted = exact + ((random.NextDouble() - 0.5) * (Math.BitIncrement(Math.Abs(rounded)) - Math.Abs(rounded)));
        return (float)shifted;
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static Func<string, int, double> Numbers(Random random, Storage storage, int? kind = null)
    {
        var name = Kinds[kind ?? random.Next(storage == Storage.F16 ? 8 : Kinds.Length)];
        var constant = random.NextDouble() + 0.1;
        return (slot, i) => Round((float)(slot switch
        {
            "bias" => Gauss(random),
            "weight" when name is "tiny" or "huge" => Gauss(random),
            _ => name switch
            {
                "uniform" => (2 * random.NextDouble()) - 1,
                "gauss" => Gauss(random),
                "positive" => Math.Abs(Gauss(random)),
                "constant" => constant,
                "heavy" => Math.Exp(2 * Gauss(random)) * ((random.Next(2) * 2) - 1),
                "cancelling" => (i % 2 == 0 ? 1 : -1) * (1 + (1e-3 * random.NextDouble())),
                "sorted" => i / 100.0,
                "wide" => Math.ScaleB(Gauss(random), random.Next(-6, 7)),
                "tiny" => Math.ScaleB(Gauss(random), -128 - random.Next(15)),
                _ => Math.ScaleB(Gauss(random), 40),
            },
        }), storage);
    }
}
