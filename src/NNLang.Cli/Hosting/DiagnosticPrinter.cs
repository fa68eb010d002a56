using System.Text.Json;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Cli.Hosting;

/// <summary>Diagnostics as lines that editors and people can read, and as JSON.</summary>
internal static class DiagnosticPrinter
{
    /// <summary>The version of the JSON; it grows when a field changes its meaning.</summary>
    public const int SchemaVersion = 1;

    /// <summary>One line a diagnostic, <c>file:line:column: error NN3020: message</c>, the help indented below it.</summary>
    public static void Print(TextWriter writer, string file, SyntaxTree tree, IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            var position = tree.Text.PositionOf(diagnostic.Location.Span.Start);
            writer.WriteLine($"{file}:{position}: {NameOf(diagnostic.Severity)} {diagnostic.Code}: {diagnostic.Message}");
            if (diagnostic.Help.Length > 0)
            {
                writer.WriteLine("  " + diagnostic.Help);
            }

            foreach (var related in diagnostic.Related)
            {
                writer.WriteLine($"  {file}:{tree.Text.PositionOf(related.Location.Span.Start)}: {related.Message}");
            }
        }
    }

    /// <summary>All diagnostics of a file as one JSON object.</summary>
    public static void PrintJson(TextWriter writer, string file, SyntaxTree tree, IEnumerable<Diagnostic> diagnostics) =>
        JsonText.Write(writer, json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("file", file);
            json.WriteStartArray("diagnostics");
            foreach (var diagnostic in diagnostics)
            {
                json.WriteStartObject();
                json.WriteString("code", diagnostic.Code);
                json.WriteString("severity", NameOf(diagnostic.Severity));
                WritePlace(json, tree, diagnostic.Location);
                json.WriteString("message", diagnostic.Message);
                json.WriteString("help", diagnostic.Help);
                json.WriteStartArray("related");
                foreach (var related in diagnostic.Related)
                {
                    json.WriteStartObject();
                    WritePlace(json, tree, related.Location);
                    json.WriteString("message", related.Message);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    /// <summary>The name of a severity.</summary>
    public static string NameOf(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Information => "information",
        _ => "hint",
    };

    private static void WritePlace(Utf8JsonWriter json, SyntaxTree tree, SyntaxLocation location)
    {
        var start = tree.Text.PositionOf(location.Span.Start);
        var end = tree.Text.PositionOf(location.Span.End);
        json.WriteNumber("line", start.Line + 1);
        json.WriteNumber("column", start.Column + 1);
        json.WriteNumber("endLine", end.Line + 1);
        json.WriteNumber("endColumn", end.Column + 1);
    }
}
