using System.Text.Json;
using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features.Actions;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Commands that the extension sends back.</summary>
internal sealed class CommandCapability : Capability
{
    private const string SetInstance = "nnlang.server.setInstance";

    /// <summary>Gives a dimension of a network the value 1, by an edit of the text.</summary>
    public const string BindDimension = "nnlang.server.bindDimension";

    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        ExecuteCommandProvider = new ExecuteCommandOptions { Commands = [SetInstance, BindDimension] },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.ExecuteCommand, async (parameters, token) =>
        {
            var argument = Argument(parameters);
            switch (parameters.Command)
            {
                case SetInstance:
                    var (uri, block) = argument is { Block: { } name } ? (argument.Uri, name)
                        : throw new ResponseException((int)ErrorCodes.InvalidParams, $"'{SetInstance}' takes an object with uri and block.");
                    await server.Queue.Change([], workspace => workspace.Find(uri) is { } document
                        ? workspace.With(document.WithInstance(block, argument.Instance))
                        : workspace).ConfigureAwait(false);
                    return (JsonElement?)null;
                case BindDimension:
                    if (argument is not { Network: { } network, Dimension: { } dimension })
                    {
                        throw new ResponseException((int)ErrorCodes.InvalidParams, $"'{BindDimension}' takes an object with uri, network and dimension.");
                    }

                    var edit = await server.Read(
                        argument.Uri,
                        (_, document, map) => DimensionBinding.Compute(document.Tree, network, dimension) is { } change
                            ? CodeActionCapability.Edit(server, document, map, [change])
                            : null,
                        token).ConfigureAwait(false);
                    if (edit is not null)
                    {
                        // Not waited for: the client may apply it only once it has this answer.
                        _ = ApplyAsync(server, edit, $"Set dim {dimension} = 1");
                    }

                    return null;
                default:
                    throw new ResponseException((int)ErrorCodes.InvalidParams, $"There is no command '{parameters.Command}'.");
            }
        });

    private static async Task ApplyAsync(ServerContext server, WorkspaceEdit edit, string label)
    {
        try
        {
            await server.Client.RequestAsync(LspRequests.ApplyWorkspaceEdit, new ApplyWorkspaceEditParams { Edit = edit, Label = label }, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ResponseException or OperationCanceledException)
        {
            server.Log($"'{label}' was not applied: {failure.Message}");
        }
    }

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
