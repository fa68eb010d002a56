using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Features.Completion;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Completion and signatures.</summary>
internal sealed class CompletionCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        CompletionProvider = new CompletionOptions { TriggerCharacters = ["@", ":", "(", ".", "\""] },
        SignatureHelpProvider = new SignatureHelpOptions { TriggerCharacters = ["(", ","] },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnRequest(LspRequests.Completion, (parameters, token) => server.ReadThroughEdits(
            parameters.TextDocument.Uri,
            (workspace, document, map) =>
            {
                var (replaced, entries) = CompletionFeature.Compute(document, workspace.Settings, map.ToOffset(parameters.Position));
                var range = map.ToRange(replaced);
                return new CompletionList { IsIncomplete = false, Items = [.. entries.Select(entry => Translate(entry, range, server.Features.Snippets))] };
            },
            token));
        handlers.OnRequest(LspRequests.SignatureHelp, (parameters, token) => server.ReadThroughEdits(
            parameters.TextDocument.Uri,
            (_, document, map) => SignatureHelpFeature.Compute(document, map.ToOffset(parameters.Position)) is { } signature ? Translate(signature) : null,
            token));
    }

    private static CompletionItem Translate(CompletionEntry entry, TextRange range, bool snippets)
    {
        var isSnippet = entry.Snippet is not null && snippets;
        return new CompletionItem
        {
            Label = entry.Label,
            LabelDetails = entry.Detail.Length + entry.Description.Length == 0 ? null : new CompletionItemLabelDetails
            {
                Detail = entry.Detail.Length == 0 ? null : entry.Detail,
                Description = entry.Description.Length == 0 ? null : entry.Description,
            },
            Kind = entry.Kind switch
            {
                CompletionKind.Operator or CompletionKind.Block => CompletionItemKind.Function,
                CompletionKind.Value => CompletionItemKind.Variable,
                CompletionKind.Dimension => CompletionItemKind.TypeParameter,
                CompletionKind.Constant => CompletionItemKind.Constant,
                CompletionKind.Attribute => CompletionItemKind.Property,
                CompletionKind.Word => CompletionItemKind.EnumMember,
                CompletionKind.Annotation => CompletionItemKind.Interface,
                CompletionKind.Device => CompletionItemKind.Class,
                CompletionKind.Key => CompletionItemKind.Field,
                _ => CompletionItemKind.Keyword,
            },
            Documentation = Markdown.Of(entry.Documentation),
            SortText = $"{entry.Rank}{entry.Label}",
            InsertTextFormat = isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
            TextEdit = new TextEdit { Range = range, NewText = isSnippet ? entry.Snippet! : entry.Label },
        };
    }

    private static SignatureHelp Translate(SignatureText signature) => new()
    {
        Signatures =
        [
            new SignatureInformation
            {
                Label = signature.Label,
                Documentation = Markdown.Of(signature.Documentation),
                Parameters =
                [
                    .. signature.Parameters.Select(parameter => new ParameterInformation
                    {
                        Label = new[] { parameter.Start, parameter.End },
                        Documentation = Markdown.Of(parameter.Documentation),
                    }),
                ],
            },
        ],
        ActiveSignature = 0,
        ActiveParameter = signature.Active < 0 ? null : signature.Active,
    };
}
