using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer;

/// <summary>Markdown where the protocol also takes plain text.</summary>
internal static class Markdown
{
    /// <summary>The text; null where there is none, so that no empty box is shown.</summary>
    public static StringOrMarkupContent? Of(string text) =>
        text.Length == 0 ? null : new StringOrMarkupContent.OfMarkupContent(new MarkupContent { Kind = MarkupKind.Markdown, Value = text });
}
