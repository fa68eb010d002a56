using System.Text;
using NNLang.Bisection;
using NNLang.Bisection.Verdicts;
using NNLang.Debugging.Bisecting;
using NNLang.Debugging.Evaluation;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Debugging.Tests;

/// <summary>What a user sees at a stop, as text.</summary>
public sealed class InspectionTests
{
    [Theory]
    [InlineData("column", "stuck_bit(engine: tensor, column: 40, bit: 30, value: 1)")]
    [InlineData("accumulate", "lost_accumulate(every: 1, layer: \"x/unit/b/conv2d\")")]
    public void The_stop_of_a_bisection(string name, string fault)
    {
        using var launched = Sessions.LaunchResidual(fault);
        var bisection = new BisectSession(launched, new LayerMap(launched), null, new BisectionOptions(), TimeProvider.System);
        var verdict = bisection.Search(null, TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Divergence, verdict.Kind);
        var stop = bisection.Stop(verdict);
        using var program = stop.Session.Program;
        using var session = stop.Session;
        var text = new StringBuilder().Append(stop.Stop.Title).Append('\n').Append(stop.Stop.Text).Append("\n\n");
        foreach (var engine in Enum.GetValues<Engine>())
        {
            text.Append(Engines.Name(engine)).Append('\n');
            foreach (var frame in FrameBuilder.Of(session, engine))
            {
                text.Append("  ").Append(frame.Name).Append(" · ").Append(frame.Place?.Line).Append(':').Append(frame.Place?.Column).Append('\n');
            }
        }

        foreach (var scope in session.Inspector.Scopes(session.Group, session.Focus.Engine).Where(scope => !scope.IsExpensive))
        {
            text.Append('\n').Append(scope.Name).Append('\n');
            foreach (var row in scope.Rows())
            {
                Write(text, row, "  ", 2);
            }
        }

        Snapshot.Match($"tests/NNLang.Debugging.Tests/Snapshots/{name}.txt", text.ToString());
        Assert.Equal(StopReason.End, session.Continue(TestContext.Current.CancellationToken).Reason);
    }

    [Theory]
    [InlineData("stem", "equal · f32[1, 32, 32, 32] · min 0 max ")]
    [InlineData("stem[0, 3, :2, ...]", "equal · f32[2, 32] · ")]
    [InlineData("image[0, -1, ::16, 4:6]", "f32[2, 2] · ")]
    [InlineData("stem - ref(stem)", "f64[1, 32, 32, 32] · min 0 max 0")]
    [InlineData("max(abs(diff(stem)))", "0")]
    [InlineData("count(stem) / 2 + 1", "16385")]
    [InlineData("wrong(stem) == 0", "1")]
    [InlineData("x/unit/a", "equal · f32[1, 32, 32, 32] · ")]
    [InlineData("`x/unit/a/relu`[0, 0]", "equal · f32[32, 32] · ")]
    [InlineData("worst(stem, 5)", "0 elements")]
    [InlineData("engine(tensor).semaphores", "7")]
    public void Expressions_are_the_languages(string expression, string beginning)
    {
        using var sessions = Sessions.Residual();
        StandAtLine(sessions, 11);
        var value = Evaluator.Evaluate(sessions.Session, expression);
        Assert.Null(value.Error);
        Assert.StartsWith(beginning, value.ToNode(expression).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("left[[", "Cannot read 'left[[': expected an index, as in left[0, 17, :, :].")]
    [InlineData("left", "Cannot read 'left': nothing is called 'left' here.")]
    [InlineData("stem[9]", "Cannot read 'stem[9]': index 9 of axis 0 is outside 0 to 0.")]
    [InlineData("stem[0, 0, 0, 0, 0]", "Cannot read 'stem[0, 0, 0, 0, 0]': 5 indices for [1, 32, 32, 32].")]
    [InlineData("stem/conv2d", "Cannot read 'stem/conv2d': 'stem/conv2d' is computed together with 'stem/relu', which alone has a tensor.")]
    [InlineData("head", "Cannot read 'head': 'head/dense' has not been computed yet.")]
    [InlineData("stem + image", "Cannot read 'stem + image': f32[1, 32, 32, 32] and f32[1, 3, 32, 32] have different shapes.")]
    [InlineData("engine(tensr).queues", "Cannot read 'engine(tensr).queues': no engine 'tensr'; engines: tensor, vector, scalar, gpsimd, sync.")]
    [InlineData("}", "Cannot read '}': expected one expression on one line.")]
    [InlineData("", "Type an expression, as in left[0, 17].")]
    public void What_cannot_be_read_says_why(string expression, string error)
    {
        using var sessions = Sessions.Residual();
        StandAtLine(sessions, 7);
        Assert.Equal(error, Evaluator.Evaluate(sessions.Session, expression).Error);
    }

    [Fact]
    public void Any_text_is_a_value_or_an_error()
    {
        using var sessions = Sessions.Residual();
        StandAtLine(sessions, 7);
        string[] words = ["stem", "image", "[", "]", "(", ")", ":", ",", "0", "-1", "1e9", "diff", "max", "worst", "/", "-", "...", "sbuf", "\"", "@", "|>", "not", "if", "`", "#", "é"];
        PropertySeed.ForEach(200, random =>
        {
            var text = string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 10)).Select(_ => words[random.Next(words.Length)]));
            var value = Evaluator.Evaluate(sessions.Session, text);
            Assert.True(value.Error is not null || value.ToNode(text).Value is not null);
        });
    }

    [Fact]
    public void Large_tensors_unfold_by_leading_axis_and_pages_are_cut_to_what_there_is()
    {
        var elements = new float[2 * 300 * 200];
        var tensor = new TensorNode("t", new ComparedTensor(NNLang.Tensors.Tensor.Of(new NNLang.Tensors.Shape(1, 2, 300, 200), elements), null));
        Assert.Equal(2, tensor.IndexedCount);
        var slice = tensor.Indexed(1, 100).Single();
        Assert.Equal(("[0, 1]", 300), (slice.Name, slice.IndexedCount));
        var row = slice.Indexed(299, 5).Single();
        Assert.Equal(("[0, 1, 299]", 200), (row.Name, row.IndexedCount));
        Assert.Equal(["[0, 1, 299, 198]", "[0, 1, 299, 199]"], row.Indexed(198, 10).Select(node => node.Name));
        Assert.Empty(row.Indexed(500, 10));
    }

    private static void StandAtLine(Sessions sessions, int line)
    {
        sessions.Session.Breakpoints = [new LayerBreakpoint(1, BreakpointTable.OnLine(sessions.Layers, line, out _))];
        Assert.Equal(StopReason.Breakpoint, sessions.Session.Continue(CancellationToken.None).Reason);
    }

    private static void Write(StringBuilder text, DebugNode row, string indentation, int depth)
    {
        text.Append(indentation).Append(row.Name).Append(" = ").Append(row.Value).Append('\n');
        if (depth > 0)
        {
            foreach (var child in row.Named().Concat(row.Indexed(0, 2)))
            {
                Write(text, child, indentation + "  ", depth - 1);
            }
        }
    }
}
