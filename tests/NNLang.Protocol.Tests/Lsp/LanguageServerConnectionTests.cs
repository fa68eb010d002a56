using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using NNLang.Protocol.Extensions;
using NNLang.Protocol.Lsp;
using NNLang.Protocol.Tests.Models;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Lsp;

public sealed class LanguageServerConnectionTests
{
    private const string Initialize = """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}""";

    [Fact]
    public async Task InitializeShutdownAndExitEndWithZero()
    {
        await using var peer = new RawPeer();
        await using var server = new Server(peer);
        await peer.SendAsync(Initialize);
        var answer = await peer.NextAsync();
        Assert.Equal("""{"capabilities":{"hoverProvider":true},"serverInfo":{"name":"test"}}""", answer.GetProperty("result").GetRawText());
        LspModel.Shared.CheckResult("initialize", answer.GetProperty("result"));
        await peer.SendAsync("""{"jsonrpc":"2.0","id":"last","method":"shutdown"}""");
        answer = await peer.NextAsync();
        Assert.Equal("last", answer.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("result").ValueKind);
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"exit"}""");
        Assert.Equal(0, await RawPeer.Within(server.Running));
    }

    [Fact]
    public async Task AClientThatSaysExitAndLeavesAtOnceIsHeard()
    {
        byte[] everything =
        [
            .. RawPeer.Frame(Initialize), .. RawPeer.Frame("""{"jsonrpc":"2.0","id":1,"method":"shutdown"}"""),
            .. RawPeer.Frame("""{"jsonrpc":"2.0","method":"exit"}"""),
        ];
        for (var i = 0; i < 200; i++)
        {
            await using var server = new Server(new MemoryStream(everything), new MemoryStream());
            Assert.Equal(0, await RawPeer.Within(server.Running));
        }
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\",\"params\":null}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\",\"params\":{}}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\",\"params\":[]}")]
    public async Task NoParametersMayBeWrittenInAnyWay(string shutdown)
    {
        await using var peer = new RawPeer();
        await using var server = new Server(peer);
        await peer.SendAsync(Initialize);
        await peer.NextAsync();
        await peer.SendAsync(shutdown);
        var answer = await peer.NextAsync();
        Assert.True(answer.TryGetProperty("result", out _), answer.ToString());
    }

    [Fact]
    public async Task ExitWithoutShutdownAndALostClientEndWithOne()
    {
        await using (var peer = new RawPeer())
        {
            await using var server = new Server(peer);
            await peer.SendAsync("""{"jsonrpc":"2.0","method":"exit"}""");
            Assert.Equal(1, await RawPeer.Within(server.Running));
        }

        var lost = new RawPeer();
        await using var orphan = new Server(lost);
        await lost.SendAsync(Initialize);
        await lost.DisposeAsync();
        Assert.Equal(1, await RawPeer.Within(orphan.Running));
    }

    [Fact]
    public async Task TheLifeCycleIsKept()
    {
        await using var peer = new RawPeer();
        await using var server = new Server(peer);
        Assert.Equal((int)ErrorCodes.ServerNotInitialized, await ErrorAsync(peer, Hover(1)));
        await peer.SendAsync(Initialize);
        await peer.NextAsync();
        Assert.Equal((int)ErrorCodes.InvalidRequest, await ErrorAsync(peer, Initialize));
        await peer.SendAsync("""{"jsonrpc":"2.0","id":9,"method":"shutdown"}""");
        await peer.NextAsync();
        Assert.Equal((int)ErrorCodes.InvalidRequest, await ErrorAsync(peer, Hover(2)));
    }

    [Fact]
    public async Task MistakesOfAClientAreAnsweredAndSurvived()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        Assert.Equal((int)ErrorCodes.MethodNotFound, await ErrorAsync(peer, """{"jsonrpc":"2.0","id":1,"method":"nnlang/none","params":{}}"""));
        Assert.Equal((int)ErrorCodes.ParseError, await ErrorAsync(peer, "{\"jsonrpc\":"));
        Assert.Equal((int)ErrorCodes.InvalidParams, await ErrorAsync(peer, """{"jsonrpc":"2.0","id":2,"method":"textDocument/hover"}"""));
        Assert.Equal((int)ErrorCodes.InvalidParams, await ErrorAsync(peer, """{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":{"position":5}}"""));
        Assert.Equal((int)ErrorCodes.InvalidRequest, await ErrorAsync(peer, """{"jsonrpc":"2.0"}"""));
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"$/unknown","params":{}}""");
        await peer.SendAsync("""{"jsonrpc":"2.0","id":77,"result":5}""");
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"wrong":1}}""");
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":4711}}""");
        Assert.Equal("hover 4", await HoverAsync(peer, 4));
    }

    [Fact]
    public async Task AFailingHandlerFailsItsRequestOnly()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        Assert.Equal((int)ErrorCodes.InternalError, await ErrorAsync(peer, Position(1, "textDocument/definition")));
        Assert.Contains(server.Log, line => line.Contains("a defect", StringComparison.Ordinal));
        Assert.Equal((int)LspErrorCodes.ContentModified, await ErrorAsync(peer, """{"jsonrpc":"2.0","id":1,"method":"textDocument/codeLens","params":{"textDocument":{"uri":"u"}}}"""));
        Assert.Equal("hover 2", await HoverAsync(peer, 2));
    }

    [Fact]
    public async Task CancelIsHonouredWhileTheRequestRuns()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        await peer.SendAsync("""{"jsonrpc":"2.0","id":5,"method":"textDocument/formatting","params":{"textDocument":{"uri":"u"},"options":{"tabSize":2,"insertSpaces":true}}}""");
        Assert.Equal("hover 6", await HoverAsync(peer, 6));
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":5}}""");
        var answer = await peer.NextAsync();
        Assert.Equal(5, answer.GetProperty("id").GetInt32());
        Assert.Equal((int)LspErrorCodes.RequestCancelled, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task HandlersAreCalledInTheOrderOfArrival()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        var bytes = new List<byte>();
        for (var i = 0; i < 500; i++)
        {
            bytes.AddRange(RawPeer.Frame(i % 3 == 0
                ? Hover(1000 + i)
                : $$$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"u","version":{{{i}}}},"contentChanges":[]}}"""));
        }

        await peer.SendBytesAsync(bytes.ToArray());
        for (var i = 0; i < 500; i += 3)
        {
            await peer.NextAsync();
        }

        Assert.Equal("hover 6", await HoverAsync(peer, 6));
        var expected = Enumerable.Range(0, 500).Select(i => i % 3 == 0 ? $"hover {1000 + i}" : $"change {i}");
        Assert.Equal(expected.Append("hover 6"), server.Calls);
    }

    [Fact]
    public async Task TheServerSpeaksInOrderAndAsTheModelSays()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        for (var i = 0; i < 100; i++)
        {
            server.Client.Notify(LspNotifications.PublishDiagnostics, new PublishDiagnosticsParams { Uri = "u", Version = i, Diagnostics = [] });
        }

        for (var i = 0; i < 100; i++)
        {
            var message = await peer.NextAsync();
            Assert.Equal(i, message.GetProperty("params").GetProperty("version").GetInt32());
            LspModel.Shared.CheckParameters("textDocument/publishDiagnostics", message.GetProperty("params"));
        }

        server.Client.Notify(LspNotifications.Exit, null);
        var bare = await peer.NextAsync();
        Assert.False(bare.TryGetProperty("params", out _), bare.ToString());

        var asked = server.Client.RequestAsync(
            LspRequests.ShowDocument, new ShowDocumentParams { Uri = "u", TakeFocus = true }, TestContext.Current.CancellationToken);
        var request = await peer.NextAsync();
        LspModel.Shared.CheckParameters("window/showDocument", request.GetProperty("params"));
        Assert.Equal("""{"uri":"u","takeFocus":true}""", request.GetProperty("params").GetRawText());
        await peer.SendAsync($$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id")}}},"result":{"success":true}}""");
        Assert.True((await RawPeer.Within(asked)).Success);

        var refreshed = server.Client.RequestAsync(LspRequests.InlayHintRefresh, null, TestContext.Current.CancellationToken);
        request = await peer.NextAsync();
        await peer.SendAsync($$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id")}}},"error":{"code":-32601,"message":"unknown here"}}""");
        var failure = await Assert.ThrowsAsync<ResponseException>(() => RawPeer.Within(refreshed));
        Assert.Equal((int)ErrorCodes.MethodNotFound, failure.Code);
    }

    [Fact]
    public async Task AMessageOfAnotherContextNeedsNoAnnouncement()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        server.Client.Notify(ExtensionNotifications.ScheduleChanged, new ScheduleChangedParams("file:///ä→.nn", 3));
        var message = await peer.NextAsync();
        Assert.Equal("nnlang/scheduleChanged", message.GetProperty("method").GetString());
        Assert.Equal("file:///ä→.nn", message.GetProperty("params").GetProperty("uri").GetString());
        Assert.Equal(3, message.GetProperty("params").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task ARequestToAClientThatLeavesEndsCancelled()
    {
        var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        var asked = server.Client.RequestAsync(LspRequests.InlayHintRefresh, null, TestContext.Current.CancellationToken);
        await peer.NextAsync();
        await peer.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RawPeer.Within(asked));
        Assert.Equal(1, await RawPeer.Within(server.Running));
        server.Client.Notify(LspNotifications.LogMessage, new LogMessageParams { Message = "late", Type = MessageType.Info });
    }

    [Fact]
    public async Task ABrokenFrameEndsTheConnectionWithAnExplanation()
    {
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        await peer.SendBytesAsync("Content-Length: 99999999999\r\n\r\n"u8.ToArray());
        Assert.Equal(1, await RawPeer.Within(server.Running));
        Assert.Contains("A message of 99999999999 bytes is announced; at most 67108864 are accepted.", server.Log);
    }

    [Fact]
    public async Task HostileMessagesAreSurvived()
    {
        var random = new Random(PropertySeed.Base);
        await using var peer = new RawPeer();
        await using var server = await Server.ReadyAsync(peer);
        var seeds = new[]
        {
            Hover(1), Position(2, "textDocument/definition"), Initialize, """{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"u","version":1},"contentChanges":[{"text":"x"}]}}""",
            """{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}""", """{"jsonrpc":"2.0","id":3,"result":null}""", """{"jsonrpc":"2.0","id":4,"error":{"code":1,"message":"m"}}""",
            "[]", "[" + Hover(5) + "]", "null", "3", "{}", "\"\\ud800\"", new string('[', 3000),
        };
        for (var i = 0; i < 400 * PropertySeed.Scale; i++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var edits = random.Next(4); edits > 0 && text.Length > 2; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(5))
                {
                    case 0: text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at)); break;
                    case 1: text.Insert(at, "{}[]\",:0-"[random.Next(9)]); break;
                    case 2: text.Replace("\"id\":", "\"id\":[", 0, text.Length); break;
                    case 3: text.Replace("2.0", "1.0"); break;
                    default: text.Replace("shutdown", "x").Insert(at, "\u0000"); break;
                }
            }

            var message = text.ToString();
            if (!message.Contains("\"shutdown\"", StringComparison.Ordinal) && !message.Contains("\"exit\"", StringComparison.Ordinal))
            {
                await peer.SendAsync(message);
            }
        }

        await peer.SendAsync(Hover(987654));
        var answer = await peer.NextAsync(m => m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetInt32() == 987654);
        Assert.True(answer.TryGetProperty("result", out _), $"seed {PropertySeed.Base}: {answer}");
    }

    private static string Position(int id, string method) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{"textDocument":{"uri":"u"},"position":{"character":0,"line":{{{id}}} } } }""";

    private static string Hover(int id) => Position(id, "textDocument/hover");

    private static async Task<string?> HoverAsync(RawPeer peer, int id)
    {
        await peer.SendAsync(Hover(id));
        var answer = await peer.NextAsync(m => m.TryGetProperty("id", out var found) && found.ValueKind == JsonValueKind.Number && found.GetInt32() == id);
        LspModel.Shared.CheckResult("textDocument/hover", answer.GetProperty("result"));
        return answer.GetProperty("result").GetProperty("contents").GetProperty("value").GetString();
    }

    private static async Task<int> ErrorAsync(RawPeer peer, string message)
    {
        await peer.SendAsync(message);
        var answer = await peer.NextAsync();
        Assert.True(answer.TryGetProperty("error", out var error), $"expected an error, got {answer}");
        Assert.NotEqual("", error.GetProperty("message").GetString());
        return error.GetProperty("code").GetInt32();
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly LanguageServerConnection connection;

        public Server(RawPeer peer)
            : this(peer.Server, peer.Server)
        {
        }

        public Server(Stream input, Stream output)
        {
            connection = new LanguageServerConnection(input, output, Handlers, Log.Enqueue);
            Running = connection.RunAsync(TestContext.Current.CancellationToken);
        }

        public Task<int> Running { get; }

        public ILanguageClient Client => connection;

        public ConcurrentQueue<string> Calls { get; } = new();

        public ConcurrentQueue<string> Log { get; } = new();

        public static async Task<Server> ReadyAsync(RawPeer peer)
        {
            var server = new Server(peer);
            await peer.SendAsync(Initialize);
            await peer.NextAsync();
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await RawPeer.Within(Running);
        }

        private LanguageServerHandlers Handlers(ILanguageClient client) => new LanguageServerHandlers()
            .OnRequest(LspRequests.Initialize, (_, _) => Task.FromResult(new InitializeResult
            {
                Capabilities = new ServerCapabilities { HoverProvider = true },
                ServerInfo = new ServerInfo { Name = "test" },
            }))
            .OnRequest(LspRequests.Hover, async (p, _) =>
            {
                Calls.Enqueue($"hover {p.Position.Line}");
                await Task.Yield();
                return (Hover?)new Hover { Contents = new MarkupContent { Kind = MarkupKind.PlainText, Value = $"hover {p.Position.Line}" } };
            })
            .OnRequest(LspRequests.Definition, (_, _) => throw new InvalidOperationException("a defect"))
            .OnRequest(LspRequests.CodeLens, (_, _) => throw ResponseException.ContentModified())
            .OnRequest(LspRequests.DocumentFormatting, async (_, cancel) =>
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return null;
            })
            .OnNotification(LspNotifications.DidChangeTextDocument, p => Calls.Enqueue($"change {p.TextDocument.Version}"))
            .OnNotification(LspNotifications.DidOpenTextDocument, p => Calls.Enqueue($"open {p.TextDocument.Uri}"));
    }
}
