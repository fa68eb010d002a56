using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using NNLang.Protocol.Dap;
using NNLang.Protocol.Framing;
using NNLang.Protocol.Tests.Models;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Dap;

public sealed class DebugAdapterConnectionTests
{
    [Fact]
    public async Task AnEventOfARequestFollowsItsAnswer()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendAsync(Request(1, "initialize", """{"adapterID":"nnlang"}"""));
        var answer = await CheckedAsync(peer);
        Assert.True(answer.GetProperty("success").GetBoolean());
        Assert.Equal("""{"supportsStepBack":true}""", answer.GetProperty("body").GetRawText());
        var initialized = await CheckedAsync(peer);
        Assert.Equal("initialized", initialized.GetProperty("event").GetString());
        Assert.Equal([1, 2], new[] { answer, initialized }.Select(m => m.GetProperty("seq").GetInt32()));
    }

    [Fact]
    public async Task MistakesOfAClientAreAnsweredAndSurvived()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        Assert.Equal("This adapter does not know the command 'fly'.", await ErrorAsync(peer, Request(1, "fly")));
        Assert.StartsWith("The arguments of 'setBreakpoints' do not fit", await ErrorAsync(peer, Request(2, "setBreakpoints")), StringComparison.Ordinal);
        Assert.StartsWith("The arguments of 'setBreakpoints' do not fit", await ErrorAsync(peer, Request(3, "setBreakpoints", """{"source":7}""")), StringComparison.Ordinal);
        Assert.Equal("notStopped", await ErrorAsync(peer, Request(4, "stackTrace", """{"threadId":1}""")));
        Assert.Equal("'scopes' failed: a defect", await ErrorAsync(peer, Request(5, "scopes", """{"frameId":1}""")));
        await peer.SendAsync("{\"seq\":");
        await peer.SendAsync("[]");
        await peer.SendAsync("""{"seq":6,"type":"request"}""");
        await peer.SendAsync("""{"seq":7,"type":"response","request_seq":99,"success":true,"command":"runInTerminal"}""");
        await peer.SendAsync(Request(8, "threads"));
        Assert.Equal(8, (await CheckedAsync(peer)).GetProperty("request_seq").GetInt32());
    }

    [Fact]
    public async Task ALaunchKeepsItsArgumentsAsTheyCame()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        var text = await ErrorAsync(peer, Request(1, "launch", """{"program":"/x/none.nn","faults":[1]}"""));
        Assert.Equal("Cannot read the network: /x/none.nn does not exist {here}.", text);
    }

    [Fact]
    public async Task CancelReachesTheRequestAndTheProgress()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendAsync(Request(1, "evaluate", """{"expression":"forever"}"""));
        await peer.SendAsync(Request(2, "cancel", """{"requestId":1}"""));
        var answers = new[] { await CheckedAsync(peer), await CheckedAsync(peer) }.ToDictionary(m => m.GetProperty("request_seq").GetInt32());
        Assert.True(answers[2].GetProperty("success").GetBoolean());
        Assert.False(answers[1].GetProperty("success").GetBoolean());
        Assert.Equal("cancelled", answers[1].GetProperty("message").GetString());
        await peer.SendAsync(Request(3, "cancel", """{"progressId":"p1"}"""));
        await CheckedAsync(peer);
        Assert.Equal(["cancel p1"], adapter.Calls);
        await peer.SendAsync(Request(4, "cancel", """{"requestId":1}"""));
        Assert.True((await CheckedAsync(peer)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task TwoRequestsWithOneNumberAreToldApart()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendAsync(Request(1, "evaluate", """{"expression":"forever"}"""));
        Assert.Equal("A request numbered 1 is still being answered.", await ErrorAsync(peer, Request(1, "threads")));
    }

    [Fact]
    public async Task MessagesLeaveInOrderWithRisingNumbers()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        Parallel.For(0, 400, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
            adapter.Client.Send(DapEvents.Output, new OutputEventBody { Output = $"{i}\n", Category = "console" }));
        for (var i = 1; i <= 400; i++)
        {
            Assert.Equal(i, (await CheckedAsync(peer)).GetProperty("seq").GetInt32());
        }
    }

    [Fact]
    public async Task AReverseRequestIsAnswered()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        var arguments = new RunInTerminalRequestArguments { Cwd = "/", Args = ["ls"], Env = new Dictionary<string, string?> { ["A"] = null } };
        var asked = adapter.Client.RequestAsync(DapReverseRequests.RunInTerminal, arguments, TestContext.Current.CancellationToken);
        var request = await CheckedAsync(peer);
        await peer.SendAsync($$$"""{"seq":1,"type":"response","request_seq":{{{request.GetProperty("seq")}}},"success":true,"command":"runInTerminal","body":{"processId":12}}""");
        Assert.Equal(12, (await RawPeer.Within(asked)).ProcessId);
        asked = adapter.Client.RequestAsync(DapReverseRequests.RunInTerminal, arguments, TestContext.Current.CancellationToken);
        request = await CheckedAsync(peer);
        await peer.SendAsync($$$"""{"seq":2,"type":"response","request_seq":{{{request.GetProperty("seq")}}},"success":false,"command":"runInTerminal","message":"no terminal"}""");
        Assert.Equal("no terminal", (await Assert.ThrowsAsync<DebugRequestException>(() => RawPeer.Within(asked))).Message);
    }

    [Fact]
    public async Task DisconnectIsAnsweredBeforeTheConnectionEnds()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendAsync(Request(1, "evaluate", """{"expression":"forever"}"""));
        await peer.SendAsync(Request(2, "disconnect", "{}"));
        var answer = await CheckedAsync(peer);
        Assert.Equal(2, answer.GetProperty("request_seq").GetInt32());
        Assert.Null(await RawPeer.Within(adapter.Running));
    }

    [Fact]
    public async Task ALostClientCancelsWhatRuns()
    {
        var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendAsync(Request(1, "threads"));
        await peer.NextAsync();
        var asked = adapter.Client.RequestAsync(
            DapReverseRequests.RunInTerminal, new RunInTerminalRequestArguments { Cwd = "/", Args = [] }, TestContext.Current.CancellationToken);
        await peer.SendAsync(Request(2, "evaluate", """{"expression":"forever"}"""));
        await peer.DisposeAsync();
        await RawPeer.Within(adapter.Running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RawPeer.Within(asked));
        adapter.Client.Send(DapEvents.Initialized, null);
    }

    [Fact]
    public async Task ABrokenFrameEndsTheConnectionWithAnExplanation()
    {
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        await peer.SendBytesAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        var failure = await RawPeer.Within(adapter.Running);
        Assert.Equal("Expected a header such as 'Content-Length: 120', got 'GET / HTTP/1.1'.", failure?.Message);
    }

    [Fact]
    public async Task HostileMessagesAreSurvived()
    {
        var random = new Random(PropertySeed.Base);
        await using var peer = new RawPeer();
        await using var adapter = new Adapter(peer);
        var seeds = new[]
        {
            Request(1, "threads"), Request(2, "stackTrace", """{"threadId":1}"""), Request(3, "setBreakpoints", """{"source":{"path":"p"},"breakpoints":[{"line":1}]}"""),
            Request(4, "cancel", """{"requestId":1,"progressId":"p"}"""), """{"seq":5,"type":"response","request_seq":1,"success":true,"command":"x"}""",
            """{"seq":1,"type":"event","event":"stopped"}""", "[]", "null", "3", "{}", "\"\\ud800\"", """{"seq":1,"type":"\ud800","command":"\udc00"}""", new string('[', 3000),
        };
        for (var i = 0; i < 600 * PropertySeed.Scale; i++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var edits = random.Next(4); edits > 0 && text.Length > 2; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0: text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at)); break;
                    case 1: text.Insert(at, "{}[]\",:0-"[random.Next(9)]); break;
                    case 2: text.Replace("\"seq\":", "\"seq\":99999999999"); break;
                    default: text.Insert(at, "\u0000"); break;
                }
            }

            await peer.SendAsync(text.ToString());
        }

        await peer.SendAsync(Request(987654, "threads"));
        var answer = await peer.NextAsync(m => m.TryGetProperty("request_seq", out var seq) && seq.GetInt32() == 987654);
        Assert.True(answer.GetProperty("success").GetBoolean(), $"seed {PropertySeed.Base}: {answer}");
    }

    private static string Request(int seq, string command, string? arguments = null) =>
        $$$"""{"seq":{{{seq}}},"type":"request","command":"{{{command}}}"{{{(arguments is null ? "" : $",\"arguments\":{arguments}")}}}}""";

    private static async Task<JsonElement> CheckedAsync(RawPeer peer)
    {
        var message = await peer.NextAsync();
        DapSchema.Shared.CheckMessage(message);
        return message;
    }

    private static async Task<string> ErrorAsync(RawPeer peer, string message)
    {
        await peer.SendAsync(message);
        var answer = await CheckedAsync(peer);
        Assert.False(answer.GetProperty("success").GetBoolean());
        return answer.GetProperty("message").GetString()!;
    }


    private sealed class Adapter : IAsyncDisposable
    {
        private readonly DebugAdapterConnection connection;

        public Adapter(RawPeer peer)
        {
            connection = new DebugAdapterConnection(peer.Server, peer.Server, Handlers, Log.Enqueue);
            Running = connection.RunAsync(TestContext.Current.CancellationToken);
        }

        public Task<FramingException?> Running { get; }

        public IDebugClient Client => connection;

        public ConcurrentQueue<string> Calls { get; } = new();

        public ConcurrentQueue<string> Log { get; } = new();

        public async ValueTask DisposeAsync()
        {
            connection.Close();
            await RawPeer.Within(Running);
            await connection.DisposeAsync();
        }

        private DebugAdapterHandlers Handlers(IDebugClient client) => new DebugAdapterHandlers()
            .On(DapRequests.Initialize, (_, request) =>
            {
                request.AfterResponse(() => client.Send(DapEvents.Initialized, null));
                return new Capabilities { SupportsStepBack = true };
            })
            .On(DapRequests.Launch, Nothing? (arguments, _) =>
                throw new DebugRequestException(3001, $"Cannot read the network: {arguments.GetProperty("program")} does not exist {{here}}.", showUser: true))
            .On(DapRequests.SetBreakpoints, (arguments, _) => new SetBreakpointsResponseBody
            {
                Breakpoints = [.. (arguments.Breakpoints ?? []).Select(b => new Breakpoint { Verified = true, Line = b.Line })],
            })
            .On(DapRequests.Threads, (_, _) => new ThreadsResponseBody { Threads = [new DebugThread { Id = 1, Name = "tensor engine" }] })
            .On(DapRequests.StackTrace, StackTraceResponseBody (_, _) => throw DebugRequestException.NotStopped())
            .On(DapRequests.Scopes, ScopesResponseBody (_, _) => throw new InvalidOperationException("a defect"))
            .On(DapRequests.Evaluate, async (_, request) =>
            {
                await Task.Delay(Timeout.Infinite, request.Cancellation);
                return new EvaluateResponseBody { Result = "", VariablesReference = 0 };
            })
            .On(DapRequests.Disconnect, Nothing? (_, _) => null)
            .OnCancelProgress(id => Calls.Enqueue($"cancel {id}"));
    }
}
