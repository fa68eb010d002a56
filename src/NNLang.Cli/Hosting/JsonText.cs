using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NNLang.Cli.Hosting;

/// <summary>Writes one indented JSON object and a line feed.</summary>
internal static class JsonText
{
    /// <summary>How all JSON is written.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object whose members the body writes.</summary>
    public static void Write(TextWriter writer, Action<Utf8JsonWriter> body)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(stream.ToArray()));
        writer.Write('\n');
    }
}
