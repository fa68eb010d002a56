using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NNLang.Protocol;

/// <summary>What the generated converters of union types share. No reflection: types come from the context that is serialising.</summary>
internal static class UnionJson
{
    public static T Read<T>(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, Info<T>(options))!;

    public static void Write<T>(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, Info<T>(options));

    /// <summary>Whether the object that the reader stands on has a property. The reader is a copy: the caller's does not move.</summary>
    public static bool Has(Utf8JsonReader reader, ReadOnlySpan<byte> property) => Find(ref reader, property);

    /// <summary>Whether the object that the reader stands on has a property with this text.</summary>
    public static bool Is(Utf8JsonReader reader, ReadOnlySpan<byte> property, ReadOnlySpan<byte> text) =>
        Find(ref reader, property) && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(text);

    public static JsonException Unexpected(string type, JsonTokenType token) =>
        new($"A {token} is none of the alternatives of {type}.");

    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> property)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(property);
            if (!reader.Read())
            {
                return false;
            }

            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static JsonTypeInfo<T> Info<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
