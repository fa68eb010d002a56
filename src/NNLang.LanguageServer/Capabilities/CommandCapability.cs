using System.Text.Json;
using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Commands that the extension sends back.</summary>
internal sealed class CommandCapability : Capability
{
    private const string SetInstance = "nnlang.server.setInstance";

    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        ExecuteCommandProvider = new ExecuteCommandOptions { Commands = [SetInstance] },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.ExecuteCommand, async (parameters, _) =>
        {
            if (parameters.Command != SetInstance)
            {
                throw new ResponseException((int)ErrorCodes.InvalidParams, $"There is no command '{parameters.Command}'.");
            }

            if (Argument(parameters) is not { Block: { } block } argument)
            {
                throw new ResponseException((int)ErrorCodes.InvalidParams, $"'{SetInstance}' takes an object with uri and block.");
            }

            await server.Queue.Change([], workspace => workspace.Find(argument.Uri) is { } document
                ? workspace.With(document.WithInstance(block, argument.Instance))
                : workspace).ConfigureAwait(false);
            return (JsonElement?)null;
        });

    private static CommandArgument? Argument(ExecuteCommandParams parameters)
    {
        try
        {
            return parameters.Arguments is [{ ValueKind: JsonValueKind.Object } argument, ..]
                ? argument.Deserialize(CommandJsonContext.Default.CommandArgument)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
