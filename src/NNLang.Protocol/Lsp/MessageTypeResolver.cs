using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NNLang.Protocol.Lsp;

/// <summary>
/// Knows the types of all messages that have been handled or sent so far. It grows with the first use of a context, so that a server that
/// only sends a message of its own need not announce it anywhere. Thread-safe.
/// </summary>
internal sealed class MessageTypeResolver : IJsonTypeInfoResolver
{
    private ImmutableArray<JsonSerializerContext> contexts = [LspJsonContext.Default];

    public void Add(JsonSerializerContext json)
    {
        if (!contexts.Contains(json))
        {
            ImmutableInterlocked.Update(ref contexts, static (known, added) => known.Contains(added) ? known : known.Add(added), json);
        }
    }

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        foreach (var json in contexts)
        {
            if (((IJsonTypeInfoResolver)json).GetTypeInfo(type, options) is { } info)
            {
                return info;
            }
        }

        return null;
    }
}
