using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

/// <summary>Paths and keys depend on the group a layer is in and on nothing else (language 8.6, 9.2, 18).</summary>
public sealed class PathTests
{
    private static readonly string[] Calls =
    [
        "relu({0})", "conv2d({0}, 4, kernel: 1)", "batch_norm({0})", "conv2d({0}, 4, kernel: 3, pad: 1) |> batch_norm |> relu", "{0} + {1}",
        "unit({0})", "relu({0} * {1}) |> tanh", "unit({0}) |> sigmoid",
    ];

    private static readonly string[] WithoutWeights = ["relu({0})", "{0} * {1}", "tanh({0}) |> sigmoid"];

    [Fact]
    public void Editing_lines_of_one_group_changes_no_path_of_another() => PropertySeed.ForEach(60, random =>
    {
        var lines = RandomBody(random, 12);
        var before = Paths(lines);
        var at = random.Next(lines.Count + 1);
        var edited = new List<(string Group, string Text)>(lines);
        var touched = new HashSet<string>();
        switch (random.Next(3))
        {
            case 0:
                edited.Insert(at, ("fresh", "fresh = relu(x)"));
                touched.Add("fresh");
                break;
            case 1:
                at = Math.Min(at, lines.Count - 1);
                edited[at] = (lines[at].Group, $"{lines[at].Group} = tanh(x) |> conv2d(4, kernel: 1) |> relu");
                touched.Add(lines[at].Group);
                break;
            default:
                at = Math.Min(at, lines.Count - 1);
                edited.Insert(at, (lines[at].Group, $"{lines[at].Group} = sigmoid(x)"));
                touched.Add(lines[at].Group);
                break;
        }

        var after = Paths(edited);
        foreach (var group in lines.Select(line => line.Group).Distinct().Where(group => !touched.Contains(group)))
        {
            Assert.Equal(before[group], after[group]);
        }
    });

    [Fact]
    public void Reordering_lines_of_different_groups_changes_no_path() => PropertySeed.ForEach(60, random =>
    {
        var lines = RandomBody(random, 10, independent: true);
        var moved = lines.OrderBy(_ => random.Next()).ToList();
        var (before, after) = (Paths(lines), Paths(moved));
        foreach (var group in lines.Select(line => line.Group).Distinct().Where(group => lines.Count(line => line.Group == group) == 1))
        {
            Assert.Equal(before[group], after[group]);
        }
    });

    [Fact]
    public void Adding_operations_without_weights_keeps_all_keys() => PropertySeed.ForEach(60, random =>
    {
        var lines = RandomBody(random, 10);
        var edited = new List<(string Group, string Text)>(lines);
        var at = random.Next(lines.Count);
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, WithoutWeights[random.Next(WithoutWeights.Length)], "x", "x");
        edited.Insert(at, random.Next(2) == 0 ? ("fresh", "fresh = " + text) : (lines[at].Group, $"{lines[at].Group} = {text}"));
        Assert.Equal(Keys(Compile(lines)), Keys(Compile(edited)));
    });

    [Fact]
    public void A_pipeline_and_its_lines_have_the_same_paths()
    {
        var piped = Compile([("a", "a = conv2d(x, 4, kernel: 1) |> batch_norm |> relu")]);
        var lines = Compile([("a", "a = conv2d(x, 4, kernel: 1)"), ("a", "a = batch_norm(a)"), ("a", "a = relu(a)")]);
        Assert.Equal(["a/conv2d", "a/batch_norm", "a/relu"], piped.Layers.Select(layer => layer.Path).Take(3));
        Assert.Equal(piped.Layers.Select(layer => layer.Path), lines.Layers.Select(layer => layer.Path));
        Assert.Equal(Keys(piped), Keys(lines));
    }

    [Theory]
    [InlineData("head = dense(flatten(x), units: 10) |> relu", "head.bias head.weight")]
    [InlineData("repeat 2 as layer1 { x = unit(x) }", "layer1.0.c.bias layer1.0.c.weight layer1.1.c.bias layer1.1.c.weight")]
    [InlineData("a = conv2d(x, 4, kernel: 1, bias: false) |> batch_norm", "a.batch_norm.bias a.batch_norm.running_mean a.batch_norm.running_var a.batch_norm.weight a.conv2d.weight")]
    [InlineData("a = unit(x) @weights(\"old.unit\")", "old.unit.c.bias old.unit.c.weight")]
    [InlineData("a = conv2d(x, 4, kernel: 1, bias: none, weight: weight(f32[4, 4, 1, 1], key: \"k\")) @name(n)", "k")]
    [InlineData("repeat 2 { x = relu(x) }\nrepeat 1 { x = unit(x) }", "repeat#2.0.c.bias repeat#2.0.c.weight")]
    public void Keys_are_those_of_the_language(string line, string keys) =>
        Assert.Equal(keys, string.Join(" ", Keys(Compile([("a", line)]))));

    [Theory]
    [InlineData("repeat 2 as i { y = relu(x)\nx = tanh(y) }\nrepeat 1 as i { x = relu(x) }", "i/0/y i/0/x i/1/y i/1/x i#2/0/x return")]
    [InlineData("a = relu(x) + relu(x)", "a/relu a/relu#2 a/add return")]
    [InlineData("_ = relu(x)", "_ return")]
    [InlineData("p, q = split(x, 2, axis: 1)", "p return")]
    [InlineData("if 1 == 1 { a = relu(x) } else { a = tanh(x) }", "a return")]
    [InlineData("`b c` = relu(x)", "`b c` return")]
    public void Paths_are_those_of_the_language(string line, string paths) =>
        Assert.Equal(paths, string.Join(" ", Compile([("a", line)]).Layers.Select(layer => layer.Path)));

    private static List<(string Group, string Text)> RandomBody(Random random, int count, bool independent = false)
    {
        var lines = new List<(string, string)>();
        var names = new List<string> { "x" };
        for (var i = 0; i < count; i++)
        {
            var group = "g" + random.Next(count * 2 / 3);
            var (a, b) = independent ? ("x", "x") : (names[random.Next(names.Count)], names[random.Next(names.Count)]);
            lines.Add((group, group + " = " + string.Format(System.Globalization.CultureInfo.InvariantCulture, Calls[random.Next(Calls.Length)], a, b)));
            names.Add(group);
        }

        return lines;
    }

    private static Dictionary<string, string> Paths(List<(string Group, string Text)> lines) =>
        Compile(lines).Layers.Select(layer => layer.Path).GroupBy(path => path.Split('/')[0])
            .ToDictionary(group => group.Key, group => string.Join(" ", group));

    private static List<string> Keys(Network network) =>
        [.. network.Layers.SelectMany(layer => layer.Sources).OfType<TensorSource.Weight>().Select(weight => weight.Key).Distinct().Order(StringComparer.Ordinal)];

    private static Network Compile(List<(string Group, string Text)> lines)
    {
        var text = "block unit(x: f32[N, C, H, W]) {\nc = conv2d(x, C, kernel: 1) |> relu\nreturn c\n}\nnetwork n(x: f32[1, 4, 4, 4]) {\n"
            + string.Join("\n", lines.Select(line => line.Text)) + "\nreturn relu(x)\n}\n";
        var compilation = Compilation.Create(SyntaxTree.Parse(text));
        Assert.True(!compilation.HasErrors, text + "\n" + string.Join("\n", compilation.Diagnostics));
        return compilation.GetNetwork("n")!;
    }
}
