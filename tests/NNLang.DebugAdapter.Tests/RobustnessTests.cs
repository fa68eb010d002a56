using System.Diagnostics;
using NNLang.Testing;

namespace NNLang.DebugAdapter.Tests;

/// <summary>Requests in any order with any arguments: each is answered once, and the adapter still works.</summary>
public sealed class RobustnessTests
{
    private static readonly string Program = Repository.PathOf("examples/residual.nn");

    private static readonly string[] Commands =
    [
        "configurationDone", "threads", "stackTrace", "scopes", "variables", "evaluate", "next", "stepIn", "stepOut", "stepBack", "continue",
        "reverseContinue", "pause", "setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints", "exceptionInfo", "readMemory",
        "disassemble", "breakpointLocations", "restart", "terminate", "launch", "cancel", "nonsense", "initialize",
    ];

    private static readonly object?[] Arguments =
    [
        null, new { }, 3, "text", new { threadId = 1 }, new { threadId = -7 }, new { threadId = 1, granularity = "instruction" },
        new { frameId = 1 }, new { variablesReference = 1 }, new { variablesReference = 2, start = -5, count = 1_000_000_000 },
        new { expression = "stem[" }, new { source = new { path = Program }, breakpoints = new[] { new { line = 7 }, new { line = -1 } } },
        new { source = new { }, line = 3 }, new { breakpoints = new[] { new { name = "*" } } }, new { filters = new[] { "race", "?" } },
        new { memoryReference = "sbuf:99999999999", count = 1_000_000_000 }, new { memoryReference = "tensor:0", instructionOffset = -3, instructionCount = 9 },
        new { program = Program, mode = "run", stopOnEntry = true }, new { adapterID = "x", linesStartAt1 = false }, new { requestId = 1 },
    ];

    [Fact]
    public async Task Any_order_of_requests_is_answered_and_leaves_the_adapter_usable()
    {
        for (var round = 0; round < 6 * PropertySeed.Scale; round++)
        {
            var seed = unchecked(PropertySeed.Base + (round * 7919));
            var random = new Random(seed);
            await using var host = new AdapterHost();
            await host.LaunchAsync(new { program = Program, mode = "run", stopOnEntry = true });
            await host.Client.StoppedAsync();
            for (var i = 0; i < 60; i++)
            {
                if (random.Next(8) == 0)
                {
                    host.Client.SendText(random.Next(3) switch { 0 => "{", 1 => "[1, 2]", _ => """{"seq":"x","type":"request","command":7}""" });
                    continue;
                }

                var number = host.Client.Send(Commands[random.Next(Commands.Length)], Arguments[random.Next(Arguments.Length)]);
                try
                {
                    await host.Client.AnswerAsync(number);
                }
                catch (Exception failure)
                {
                    Assert.Fail($"Seed {seed}, request {i}: {failure.Message}\n{host.Logged}");
                }
            }

            Assert.Equal(6, (await host.Client.RequestAsync("threads")).GetProperty("threads").GetArrayLength());
            Assert.DoesNotContain("NullReferenceException", host.Logged, StringComparison.Ordinal);
            await host.Client.RequestAsync("disconnect");
            await host.Running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_leaves_nothing_running()
    {
        await using var host = new AdapterHost();
        await host.LaunchAsync(new { program = Program });
        await host.Client.EventAsync("progressStart");
        await host.DisposeAsync();
        Assert.True(host.Running.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_command_serves_on_its_standard_streams()
    {
        var nnc = Repository.PathOf("artifacts/bin/NNLang.Cli/release/nnc");
        Assert.True(File.Exists(nnc), $"{nnc} is absent: build NNLang.Cli first.");
        using var process = Process.Start(new ProcessStartInfo(nnc, "dap")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var client = new DebugClient(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        client.Start();
        await client.RequestAsync("initialize", new { adapterID = "nnlang" });
        client.Send("configurationDone");
        client.Send("launch", new { program = Program, faults = new[] { "lost_accumulate(every: 1, layer: \"x/unit/b/conv2d\")" } });
        Assert.Equal("Divergence in x/unit/b/batch_norm", DebugClient.Text(await client.StoppedAsync(), "description"));
        await client.RequestAsync("disconnect");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
