using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using NNLang.Protocol.Extensions;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Extensions;

/// <summary>The examples of docs/lsp-extensions.md are messages: they are read and written back.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs/lsp-extensions.md")).ReplaceLineEndings("\n");

    public static TheoryData<string, string, string> Examples
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (Match block in Blocks().Matches(Text))
            {
                data.Add(block.Groups[1].Value, block.Groups[2].Value, block.Groups[3].Value);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void EveryExampleIsAMessage(string part, string method, string json)
    {
        var (context, types) = Find(method);
        var type = part == "params" ? types[0] : types[1];
        var options = new JsonSerializerOptions(context.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, TypeInfoResolver = context };
        var value = JsonSerializer.Deserialize(json, options.GetTypeInfo(type));
        var again = JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), again), $"{json}\nis read as\n{again}");
    }

    [Fact]
    public void EveryMessageHasExamples()
    {
        var shown = Blocks().Matches(Text).Select(b => $"{b.Groups[1].Value} {b.Groups[2].Value}").ToHashSet();
        foreach (var (method, _, types) in Messages())
        {
            Assert.Contains($"params {method}", shown);
            Assert.True(types.Length == 1 || shown.Contains($"result {method}"), $"{method} shows no result");
        }
    }

    private static (JsonSerializerContext Context, Type[] Types) Find(string method)
    {
        var (_, context, types) = Messages().Single(m => m.Method == method);
        return (context, types);
    }

    private static IEnumerable<(string Method, JsonSerializerContext Context, Type[] Types)> Messages() =>
        from table in new[] { typeof(ExtensionRequests), typeof(ExtensionNotifications) }
        from field in table.GetFields(BindingFlags.Public | BindingFlags.Static)
        let value = field.GetValue(null)!
        let type = value.GetType()
        select ((string)type.GetProperty("Method")!.GetValue(value)!, (JsonSerializerContext)type.GetProperty("Json")!.GetValue(value)!, type.GetGenericArguments());

    [GeneratedRegex("^```json (params|result) (\\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
