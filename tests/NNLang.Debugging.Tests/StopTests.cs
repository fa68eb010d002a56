using NNLang.Debugging.Inspection;
using NNLang.Debugging.Running;

namespace NNLang.Debugging.Tests;

/// <summary>What stops a run: breakpoints, conditions, hit counts, divergences.</summary>
public sealed class StopTests
{
    private const string Fault = "stuck_bit(engine: tensor, column: 40, bit: 30, value: 1)";

    [Theory]
    [InlineData(7, "x/unit/b/batch_norm")]
    [InlineData(9, "x/unit#2/skip/batch_norm")]
    [InlineData(20, "head/global_avg_pool")]
    public void A_line_stops_at_its_first_layer(int line, string layer)
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        session.Breakpoints = [new LayerBreakpoint(1, BreakpointTable.OnLine(sessions.Layers, line, out _))];
        var stop = session.Continue(CancellationToken.None);
        Assert.Equal((StopReason.Breakpoint, "Layer " + layer), (stop.Reason, stop.Description));
        Assert.Contains(FrameBuilder.Of(session, session.Focus.Engine), frame => frame.Name == "layer " + layer && frame.Place?.Line == line);
    }

    [Theory]
    [InlineData(1, "no layer on this line; next is line 6")]
    [InlineData(22, "no layer on this line or below")]
    public void A_line_without_a_layer_says_where_the_next_is(int line, string problem)
    {
        using var sessions = Sessions.Residual();
        Assert.Empty(BreakpointTable.OnLine(sessions.Layers, line, out var said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData("softmax", 1)]
    [InlineData("x/*#2/skip/*", 2)]
    [InlineData("*relu", 7)]
    [InlineData("nothing", 0)]
    public void A_name_means_paths_with_stars_or_an_operator(string name, int count)
    {
        using var sessions = Sessions.Residual();
        Assert.Equal(count, BreakpointTable.Named(sessions.Layers, name, out _).Length);
    }

    [Theory]
    [InlineData("3", new[] { 3 })]
    [InlineData(">= 2", new[] { 2, 3, 4 })]
    [InlineData("% 2", new[] { 2, 4 })]
    public void Hit_counts_choose_hits(string text, int[] hits) =>
        Assert.Equal(hits, Enumerable.Range(1, 4).Where(HitCondition.Parse(text)!.Stops));

    [Theory]
    [InlineData("max(abs(diff)) > 0", StopReason.End)]
    [InlineData("max(device) > 0", StopReason.Breakpoint)]
    [InlineData("nonsense(", StopReason.Breakpoint)]
    public void A_condition_speaks_of_the_layers_tensor(string condition, StopReason expected)
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        session.Breakpoints = [new LayerBreakpoint(1, BreakpointTable.OnLine(sessions.Layers, 7, out _)) { Condition = condition }];
        Assert.Equal(expected, session.Continue(CancellationToken.None).Reason);
    }

    [Fact]
    public void A_text_is_printed_and_nothing_stops()
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        var said = new List<string>();
        session.Logged = (text, _) => said.Add(text);
        session.Breakpoints = [new LayerBreakpoint(1, BreakpointTable.OnLine(sessions.Layers, 7, out _)) { LogMessage = "{count(device)} {nope}" }];
        Assert.Equal(StopReason.End, session.Continue(CancellationToken.None).Reason);
        Assert.Equal(3, said.Count);
        Assert.Equal("32768 Cannot read 'nope': nothing is called 'nope' here.", said[0]);
    }

    [Fact]
    public void Only_the_first_wrong_layer_stops_a_run()
    {
        using var sessions = Sessions.Residual(Fault);
        var session = sessions.Session;
        var stop = session.Continue(CancellationToken.None);
        Assert.Equal((StopReason.Divergence, "Divergence in x/unit#2/a/relu"), (stop.Reason, stop.Description));
        Assert.StartsWith("240 of 16,384 elements differ.", stop.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_stands_where_it_was_and_goes_on()
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        Assert.Equal(StopReason.Pause, session.Continue(new CancellationToken(canceled: true)).Reason);
        Assert.Equal(StopReason.End, session.Continue(CancellationToken.None).Reason);
    }
}
