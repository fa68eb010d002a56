using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Features;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>Diagnostics as the protocol writes them.</summary>
internal static class DiagnosticTranslation
{
    /// <summary>The name that the editor shows as their source.</summary>
    public const string Source = "nnlang";

    /// <summary>Everything that is said about a document.</summary>
    public static PublishDiagnosticsParams Of(Document document, PositionMap map, ClientFeatures features)
    {
        var diagnostics = DocumentDiagnostics.Compute(document);
        var translated = new Diagnostic[diagnostics.Length];
        for (var i = 0; i < translated.Length; i++)
        {
            translated[i] = Of(diagnostics[i], document.Uri, map, features);
        }

        return new PublishDiagnosticsParams { Uri = document.Uri, Version = document.Version, Diagnostics = translated };
    }

    /// <summary>One diagnostic with absolute places.</summary>
    public static Diagnostic Of(Syntax.Diagnostics.Diagnostic diagnostic, string uri, PositionMap map, ClientFeatures features) => new()
    {
        Range = map.ToRange(diagnostic.Location.Span),
        Severity = diagnostic.Severity switch
        {
            Syntax.Diagnostics.DiagnosticSeverity.Error => DiagnosticSeverity.Error,
            Syntax.Diagnostics.DiagnosticSeverity.Warning => DiagnosticSeverity.Warning,
            Syntax.Diagnostics.DiagnosticSeverity.Information => DiagnosticSeverity.Information,
            _ => DiagnosticSeverity.Hint,
        },
        Code = diagnostic.Code,
        CodeDescription = features.ExplainCommand is { } command
            ? new CodeDescription { Href = $"command:{command}?%5B%22{diagnostic.Code}%22%5D" }
            : null,
        Source = Source,
        Message = diagnostic.Help.Length == 0 ? diagnostic.Message : diagnostic.Message + "\n" + diagnostic.Help,
        RelatedInformation = diagnostic.Related.IsEmpty ? null :
        [
            .. diagnostic.Related.Select(related => new DiagnosticRelatedInformation
            {
                Location = new Location { Uri = uri, Range = map.ToRange(related.Location.Span) },
                Message = related.Message,
            }),
        ],
    };
}
