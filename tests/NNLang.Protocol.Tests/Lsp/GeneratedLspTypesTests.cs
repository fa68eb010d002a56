using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NNLang.Protocol.Lsp;
using NNLang.Protocol.Tests.Models;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Lsp;

public sealed class GeneratedLspTypesTests
{
    public static TheoryData<string> Requests => [.. Fields(typeof(LspRequests))];

    public static TheoryData<string> Notifications => [.. Fields(typeof(LspNotifications))];

    [Theory]
    [MemberData(nameof(Requests))]
    public void EveryRequestAndResultIsWhatTheModelSays(string name)
    {
        var (method, json, types) = Describe(typeof(LspRequests), name);
        PropertySeed.ForEach(20, random =>
        {
            LspModel.Shared.CheckParameters(method, RoundTrip(types[0], json, random));
            LspModel.Shared.CheckResult(method, RoundTrip(types[1], json, random) ?? JsonDocument.Parse("null").RootElement);
        });
    }

    [Theory]
    [MemberData(nameof(Notifications))]
    public void EveryNotificationIsWhatTheModelSays(string name)
    {
        var (method, json, types) = Describe(typeof(LspNotifications), name);
        PropertySeed.ForEach(20, random => LspModel.Shared.CheckParameters(method, RoundTrip(types[0], json, random)));
    }

    [Fact]
    public void AbsentIsLeftOutAndRequiredNullIsWritten()
    {
        var identifier = new OptionalVersionedTextDocumentIdentifier { Uri = "file:///a.nn" };
        Assert.Equal("""{"version":null,"uri":"file:///a.nn"}""", Sorted(JsonSerializer.SerializeToElement(identifier, LspJsonContext.Default.OptionalVersionedTextDocumentIdentifier)));
        var hover = new Hover { Contents = new MarkupContent { Kind = MarkupKind.Markdown, Value = "x" } };
        Assert.Equal("""{"contents":{"kind":"markdown","value":"x"}}""", JsonSerializer.Serialize(hover, LspJsonContext.Default.Hover));
    }

    [Fact]
    public void AMissingRequiredPropertyIsRefusedByName()
    {
        var failure = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"position":{"line":1,"character":2}}""", LspJsonContext.Default.HoverParams));
        Assert.Contains("textDocument", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"textDocument":{"uri":"u","version":1},"contentChanges":[{"text":"all"}]}""", false)]
    [InlineData("""{"textDocument":{"uri":"u","version":1},"contentChanges":[{"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":2}},"rangeLength":1,"text":"all"}]}""", true)]
    public void AChangeHasARangeOrReplacesTheWholeText(string text, bool ranged)
    {
        var parameters = JsonSerializer.Deserialize(text, LspJsonContext.Default.DidChangeTextDocumentParams)!;
        Assert.Equal(ranged, parameters.ContentChanges[0].Range.HasValue);
        Assert.Equal("all", parameters.ContentChanges[0].Text);
    }

    [Theory]
    [InlineData("1", typeof(IntegerOrString.OfInteger))]
    [InlineData("\"1\"", typeof(IntegerOrString.OfString))]
    public void AUnionIsToldByItsJson(string json, Type expected) =>
        Assert.IsType(expected, JsonSerializer.Deserialize(json, LspJsonContext.Default.IntegerOrString));

    [Fact]
    public void AUnionOfObjectsIsToldByItsProperties()
    {
        var edit = new TextEdit { Range = new TextRange(new(0, 0), new(0, 1)), NewText = "x" };
        var replace = new InsertReplaceEdit { Insert = edit.Range, Replace = edit.Range, NewText = "x" };
        foreach (TextEditOrInsertReplaceEdit union in new TextEditOrInsertReplaceEdit[] { edit, replace })
        {
            var json = JsonSerializer.Serialize(union, LspJsonContext.Default.TextEditOrInsertReplaceEdit);
            Assert.Equal(union, JsonSerializer.Deserialize(json, LspJsonContext.Default.TextEditOrInsertReplaceEdit));
        }

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("true", LspJsonContext.Default.TextEditOrInsertReplaceEdit));
    }

    internal static IEnumerable<string> Fields(Type table) => table.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.Name);

    internal static (string Method, JsonSerializerContext Json, Type[] Types) Describe(Type table, string name)
    {
        var value = table.GetField(name)!.GetValue(null)!;
        var type = value.GetType();
        return (
            (string)type.GetProperty("Method")!.GetValue(value)!,
            (JsonSerializerContext)type.GetProperty("Json")!.GetValue(value)!,
            type.GetGenericArguments());
    }

    private static JsonElement? RoundTrip(Type type, JsonSerializerContext json, Random random)
    {
        if (type == typeof(Nothing))
        {
            return null;
        }

        var declared = Nullable.GetUnderlyingType(type) ?? type;
        var value = new RandomValues(random, Special).Create(declared);
        var written = JsonSerializer.SerializeToElement(value, json.GetTypeInfo(declared)!);
        var again = JsonSerializer.SerializeToElement(written.Deserialize(json.GetTypeInfo(declared)!), json.GetTypeInfo(declared)!);
        Assert.Equal(written.GetRawText(), again.GetRawText());
        return written;

        // Strings of which the model allows only some, and tuples.
        object? Special(Type owner, string name, string? kind) => (owner.Name, name, kind) switch
        {
            ("MarkupContent", "Kind", _) => random.Next(2) == 0 ? MarkupKind.Markdown : MarkupKind.PlainText,
            (_, "DocumentationFormat" or "ContentFormat", "String") => MarkupKind.Markdown,
            (_, "Value" or "Trace", "String") when owner.Name is "SetTraceParams" or "InitializeParams" => "off",
            (_, "ResourceOperations", "String") => "create",
            (_, "FailureHandling", "String") => "abort",
            (_, "Formats", "String") => "relative",
            (_, "Label", "Int32[]") => new[] { 0, 4 },
            _ => null,
        };
    }

    private static string Sorted(JsonElement element) =>
        "{" + string.Join(",", element.EnumerateObject().OrderByDescending(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}")) + "}";
}
