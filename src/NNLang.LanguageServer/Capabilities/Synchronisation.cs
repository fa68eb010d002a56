using NNLang.Protocol.Lsp;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Opening, editing and closing of documents. Edits are applied in order; one about a document that is not open is dropped.</summary>
internal sealed class Synchronisation : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        TextDocumentSync = new TextDocumentSyncOptions
        {
            OpenClose = true,
            Change = TextDocumentSyncKind.Incremental,
            Save = new SaveOptions { IncludeText = false },
        },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnNotification(LspNotifications.DidOpenTextDocument, parameters =>
        {
            var opened = parameters.TextDocument;
            _ = server.Queue.Change([opened.Uri], workspace =>
                workspace.With(Document.Open(opened.Uri, opened.Version, opened.Text, workspace.Settings)));
        });
        handlers.OnNotification(LspNotifications.DidChangeTextDocument, parameters =>
        {
            var (uri, version) = (parameters.TextDocument.Uri, parameters.TextDocument.Version);
            _ = server.Queue.Change([uri], workspace => workspace.Find(uri) is { } document
                ? workspace.With(Apply(document, version, parameters.ContentChanges, server.Features.IsUtf8))
                : workspace);
        });
        handlers.OnNotification(LspNotifications.DidCloseTextDocument, parameters =>
            server.Queue.Change([parameters.TextDocument.Uri], workspace => workspace.Without(parameters.TextDocument.Uri)));
        handlers.OnNotification(LspNotifications.DidSaveTextDocument, _ => { });
        handlers.OnNotification(LspNotifications.DidChangeWatchedFiles, _ =>
            server.Queue.Change([], workspace => workspace.Documents.Values.Aggregate(workspace, (all, document) => all.With(document.Refreshed()))));
    }

    private static Document Apply(Document document, int version, TextDocumentContentChangeEvent[] changes, bool isUtf8)
    {
        // A change without a range is the whole text, and what came before it does not matter.
        var first = Array.FindLastIndex(changes, change => change.Range is null);
        if (first >= 0)
        {
            document = document.WithText(version, changes[first].Text);
        }

        return document.WithChanges(version, changes.Skip(first + 1).Select(change => (Func<SourceText, TextChange>)(text =>
            new TextChange(new PositionMap(text, isUtf8).ToSpan(change.Range!.Value), change.Text))));
    }
}
