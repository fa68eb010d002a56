using System.Collections.Immutable;
using NNLang.Protocol.Lsp;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Features.Actions;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Quick fixes.</summary>
internal sealed class CodeActionCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        CodeActionProvider = new CodeActionOptions { CodeActionKinds = [CodeActionKind.QuickFix] },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.CodeAction, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => IsWanted(parameters.Context.Only)
                ? CodeActionFeature.Compute(document, map.ToSpan(parameters.Range)).Select(action => new CodeAction
                {
                    Title = action.Title,
                    Kind = CodeActionKind.QuickFix,
                    Diagnostics = [DiagnosticTranslation.Of(action.Diagnostic, document.Uri, map, server.Features)],
                    IsPreferred = action.IsPreferred,
                    Edit = Edit(server, document, map, action.Changes),
                }).ToArray()
                : [],
            token));

    /// <summary>Changes of a document as an edit of the workspace.</summary>
    public static WorkspaceEdit Edit(ServerContext server, Document document, PositionMap map, ImmutableArray<TextChange> changes)
    {
        var edits = changes.Select(change => new TextEdit { Range = map.ToRange(change.Span), NewText = change.NewText }).ToArray();
        return server.Features.VersionedEdits
            ? new WorkspaceEdit
            {
                DocumentChanges =
                [
                    new TextDocumentEdit
                    {
                        TextDocument = new OptionalVersionedTextDocumentIdentifier { Uri = document.Uri, Version = document.Version },
                        Edits = edits,
                    },
                ],
            }
            : new WorkspaceEdit { Changes = new Dictionary<string, TextEdit[]>(StringComparer.Ordinal) { [document.Uri] = edits } };
    }

    private static bool IsWanted(string[]? only) =>
        only is null or [] || only.Any(
            kind => kind.Length == 0 || kind == CodeActionKind.QuickFix || CodeActionKind.QuickFix.StartsWith(kind + ".", StringComparison.Ordinal));
}
