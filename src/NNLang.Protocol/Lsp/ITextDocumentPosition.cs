namespace NNLang.Protocol.Lsp;

/// <summary>Parameters that name a place in a document: those of hover, completion, definition and their like.</summary>
public interface ITextDocumentPosition
{
    /// <summary>The document.</summary>
    TextDocumentIdentifier TextDocument { get; }

    /// <summary>The place: line and UTF-16 column, both from 0.</summary>
    Position Position { get; }
}
