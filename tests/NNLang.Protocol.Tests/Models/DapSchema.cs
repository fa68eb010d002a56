using System.Text.Json;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Models;

/// <summary>Checks whole DAP messages against the official JSON schema: the part of JSON Schema that it uses, and no undeclared names.</summary>
internal sealed class DapSchema
{
    private readonly JsonElement definitions;

    public DapSchema(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        definitions = document.RootElement.Clone().GetProperty("definitions");
    }

    public static DapSchema Shared { get; } = new(Repository.SharedPath("data/protocol/debugAdapterProtocol.json"));

    /// <summary>Checks a message against the definition that its type and command or event name.</summary>
    public void CheckMessage(JsonElement message)
    {
        var definition = message.GetProperty("type").GetString() switch
        {
            "event" => Upper(message.GetProperty("event").GetString()!) + "Event",
            "request" => Upper(message.GetProperty("command").GetString()!) + "Request",
            "response" when !message.GetProperty("success").GetBoolean() => "ErrorResponse",
            "response" => Upper(message.GetProperty("command").GetString()!) + "Response",
            var other => throw new InvalidDataException($"no message has the type '{other}'"),
        };
        Assert.True(definitions.TryGetProperty(definition, out var schema), $"the schema has no {definition}");
        var problem = Find(schema, message, definition);
        Assert.True(problem is null, $"{problem}\nin {message}");
    }

    private string? Find(JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!["#/definitions/".Length..];
            return Find(definitions.GetProperty(name), value, where);
        }

        if (schema.TryGetProperty("oneOf", out var alternatives))
        {
            return alternatives.EnumerateArray().Any(a => Find(a, value, where) is null) ? null : $"{where}: no alternative fits";
        }

        if (schema.TryGetProperty("allOf", out _))
        {
            return FindInObject(schema, value, where);
        }

        if (schema.TryGetProperty("type", out var type) && !IsAny(type, value))
        {
            return $"{where}: {value.ValueKind} is not of type {type}";
        }

        if (schema.TryGetProperty("enum", out var values) && values.EnumerateArray().All(v => v.GetRawText() != value.GetRawText()))
        {
            return $"{where}: {value} is not one of {values}";
        }

        if (schema.TryGetProperty("minimum", out var minimum) && value.ValueKind == JsonValueKind.Number && value.GetDouble() < minimum.GetDouble())
        {
            return $"{where}: {value} is below {minimum}";
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            return value.EnumerateArray().Select((item, i) => Find(items, item, $"{where}[{i}]")).FirstOrDefault(p => p is not null);
        }

        return value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out _) ? FindInObject(schema, value, where) : null;
    }

    private string? FindInObject(JsonElement schema, JsonElement value, string where)
    {
        // A later declaration refines an earlier one: an event's body is open in the base and exact in the derived schema.
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var required = new HashSet<string>(StringComparer.Ordinal);
        Collect(schema, properties, required);
        if (required.FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing)
        {
            return $"{where}: '{missing}' is missing";
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!properties.TryGetValue(member.Name, out var declared))
            {
                return $"{where}: '{member.Name}' is not in the schema";
            }

            if (Find(declared, member.Value, $"{where}.{member.Name}") is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private void Collect(JsonElement schema, Dictionary<string, JsonElement> properties, HashSet<string> required)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Collect(definitions.GetProperty(reference.GetString()!["#/definitions/".Length..]), properties, required);
            return;
        }

        if (schema.TryGetProperty("allOf", out var parts))
        {
            foreach (var part in parts.EnumerateArray())
            {
                Collect(part, properties, required);
            }
        }

        if (schema.TryGetProperty("properties", out var own))
        {
            foreach (var property in own.EnumerateObject())
            {
                properties[property.Name] = property.Value;
            }
        }

        if (schema.TryGetProperty("required", out var names))
        {
            required.UnionWith(names.EnumerateArray().Select(n => n.GetString()!));
        }
    }

    private static bool IsAny(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(t => Is(t.GetString()!, value)) : Is(type.GetString()!, value);

    private static bool Is(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static string Upper(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
