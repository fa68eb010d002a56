using System.Text.Json;
using System.Text.Json.Serialization;
using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer;

/// <summary>What the extension's commands take.</summary>
/// <param name="Uri">The document.</param>
/// <param name="Network">The network, or null.</param>
/// <param name="Line">The line from 1, or null.</param>
/// <param name="Block">The block, or null.</param>
/// <param name="Instances">The instances to choose from, or null.</param>
/// <param name="Instance">The instance that was chosen, or null for all.</param>
/// <param name="Dimension">The dimension, or null.</param>
internal sealed record CommandArgument(
    string Uri, string? Network = null, int? Line = null, string? Block = null, string[]? Instances = null, string? Instance = null, string? Dimension = null);

/// <summary>How arguments of commands are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CommandArgument))]
internal sealed partial class CommandJsonContext : JsonSerializerContext;

/// <summary>Commands of the extension.</summary>
internal static class CommandTranslation
{
    public static Command Make(string title, string command, CommandArgument argument) => new()
    {
        Title = title,
        CommandValue = command,
        Arguments = [JsonSerializer.SerializeToElement(argument, CommandJsonContext.Default.CommandArgument)],
    };
}
