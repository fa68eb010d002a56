using System.Collections.Immutable;
using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>The outline.</summary>
internal sealed class SymbolCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { DocumentSymbolProvider = true };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.DocumentSymbol, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, map) => Translate(DocumentSymbols.Compute(document.Tree.Root), map),
            token));

    private static DocumentSymbol[] Translate(ImmutableArray<OutlineEntry> entries, PositionMap map) =>
    [
        .. entries.Select(entry => new DocumentSymbol
        {
            Name = entry.Name,
            Detail = entry.Detail.Length == 0 ? null : entry.Detail,
            Kind = entry.Kind switch
            {
                OutlineKind.Network => SymbolKind.Class,
                OutlineKind.Block => SymbolKind.Function,
                OutlineKind.Device => SymbolKind.Module,
                OutlineKind.Section => SymbolKind.Struct,
                OutlineKind.Constant => SymbolKind.Constant,
                OutlineKind.Weights => SymbolKind.File,
                OutlineKind.Repeat => SymbolKind.Array,
                _ => SymbolKind.Variable,
            },
            Range = map.ToRange(entry.Span),
            SelectionRange = map.ToRange(entry.NameSpan),
            Children = entry.Children.IsEmpty ? null : Translate(entry.Children, map),
        }),
    ];
}
