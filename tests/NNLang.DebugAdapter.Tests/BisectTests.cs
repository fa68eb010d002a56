using System.Text.Json;
using NNLang.Testing;

namespace NNLang.DebugAdapter.Tests;

/// <summary>F5 on a network: search, stop, look, step back, end.</summary>
public sealed class BisectTests
{
    private const string Fault = "stuck_bit(engine: tensor, column: 40, bit: 30, value: 1)";
    private static readonly string Program = Repository.PathOf("examples/residual.nn");

    [Fact]
    public async Task The_editor_lands_on_the_faulty_layer_and_sees_both_tensors()
    {
        await using var host = new AdapterHost();
        await host.LaunchAsync(new { program = Program, faults = new[] { Fault }, divergenceStop = "exception" });
        var client = host.Client;
        var stop = await client.StoppedAsync();
        Assert.Equal("exception", DebugClient.Text(stop, "reason"));
        Assert.Equal("Divergence in x/unit#2/a/relu", DebugClient.Text(stop, "description"));
        var thread = stop.GetProperty("threadId").GetInt32();

        var threads = (await client.RequestAsync("threads")).GetProperty("threads");
        Assert.Equal((6, thread), (threads.GetArrayLength(), threads[0].GetProperty("id").GetInt32()));

        var frames = (await client.RequestAsync("stackTrace", new { threadId = thread })).GetProperty("stackFrames");
        var names = frames.EnumerateArray().Select(frame => DebugClient.Text(frame, "name")).ToList();
        Assert.Equal(["layer x/unit#2/a/relu", "block unit @ x/unit#2", "network residual"], names[^3..]);
        Assert.Equal((Program, 6), (frames[0].GetProperty("source").GetProperty("path").GetString(), frames[0].GetProperty("line").GetInt32()));

        var scopes = (await client.RequestAsync("scopes", new { frameId = frames[0].GetProperty("id").GetInt32() })).GetProperty("scopes");
        var layer = await RowsAsync(client, scopes[0].GetProperty("variablesReference").GetInt32());
        Assert.Equal(["first wrong", "worst", "device", "reference", "difference", "computed together with"], layer.Select(row => DebugClient.Text(row, "name")));
        Assert.StartsWith("240 wrong · max ", DebugClient.Text(layer[2], "value"), StringComparison.Ordinal);

        var elements = (await client.RequestAsync("variables", new
        {
            variablesReference = layer[2].GetProperty("variablesReference").GetInt32(),
            filter = "indexed",
            start = 40 * 256,
            count = 2,
            format = new { hex = true },
        })).GetProperty("variables");
        Assert.Equal(["[0, 40, 0, 0]", "[0, 40, 0, 1]"], elements.EnumerateArray().Select(row => DebugClient.Text(row, "name")));
        Assert.Matches("^0x[0-9a-f]{8}$", DebugClient.Text(elements[0], "value"));

        var info = await client.RequestAsync("exceptionInfo", new { threadId = thread });
        Assert.Equal("Divergence in layer x/unit#2/a/relu", DebugClient.Text(info, "exceptionId"));
        Assert.Contains("Every wrong element lies in channel 40.", DebugClient.Text(info, "description"), StringComparison.Ordinal);

        await client.RequestAsync("stepBack", new { threadId = thread });
        Assert.Equal("step", DebugClient.Text(await client.StoppedAsync(), "reason"));

        // A question that crossed the step is about a frame that is gone: nothing is shown, least of all another frame or an error.
        Assert.Equal(0, (await client.RequestAsync("scopes", new { frameId = frames[0].GetProperty("id").GetInt32() })).GetProperty("scopes").GetArrayLength());
        Assert.Empty(await RowsAsync(client, scopes[0].GetProperty("variablesReference").GetInt32()));
        var moved = (await client.RequestAsync("stackTrace", new { threadId = thread })).GetProperty("stackFrames");
        Assert.True(moved[0].GetProperty("id").GetInt32() > frames.EnumerateArray().Max(frame => frame.GetProperty("id").GetInt32()));
        await client.RequestAsync("continue", new { threadId = thread });
        Assert.Equal(1, (await client.EventAsync("exited")).GetProperty("body").GetProperty("exitCode").GetInt32());
        await client.EventAsync("terminated");
        await client.RequestAsync("disconnect");
        await host.Running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(client.Count("progressStart"), client.Count("progressEnd"));
        Assert.True(client.Count("nnlang/probe") >= 5);
    }

    [Fact]
    public async Task A_clean_network_says_so_and_ends()
    {
        await using var host = new AdapterHost();
        await host.LaunchAsync(new { program = Program });
        Assert.Equal(0, (await host.Client.EventAsync("exited")).GetProperty("body").GetProperty("exitCode").GetInt32());
        await host.Client.EventAsync("terminated");
        Assert.Contains("No divergence: 29 layers equal to the reference (0 ULP), 1 target run.", host.Client.Console(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_bisection_ends_and_can_be_restarted()
    {
        await using var host = new AdapterHost();
        await host.LaunchAsync(new { program = Program, faults = new[] { Fault } });
        var progress = (await host.Client.EventAsync("progressStart")).GetProperty("body").GetProperty("progressId").GetString();
        await host.Client.RequestAsync("cancel", new { progressId = progress });
        var ended = await host.Client.EventAsync("terminated", "stopped");
        if (DebugClient.Text(ended, "event") == "terminated")
        {
            Assert.Contains("Cancelled after ", host.Client.Console(), StringComparison.Ordinal);
        }

        await host.Client.RequestAsync("restart");
        Assert.Equal("divergence", DebugClient.Text(await host.Client.StoppedAsync(), "reason"));
    }

    private static async Task<List<JsonElement>> RowsAsync(DebugClient client, int reference) =>
        [.. (await client.RequestAsync("variables", new { variablesReference = reference })).GetProperty("variables").EnumerateArray()];
}
