using System.Text.Json;
using NNLang.Testing;

namespace NNLang.DebugAdapter.Tests;

/// <summary>Programs that go wrong without a wrong tensor: a wait that the compiler left out is a race, and a race stops the session.</summary>
public sealed class HazardTests
{
    private const string Fault = "missing_wait(pass: \"emit\", layer: \"x/unit#2/b/conv2d\")";
    private static readonly string Program = Repository.PathOf("examples/residual.nn");

    private static async Task<DebugClient> StartAsync(AdapterHost host, params string[] filters)
    {
        await host.Client.RequestAsync("initialize", new { adapterID = "nnlang" });
        await host.Client.RequestAsync("setExceptionBreakpoints", new { filters });
        var launch = host.Client.Send("launch", new { program = Program, mode = "run", faults = new[] { Fault } });
        host.Client.Send("configurationDone");
        Assert.True((await host.Client.AnswerAsync(launch)).GetProperty("success").GetBoolean());
        return host.Client;
    }

    [Fact]
    public async Task A_race_stops_where_it_happens_and_says_between_what()
    {
        await using var host = new AdapterHost();
        var client = await StartAsync(host, "race", "divergence", "uninitialised", "bounds");
        var stop = await client.StoppedAsync();
        Assert.Equal(("exception", "Race"), (DebugClient.Text(stop, "reason"), DebugClient.Text(stop, "description")));
        var thread = stop.GetProperty("threadId").GetInt32();
        var info = await client.RequestAsync("exceptionInfo", new { threadId = thread });
        Assert.Equal("Race in layer x/unit#2/b/batch_norm", DebugClient.Text(info, "exceptionId"));
        Assert.Matches(@"^Race of \w+ \d+ and \w+ \d+ on sbuf partition \d+ byte \d+\.$", DebugClient.Text(info, "description"));
        var frames = (await client.RequestAsync("stackTrace", new { threadId = thread })).GetProperty("stackFrames");
        Assert.Equal("network residual", DebugClient.Text(frames[frames.GetArrayLength() - 1], "name"));

        // Everything is told once; then the program ends.
        var stops = 1;
        await client.RequestAsync("continue", new { threadId = thread });
        for (var next = await client.EventAsync("stopped", "exited"); ; next = await client.EventAsync("stopped", "exited"))
        {
            if (DebugClient.Text(next, "event") == "exited")
            {
                Assert.Equal(1, next.GetProperty("body").GetProperty("exitCode").GetInt32());
                break;
            }

            // A race may have made a tensor wrong: that stops, too.
            Assert.Contains(DebugClient.Text(next.GetProperty("body"), "reason"), new[] { "exception", "divergence" });
            Assert.InRange(++stops, 2, 100);
            await client.RequestAsync("continue", new { threadId = thread });
        }

        Assert.Contains("hazard: race of ", client.Console(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_is_off_stops_nothing_but_the_end_tells()
    {
        await using var host = new AdapterHost();
        var client = await StartAsync(host, "bounds");
        var ended = await client.EventAsync("stopped", "exited");
        Assert.Equal("exited", DebugClient.Text(ended, "event"));
        Assert.Equal(1, ended.GetProperty("body").GetProperty("exitCode").GetInt32());
        Assert.Contains("hazard: race of ", client.Console(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_is_announced_is_answered_and_it_is()
    {
        await using var host = new AdapterHost();
        var capabilities = await host.Client.RequestAsync("initialize", new { adapterID = "nnlang" });
        foreach (var (flag, command) in new[]
        {
            ("supportsDataBreakpoints", "dataBreakpointInfo"), ("supportsInstructionBreakpoints", "setInstructionBreakpoints"),
            ("supportsSetVariable", "setVariable"), ("supportsSetExpression", "setExpression"), ("supportsCompletionsRequest", "completions"),
            ("supportsGotoTargetsRequest", "gotoTargets"), ("supportsRestartFrame", "restartFrame"), ("supportsWriteMemoryRequest", "writeMemory"),
            ("supportsLoadedSourcesRequest", "loadedSources"), ("supportsModulesRequest", "modules"), ("supportsStepInTargetsRequest", "stepInTargets"),
            ("supportsReadMemoryRequest", "readMemory"), ("supportsDisassembleRequest", "disassemble"), ("supportsExceptionInfoRequest", "exceptionInfo"),
            ("supportsBreakpointLocationsRequest", "breakpointLocations"), ("supportsFunctionBreakpoints", "setFunctionBreakpoints"),
        })
        {
            var announced = capabilities.TryGetProperty(flag, out var value) && value.ValueKind == JsonValueKind.True;
            var answer = await host.Client.AnswerAsync(host.Client.Send(command, new { }));
            var unknown = answer.GetProperty("success").GetBoolean() is false && DebugClient.Text(answer, "message")!.Contains("does not know the command", StringComparison.Ordinal);
            Assert.True(announced != unknown, $"{flag} is {announced}, but '{command}' answers {answer}");
        }
    }
}
