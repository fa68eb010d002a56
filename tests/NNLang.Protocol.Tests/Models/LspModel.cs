using System.Text.Json;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Models;

/// <summary>
/// Checks JSON against the official meta model of the Language Server Protocol. Written from the model's own description and shares
/// nothing with the generator: it reports where a value is no instance of the type that the model asks for.
/// </summary>
internal sealed class LspModel
{
    private readonly Dictionary<string, JsonElement> structures;
    private readonly Dictionary<string, JsonElement> enumerations;
    private readonly Dictionary<string, JsonElement> aliases;
    private readonly Dictionary<string, JsonElement> requests;
    private readonly Dictionary<string, JsonElement> notifications;

    public LspModel(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement.Clone();
        structures = ByName(root, "structures", "name");
        enumerations = ByName(root, "enumerations", "name");
        aliases = ByName(root, "typeAliases", "name");
        requests = ByName(root, "requests", "method");
        notifications = ByName(root, "notifications", "method");
    }

    public static LspModel Shared { get; } = new(Repository.SharedPath("data/protocol/lsp.json"));

    public void CheckResult(string method, JsonElement value) => Check(requests[method].GetProperty("result"), value, method);

    public void CheckParameters(string method, JsonElement? value)
    {
        var message = requests.TryGetValue(method, out var request) ? request : notifications[method];
        if (message.TryGetProperty("params", out var type))
        {
            Assert.True(value is not null, $"{method}: parameters are missing");
            Check(type, value!.Value, method);
        }
        else
        {
            Assert.True(value is null, $"{method}: takes no parameters");
        }
    }

    private void Check(JsonElement type, JsonElement value, string where)
    {
        var problem = Find(type, value, where);
        Assert.True(problem is null, $"{problem}\nin {value}");
    }

    private string? Find(JsonElement type, JsonElement value, string where)
    {
        var kind = type.GetProperty("kind").GetString();
        switch (kind)
        {
            case "base":
                return IsBase(type.GetProperty("name").GetString()!, value) ? null : $"{where}: {value.ValueKind} is no {type.GetProperty("name")}";
            case "stringLiteral":
                return value.ValueKind == JsonValueKind.String && value.ValueEquals(type.GetProperty("value").GetString())
                    ? null
                    : $"{where}: is not '{type.GetProperty("value")}'";
            case "array":
                return value.ValueKind != JsonValueKind.Array
                    ? $"{where}: {value.ValueKind} is no array"
                    : value.EnumerateArray().Select((item, i) => Find(type.GetProperty("element"), item, $"{where}[{i}]")).FirstOrDefault(p => p is not null);
            case "tuple":
                var items = type.GetProperty("items").EnumerateArray().ToArray();
                return value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != items.Length
                    ? $"{where}: is no tuple of {items.Length}"
                    : value.EnumerateArray().Select((item, i) => Find(items[i], item, $"{where}[{i}]")).FirstOrDefault(p => p is not null);
            case "map":
                return value.ValueKind != JsonValueKind.Object
                    ? $"{where}: {value.ValueKind} is no map"
                    : value.EnumerateObject().Select(p => Find(type.GetProperty("value"), p.Value, $"{where}.{p.Name}")).FirstOrDefault(p => p is not null);
            case "or":
                var problems = type.GetProperty("items").EnumerateArray().Select(item => Find(item, value, where)).ToArray();
                return problems.Any(p => p is null) ? null : $"{where}: none of the alternatives fits ({string.Join("; ", problems)})";
            case "literal":
                return FindInProperties(type.GetProperty("value").GetProperty("properties").EnumerateArray(), value, where);
            case "reference":
                return FindInNamed(type.GetProperty("name").GetString()!, value, where);
            default:
                return $"{where}: the model has a type of unknown kind '{kind}'";
        }
    }

    private string? FindInNamed(string name, JsonElement value, string where)
    {
        if (name is "LSPAny" or "LSPObject")
        {
            return name == "LSPObject" && value.ValueKind != JsonValueKind.Object ? $"{where}: is no object" : null;
        }

        if (aliases.TryGetValue(name, out var alias))
        {
            return Find(alias.GetProperty("type"), value, where);
        }

        if (enumerations.TryGetValue(name, out var enumeration))
        {
            var custom = enumeration.TryGetProperty("supportsCustomValues", out var allowed) && allowed.GetBoolean();
            var known = enumeration.GetProperty("values").EnumerateArray().Any(v => v.GetProperty("value").GetRawText() == value.GetRawText());
            return known || custom ? null : $"{where}: {value} is no {name}";
        }

        return FindInProperties(Properties(name), value, where);
    }

    private static string? Undeclared(HashSet<string> known, JsonElement value, string where)
    {
        var extra = value.EnumerateObject().FirstOrDefault(p => !known.Contains(p.Name));
        return extra.Value.ValueKind == JsonValueKind.Undefined ? null : $"{where}: '{extra.Name}' is not in the model";
    }

    private string? FindInProperties(IEnumerable<JsonElement> properties, JsonElement value, string where)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return $"{where}: {value.ValueKind} is no object";
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            var name = property.GetProperty("name").GetString()!;
            known.Add(name);
            if (value.TryGetProperty(name, out var member))
            {
                if (Find(property.GetProperty("type"), member, $"{where}.{name}") is { } problem)
                {
                    return problem;
                }
            }
            else if (!property.TryGetProperty("optional", out var optional) || !optional.GetBoolean())
            {
                return $"{where}: '{name}' is missing";
            }
        }

        return Undeclared(known, value, where);
    }

    private IEnumerable<JsonElement> Properties(string name)
    {
        var structure = structures[name];
        foreach (var list in new[] { "extends", "mixins" })
        {
            if (structure.TryGetProperty(list, out var bases))
            {
                foreach (var property in bases.EnumerateArray().SelectMany(b => Properties(b.GetProperty("name").GetString()!)))
                {
                    yield return property;
                }
            }
        }

        foreach (var property in structure.GetProperty("properties").EnumerateArray())
        {
            yield return property;
        }
    }

    private static bool IsBase(string name, JsonElement value) => name switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "uinteger" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0,
        "decimal" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.String,
    };

    private static Dictionary<string, JsonElement> ByName(JsonElement root, string list, string key) =>
        root.GetProperty(list).EnumerateArray().ToDictionary(item => item.GetProperty(key).GetString()!, StringComparer.Ordinal);
}
