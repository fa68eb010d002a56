using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace NNLang.DebugAdapter.Tests;

/// <summary>
/// A small client of the Debug Adapter Protocol on a pair of streams. It keeps what comes in order; everything that it waits for ends with an
/// error after <see cref="Patience"/>, so that no test hangs.
/// </summary>
internal sealed class DebugClient(Stream input, Stream output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Channel<JsonElement> _received = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _kept = [];
    private int _sequence;

    /// <summary>Ends when the adapter closes its stream.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    public void Start() => Reading = Task.Run(ReadAsync);

    public int Send(string command, object? arguments = null)
    {
        var number = ++_sequence;
        SendText(JsonSerializer.Serialize(new { seq = number, type = "request", command, arguments }));
        return number;
    }

    public void SendText(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        output.Write([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
        output.Flush();
    }

    public async Task<JsonElement> AnswerAsync(int number) =>
        await NextAsync(message => Text(message, "type") == "response" && message.GetProperty("request_seq").GetInt32() == number);

    /// <summary>A request and its body; fails the test where the adapter refuses it.</summary>
    public async Task<JsonElement> RequestAsync(string command, object? arguments = null)
    {
        var answer = await AnswerAsync(Send(command, arguments));
        Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString());
        return answer.TryGetProperty("body", out var body) ? body : default;
    }

    /// <summary>A request that must be refused, and the text of the refusal.</summary>
    public async Task<string> RefusalAsync(string command, object? arguments = null)
    {
        var answer = await AnswerAsync(Send(command, arguments));
        Assert.False(answer.GetProperty("success").GetBoolean(), answer.ToString());
        return answer.GetProperty("message").GetString()!;
    }

    public async Task<JsonElement> EventAsync(params string[] names)
    {
        var message = await NextAsync(m => Text(m, "type") == "event" && names.Contains(Text(m, "event")));
        return message;
    }

    public async Task<JsonElement> StoppedAsync()
    {
        var message = await EventAsync("stopped", "terminated");
        Assert.Equal("stopped", Text(message, "event"));
        return message.GetProperty("body");
    }

    /// <summary>Everything that the console was told until now.</summary>
    public string Console() =>
        string.Concat(_kept.Where(m => Text(m, "event") == "output").Select(m => m.GetProperty("body").GetProperty("output").GetString()));

    public int Count(string name) => _kept.Count(m => Text(m, "event") == name);

    public static string? Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits)
    {
        for (var i = 0; i < _kept.Count; i++)
        {
            if (fits(_kept[i]))
            {
                var found = _kept[i];
                _kept.RemoveAt(i);
                return found;
            }
        }

        while (true)
        {
            var message = await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (fits(message))
            {
                return message;
            }

            _kept.Add(message);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReadLengthAsync() is { } length)
            {
                var body = new byte[length];
                await input.ReadExactlyAsync(body);
                _received.Writer.TryWrite(JsonDocument.Parse(body).RootElement.Clone());
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            _received.Writer.TryComplete(ended);
        }

        _received.Writer.TryComplete();
    }

    private async Task<int?> ReadLengthAsync()
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await input.ReadAsync(one) == 0)
            {
                return null;
            }

            header.Append((char)one[0]);
        }

        return int.Parse(header.ToString().Split(':')[1].Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
