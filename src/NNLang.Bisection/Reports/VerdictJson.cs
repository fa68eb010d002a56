using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;

namespace NNLang.Bisection.Reports;

/// <summary>The verdict as JSON with a schema version; the field names are what other tools rely on.</summary>
public static class VerdictJson
{
    /// <summary>The version of the schema; it grows when a field changes its meaning.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The verdict as indented JSON.</summary>
    public static string Write(Verdict verdict)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, verdict);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The name of a conclusion in JSON.</summary>
    public static string NameOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Clean => "clean",
        VerdictKind.Divergence => "divergence",
        VerdictKind.Inconclusive => "inconclusive",
        _ => "toolError",
    };

    private static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("verdict", NameOf(verdict.Kind));
        json.WriteString("summary", verdict.Summary);
        json.WriteString("network", verdict.Network);
        json.WriteString("device", verdict.Device);
        json.WriteNumber("layers", verdict.Layers);
        WriteLayer(json, verdict.Layer);
        json.WriteStartArray("fused");
        foreach (var path in verdict.Layer?.Fused ?? [])
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
        json.WriteBoolean("withinBound", verdict.WithinBound);
        WriteDifference(json, verdict.Difference);
        json.WriteStartArray("hazards");
        foreach (var hazard in verdict.Hazards)
        {
            json.WriteStartObject();
            json.WriteString("kind", hazard.Kind);
            json.WriteString("text", hazard.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in verdict.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        WriteDescent(json, verdict.Descent);
        json.WriteStartArray("probes");
        foreach (var probe in verdict.Probes)
        {
            json.WriteStartObject();
            json.WriteNumber("length", probe.Length);
            json.WriteString("layer", probe.Layer);
            json.WriteString("kind", Camel(probe.What.ToString()));
            json.WriteString("verdict", Camel(probe.Kind.ToString()));
            WriteNumber(json, "maxError", probe.MaxError);
            WriteNumber(json, "bound", probe.Bound);
            json.WriteNumber("seconds", Math.Round(probe.Seconds, 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("targetRuns", verdict.TargetRuns);
        json.WriteNumber("seconds", Math.Round(verdict.Seconds, 6));
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, FaultyLayer? layer)
    {
        if (layer is null)
        {
            json.WriteNull("layer");
            return;
        }

        json.WriteStartObject("layer");
        json.WriteString("path", layer.Path);
        json.WriteNumber("index", layer.Index);
        json.WriteString("operator", layer.Operator);
        json.WriteString("file", layer.File);
        if (layer.Line is { } line)
        {
            json.WriteNumber("line", line);
        }
        else
        {
            json.WriteNull("line");
        }

        json.WriteString("onnxName", layer.OnnxName);
        json.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter json, TensorDifference? difference)
    {
        if (difference is null)
        {
            json.WriteNull("difference");
            return;
        }

        json.WriteStartObject("difference");
        json.WriteNumber("elements", difference.Elements);
        json.WriteNumber("wrong", difference.Wrong);
        WriteElement(json, "first", difference.First);
        WriteElement(json, "worst", difference.Worst);
        json.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter json, string name, ElementDifference? element)
    {
        if (element is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        WriteIndex(json, "index", element);
        WriteNumber(json, "device", element.Device);
        WriteNumber(json, "reference", element.Reference);
        WriteNumber(json, "bound", element.Bound);
        json.WriteEndObject();
    }

    private static void WriteIndex(Utf8JsonWriter json, string name, ElementDifference element)
    {
        json.WriteStartArray(name);
        foreach (var index in element.Index)
        {
            json.WriteNumberValue(index);
        }

        json.WriteEndArray();
    }

    private static void WriteDescent(Utf8JsonWriter json, Descent? descent)
    {
        if (descent is null)
        {
            json.WriteNull("descent");
            return;
        }

        json.WriteStartObject("descent");
        json.WriteString("pass", descent.Pass);
        json.WriteString("operation", descent.Operation);
        if (descent.Instruction is { } instruction)
        {
            json.WriteStartObject("instruction");
            json.WriteNumber("index", instruction.Index);
            json.WriteString("engine", instruction.Engine);
            json.WriteString("text", instruction.Text);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("instruction");
        }

        if (descent.Element is { } element)
        {
            WriteIndex(json, "element", element);
            WriteNumber(json, "reference", element.Reference);
            WriteNumber(json, "device", element.Device);
        }
        else
        {
            json.WriteNull("element");
            json.WriteNull("reference");
            json.WriteNull("device");
        }

        json.WriteStartObject("instrumented");
        json.WriteNumber("addedInstructions", descent.AddedInstructions);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // JSON has no infinities and no NaN: they are written as the strings that most readers accept as named literals.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
