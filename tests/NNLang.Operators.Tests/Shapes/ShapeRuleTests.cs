using System.Text;
using NNLang.Operators.Tests.Support;
using NNLang.Testing;

namespace NNLang.Operators.Tests.Shapes;

public sealed class ShapeRuleTests
{
    private const string Table = "tests/NNLang.Operators.Tests/Shapes/shape-rules.txt";

    /// <summary>The table holds calls at the margin and answers indented; comments start with '#'.</summary>
    [Fact]
    public void EveryCallOfTheTableHasItsAnswer()
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(Repository.PathOf(Table)))
        {
            if (line.StartsWith(' '))
            {
                continue;
            }

            text.Append(line).Append('\n');
            if (line.Length > 0 && line[0] != '#')
            {
                text.Append(Calls.Answer(line));
            }
        }

        Snapshot.Match(Table, text.ToString());
    }

    [Fact]
    public void MessagesKeepTheStyle()
    {
        foreach (var line in File.ReadLines(Repository.PathOf(Table)).Where(line => line.Length > 0 && line[0] is not (' ' or '#')))
        {
            var (@operator, context) = Calls.Parse(line);
            foreach (var problem in @operator.Infer(context).Problems)
            {
                Assert.Matches("^NN[0-9]{4}$", problem.Code);
                Assert.True(problem.Message.Length <= 110 && problem.Message.EndsWith('.'), problem.Message);
                Assert.DoesNotContain('\n', problem.Message);
                Assert.Matches("^[A-Z][a-z]+ .*\\.$|^Add it\\.$", problem.Help);
                Assert.DoesNotMatch("(?i)may |might|consider|sorry|!|node|kernel of", problem.Message + problem.Help);
            }
        }
    }

    [Fact]
    public void EveryOperatorHasAnAcceptedCallInTheTable()
    {
        var seen = new HashSet<string>();
        foreach (var line in File.ReadLines(Repository.PathOf(Table)).Where(line => line.Length > 0 && line[0] is not (' ' or '#')))
        {
            var (@operator, context) = Calls.Parse(line);
            if (@operator.Infer(context).Results.Length > 0)
            {
                seen.Add(@operator.Name);
            }
        }

        Assert.Empty(OperatorCatalogue.All.Select(o => o.Name).Except(seen));
    }

    [Fact]
    public void OperatorsAreDocumented()
    {
        foreach (var @operator in OperatorCatalogue.All)
        {
            Assert.Same(@operator, OperatorCatalogue.Find(@operator.Name));
            Assert.Matches("^[a-z][a-z0-9_]*$", @operator.Name);
            Assert.EndsWith(".", @operator.Summary, StringComparison.Ordinal);
            Assert.All(@operator.Operands, operand => Assert.EndsWith(".", operand.Summary, StringComparison.Ordinal));
            Assert.All(@operator.Attributes, attribute => Assert.EndsWith(".", attribute.Summary, StringComparison.Ordinal));
            Assert.Distinct(@operator.Attributes.SelectMany(a => a.ForeignNames.Add(a.Name)));
            Assert.Matches("^[a-z, ]+ = ", @operator.Example);
        }

        Assert.Null(OperatorCatalogue.Find("conv3d"));
        Assert.Throws<ArgumentException>(() => OperatorCatalogue.Get("conv3d"));
    }

    [Fact]
    public void BindingFirstOrLastGivesTheSameType() => PropertySeed.ForEach(400, random =>
    {
        string[] calls =
        [
            $"conv2d(f32[N, {random.Next(1, 3) * 4}, H, W], 8, kernel: [{random.Next(1, 6)}, {random.Next(1, 6)}], stride: {random.Next(1, 4)}, pad: {random.Next(0, 4)}, dilation: {random.Next(1, 3)}, groups: {(random.Next(2) * 3) + 1})",
            $"max_pool2d(f32[N, C, H, W], kernel: {random.Next(2, 5)}, stride: {random.Next(1, 4)}, pad: {random.Next(0, 2)}, ceil: true)",
            $"avg_pool2d(f32[N, C, H, W], kernel: {random.Next(1, 5)}, pad: same, stride: {random.Next(1, 4)})",
            "reshape(f32[N, C, H, W], [N, C, H * W])",
            "reshape(f32[N, C, H, W], [N, -1])",
            "flatten(f32[N, C, H, W], axis: 2)",
            "concat(f32[N, C, H], f32[N, W, H], axis: 1)",
            "transpose(f32[N, C, H, W], [2, 0, 3, 1])",
            "slice(f32[N, H], axes: [1], starts: [1], ends: [none], steps: [2])",
            "pad(f32[N, H], before: [0, 2], after: [1, 0])",
        ];
        var call = calls[random.Next(calls.Length)];
        var binding = new Dictionary<string, long> { ["N"] = random.Next(1, 4), ["C"] = random.Next(1, 9), ["H"] = random.Next(11, 40), ["W"] = random.Next(11, 40) };
        var (@operator, context) = Calls.Parse(call);
        var symbolic = @operator.Infer(context);
        Assert.True(symbolic.Problems.IsEmpty, call);
        var bound = context with { Operands = [.. context.Operands.Select(type => type!.Bind(binding))] };
        bound = bound with { Attributes = Bind(bound.Attributes, binding) };
        Assert.Equal(@operator.Infer(bound).Results, symbolic.Results.Select(type => type.Bind(binding)));
    });

    private static Model.AttributeSet Bind(Model.AttributeSet set, Dictionary<string, long> binding) =>
        new([.. set.Values.Select(pair => KeyValuePair.Create(pair.Key, Bind(pair.Value, binding)))]);

    private static Model.AttributeValue Bind(Model.AttributeValue value, Dictionary<string, long> binding) => value switch
    {
        Model.AttributeValue.Integer integer => new Model.AttributeValue.Integer(integer.Value.Bind(binding)),
        Model.AttributeValue.List list => new Model.AttributeValue.List([.. list.Values.Select(item => Bind(item, binding))]),
        _ => value,
    };
}
