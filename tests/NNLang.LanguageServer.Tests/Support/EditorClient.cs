using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NNLang.LanguageServer.Tests.Support;

/// <summary>An editor at the other end of a pair of pipes: it knows frames and JSON, and nothing of the server's types.</summary>
internal sealed class EditorClient : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly Stream _output;
    private readonly Stream _input;
    private readonly Dictionary<int, TaskCompletionSource<JsonNode>> _pending = [];
    private readonly List<JsonNode> _received = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _id;

    public EditorClient()
    {
        _output = _toServer.Writer.AsStream();
        _input = _toClient.Reader.AsStream();
        Log = [];
        ExitCode = Task.Run(() => LanguageServer.RunAsync(
            _toServer.Reader.AsStream(), _toClient.Writer.AsStream(), null, Log.Add, TestContext.Current.CancellationToken));
        _ = Task.Run(ReadAsync);
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public List<string> Log { get; }

    /// <summary>Completes when the server has ended.</summary>
    public Task<int> ExitCode { get; }

    public async Task<JsonNode> InitializeAsync(string capabilities = "{}")
    {
        var answer = await RequestAsync("initialize", $$"""{"processId":1,"rootUri":null,"capabilities":{{capabilities}}}""");
        Notify("initialized", "{}");
        return answer["result"]!;
    }

    public void Open(string uri, string text) => Notify(
        "textDocument/didOpen",
        new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["languageId"] = "nnlang", ["version"] = 1, ["text"] = text } }.ToJsonString());

    public void Notify(string method, string parameters) => Send($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""");

    public async Task<JsonNode> RequestAsync(string method, string parameters)
    {
        var id = Interlocked.Increment(ref _id);
        var completion = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _pending[id] = completion;
        }

        Send($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        return await completion.Task.WaitAsync(Patience);
    }

    /// <summary>Waits for a notification or a request of the server's, one already received included.</summary>
    public async Task<JsonNode> WaitAsync(string method, Func<JsonNode, bool> wanted)
    {
        var from = 0;
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                for (; from < _received.Count; from++)
                {
                    if (_received[from]["method"]?.GetValue<string>() == method && wanted(_received[from]["params"]!))
                    {
                        return _received[from]["params"]!;
                    }
                }

                arrival = _arrived.Task;
            }

            await arrival.WaitAsync(Patience);
        }
    }

    public void Send(string json) => SendRaw($"Content-Length: {Encoding.UTF8.GetByteCount(json).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{json}");

    public void SendRaw(string text)
    {
        lock (_gate)
        {
            _output.Write(Encoding.UTF8.GetBytes(text));
            _output.Flush();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _output.Close();
        await ExitCode.WaitAsync(Patience);
    }

    private async Task ReadAsync()
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (await _input.ReadAsync(one) > 0)
        {
            header.Append((char)one[0]);
            if (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                continue;
            }

            var line = header.ToString().Split("\r\n").First(text => text.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase));
            header.Clear();
            var body = new byte[int.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)];
            await _input.ReadExactlyAsync(body);
            Take(JsonNode.Parse(body)!);
        }
    }

    private void Take(JsonNode message)
    {
        if (message["method"] is not null && message["id"] is not null)
        {
            Send($$"""{"jsonrpc":"2.0","id":{{message["id"]!.ToJsonString()}},"result":null}""");
        }

        TaskCompletionSource<JsonNode>? waiting = null;
        TaskCompletionSource? arrived = null;
        lock (_gate)
        {
            if (message["method"] is null && message["id"] is { } id && id.GetValueKind() == JsonValueKind.Number)
            {
                _pending.Remove(id.GetValue<int>(), out waiting);
            }
            else
            {
                _received.Add(message);
                (arrived, _arrived) = (_arrived, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        waiting?.TrySetResult(message);
        arrived?.TrySetResult();
    }
}
