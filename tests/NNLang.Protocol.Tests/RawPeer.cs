using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Nerdbank.Streams;
using NNLang.Protocol.Framing;

namespace NNLang.Protocol.Tests;

/// <summary>
/// The other end of a connection, speaking bytes: what a client of any kind, well or ill behaved, can send. Everything that it waits
/// for ends with an error after <see cref="Patience"/>, so that no test hangs.
/// </summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Stream stream;
    private readonly Channel<JsonElement> received = Channel.CreateUnbounded<JsonElement>();
    private readonly CancellationTokenSource leaving = new();
    private readonly Task reading;

    public RawPeer()
    {
        (stream, Server) = FullDuplexStream.CreatePair();
        reading = ReadLoopAsync();
    }

    /// <summary>The end for the server or adapter under test.</summary>
    public Stream Server { get; }

    public Task SendAsync(string json) => SendBytesAsync(Frame(json));

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await stream.FlushAsync(TestContext.Current.CancellationToken);
    }

    public static byte[] Frame(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];
    }

    /// <summary>The next message; fails where the connection ends first.</summary>
    public async Task<JsonElement> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The next message that fits; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits)
    {
        while (true)
        {
            var message = await NextAsync();
            if (fits(message))
            {
                return message;
            }
        }
    }

    /// <summary>Waits for a task of the side under test.</summary>
    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits for a task of the side under test.</summary>
    public static Task Within(Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await reading.WaitAsync(Patience);
        await stream.DisposeAsync();
        leaving.Dispose();
    }

    private async Task ReadLoopAsync()
    {
        var reader = new FrameReader(stream);
        try
        {
            while (await reader.ReadAsync(leaving.Token) is { } body)
            {
                using var document = JsonDocument.Parse(body);
                received.Writer.TryWrite(document.RootElement.Clone());
            }

            received.Writer.TryComplete();
        }
        catch (Exception failure)
        {
            received.Writer.TryComplete(failure is OperationCanceledException ? null : failure);
        }
    }
}
