using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NNLang.Protocol.Dap;

/// <summary>The envelope of the Debug Adapter Protocol: what is common to requests, responses and events.</summary>
internal static class DapMessages
{
    // The stream carries UTF-8 to an editor, not HTML: arrows and quotation marks need no escapes.
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static JsonTypeInfo<T> Info<T>(JsonSerializerContext json) =>
        (JsonTypeInfo<T>?)json.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{json.GetType().Name} does not know {typeof(T).Name}: add a JsonSerializable attribute.");

    public static byte[] Event<TBody>(int sequence, NotificationType<TBody> type, TBody body) =>
        Compose(sequence, "event", writer =>
        {
            writer.WriteString("event", type.Method);
            if (body is not null)
            {
                writer.WritePropertyName("body");
                JsonSerializer.Serialize(writer, body, Info<TBody>(type.Json));
            }
        });

    public static byte[] Request<TArguments, TBody>(int sequence, RequestType<TArguments, TBody> type, TArguments arguments) =>
        Compose(sequence, "request", writer =>
        {
            writer.WriteString("command", type.Method);
            if (arguments is not null)
            {
                writer.WritePropertyName("arguments");
                JsonSerializer.Serialize(writer, arguments, Info<TArguments>(type.Json));
            }
        });

    public static byte[] Success(int sequence, int request, string command, Action<Utf8JsonWriter>? body) =>
        Compose(sequence, "response", writer =>
        {
            WriteOutcome(writer, request, command, success: true);
            if (body is not null)
            {
                writer.WritePropertyName("body");
                body(writer);
            }
        });

    public static byte[] Failure(int sequence, int request, string command, string message, ErrorMessage? error) =>
        Compose(sequence, "response", writer =>
        {
            WriteOutcome(writer, request, command, success: false);
            writer.WriteString("message", message);
            writer.WriteStartObject("body");
            if (error is not null)
            {
                writer.WritePropertyName("error");
                JsonSerializer.Serialize(writer, error, DapJsonContext.Default.ErrorMessage);
            }

            writer.WriteEndObject();
        });

    private static void WriteOutcome(Utf8JsonWriter writer, int request, string command, bool success)
    {
        writer.WriteNumber("request_seq", request);
        writer.WriteBoolean("success", success);
        writer.WriteString("command", command);
    }

    private static byte[] Compose(int sequence, string kind, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        writer.WriteNumber("seq", sequence);
        writer.WriteString("type", kind);
        rest(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
