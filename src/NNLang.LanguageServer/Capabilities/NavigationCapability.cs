using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features.Names;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Definition, references, highlights and renaming of names.</summary>
internal sealed class NavigationCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with
    {
        DefinitionProvider = true,
        ReferencesProvider = true,
        DocumentHighlightProvider = true,
        RenameProvider = new RenameOptions { PrepareProvider = true },
    };

    public override void Register(LanguageServerHandlers handlers, ServerContext server)
    {
        handlers.OnRequest(LspRequests.Definition, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Find(document, map, parameters) is var (symbol, span)
                ? new[] { new Location { Uri = document.Uri, Range = map.ToRange(symbol.DefinitionOf(span)) } }
                : server.Features.DeviceScheme is { } scheme && BuiltInDefinition.Find(document, map.ToOffset(parameters.Position)) is { } place
                    ? [new Location { Uri = $"{scheme}:/{place.Device}.nn", Range = new PositionMap(place.Text, server.Features.IsUtf8).ToRange(place.Span) }]
                    : null,
            token));
        handlers.OnRequest(LspRequests.References, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Find(document, map, parameters) is var (symbol, _)
                ? symbol.Occurrences.Where(occurrence => parameters.Context.IncludeDeclaration || !occurrence.IsDefinition)
                    .Select(occurrence => new Location { Uri = document.Uri, Range = map.ToRange(occurrence.Span) }).ToArray()
                : null,
            token));
        handlers.OnRequest(LspRequests.DocumentHighlight, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Find(document, map, parameters) is var (symbol, _)
                ? symbol.Occurrences.Select(occurrence => new DocumentHighlight
                {
                    Range = map.ToRange(occurrence.Span),
                    Kind = occurrence.IsDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
                }).ToArray()
                : null,
            token));
        handlers.OnRequest(LspRequests.PrepareRename, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Find(document, map, parameters) is var (symbol, span)
                ? new PrepareRenamePlaceholder { Range = map.ToRange(span), Placeholder = symbol.Name }
                : null,
            token));
        handlers.OnRequest(LspRequests.Rename, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) =>
            {
                var result = RenameFeature.Compute(document, map.ToOffset(parameters.Position), parameters.NewName);
                return result.Problem is { } problem
                    ? throw new ResponseException(problem)
                    : CodeActionCapability.Edit(server, document, map, result.Changes);
            },
            token));
    }

    private static (NameSymbol Symbol, Syntax.Text.TextSpan Span)? Find(Document document, PositionMap map, ITextDocumentPosition place) =>
        NameTable.Of(document.Tree.Root).SymbolAt(document.Tree.Root, map.ToOffset(place.Position));
}
