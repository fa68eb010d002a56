using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using NNLang.Protocol.Framing;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace NNLang.Protocol.Lsp;

/// <summary>
/// StreamJsonRpc's header-delimited framing with limits of our own, and without ending the connection over one bad body: a body that is
/// not JSON, or is JSON but no message, is answered with an error and the next message is read.
/// </summary>
internal sealed class FramedMessageHandler : MessageHandlerBase
{
    private readonly FrameReader reader;
    private readonly FrameWriter writer;
    private readonly Action<string> log;
    private readonly ArrayBufferWriter<byte> pending = new();
    private readonly ConcurrentDictionary<RequestId, bool> asked = new();
    private bool exitWasRead;

    public FramedMessageHandler(Stream input, Stream output, IJsonRpcMessageFormatter formatter, Action<string> log)
        : base(formatter)
    {
        reader = new FrameReader(input);
        writer = new FrameWriter(output);
        this.log = log;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>Why reading ended, when it was not the end of the stream.</summary>
    public FramingException? Failure { get; private set; }

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        if (exitWasRead)
        {
            // A client may say 'exit' and leave. Its word ends the connection, not the end of the stream: that would cut off what still waits
            // for its turn, 'exit' itself included.
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            byte[]? body;
            try
            {
                body = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (FramingException failure)
            {
                Failure = failure;
                log(failure.Message);
                return null;
            }

            if (body is null)
            {
                return null;
            }

            try
            {
                var message = Formatter.Deserialize(new ReadOnlySequence<byte>(body));

                // The library would end the connection over an answer that nobody waits for.
                if (message is IJsonRpcMessageWithId answer and not JsonRpcRequest && !asked.TryRemove(answer.RequestId, out _))
                {
                    log($"A response to request '{answer.RequestId}' came, which nobody waits for.");
                    continue;
                }

                exitWasRead = message is JsonRpcRequest { Method: "exit" };
                return message;
            }
#pragma warning disable CA1031 // Whatever the formatter makes of a hostile body, the peer gets an error and the connection goes on.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log($"A message was refused: {failure.Message}");
                await RefuseAsync(body, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        // The library adds stack traces to some errors: nothing for a client, and no type that our contexts know.
        if (content is JsonRpcError { Error: { } error })
        {
            error.Data = null;
        }

        if (content is JsonRpcRequest request)
        {
            if (request.ArgumentsList is { Count: 0 })
            {
                request.Arguments = null;
            }

            if (request.IsResponseExpected)
            {
                asked.TryAdd(request.RequestId, true);
            }
        }

        pending.ResetWrittenCount();
        Formatter.Serialize(pending, content);
        await writer.WriteAsync(pending.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    protected override ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private async Task RefuseAsync(byte[] body, CancellationToken cancellationToken)
    {
        var json = IsJson(body);
        var error = new JsonRpcError
        {
            RequestId = RequestId.Null,
            Error = new JsonRpcError.ErrorDetail
            {
                Code = json ? JsonRpcErrorCode.InvalidRequest : JsonRpcErrorCode.ParseError,
                Message = json ? "The message is no request, notification or response." : "The message is not JSON.",
            },
        };
        await WriteAsync(error, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
