using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;
using FoldingRange = NNLang.Protocol.Lsp.FoldingRange;

namespace NNLang.LanguageServer.Capabilities;

/// <summary>Folding.</summary>
internal sealed class FoldingCapability : Capability
{
    public override ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities with { FoldingRangeProvider = true };

    public override void Register(LanguageServerHandlers handlers, ServerContext server) =>
        handlers.OnRequest(LspRequests.FoldingRange, (parameters, token) => server.Read(
            parameters.TextDocument.Uri,
            (_, document, _) => FoldingRanges.Compute(document.Tree.Root, document.Text).Select(range => new FoldingRange
            {
                StartLine = range.StartLine,
                EndLine = range.EndLine,
                Kind = range.IsComment ? FoldingRangeKind.Comment : null,
            }).ToArray(),
            token));
}
