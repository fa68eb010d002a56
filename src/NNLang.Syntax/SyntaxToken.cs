using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax;

/// <summary>
/// A token at a place. A value type: nothing is allocated for it. The default value stands for a token that a broken node does not
/// have: its text is empty and <see cref="IsMissing"/> is true.
/// </summary>
/// <param name="Parent">The node that holds it, or null for the default value.</param>
/// <param name="Green">The token without its place, or null for the default value.</param>
/// <param name="Position">Where its leading trivia begins, from the root's start.</param>
public readonly record struct SyntaxToken(SyntaxNode? Parent, GreenToken? Green, int Position)
{
    /// <summary>What it is; <see cref="SyntaxKind.EndOfElement"/> for the default value.</summary>
    public SyntaxKind Kind => Green?.Kind ?? SyntaxKind.EndOfElement;

    /// <summary>The text without trivia, as written.</summary>
    public string Text => Green?.Text ?? string.Empty;

    /// <summary>A name without backticks, a string without quotes, both without escapes; else the text.</summary>
    public string ValueText => Green is null ? string.Empty : SyntaxFacts.ValueOf(Green.Kind, Green.Text);

    /// <summary>True where the token is not in the text.</summary>
    public bool IsMissing => Green is null || Green.IsMissing;

    /// <summary>The units without trivia.</summary>
    public TextSpan Span => Green is null ? new TextSpan(Position, 0) : new TextSpan(Position + Green.LeadingText.Length, Green.Text.Length);

    /// <summary>The units with trivia.</summary>
    public TextSpan FullSpan => new(Position, Green?.Width ?? 0);

    /// <summary>The trivia before it, in order.</summary>
    public IEnumerable<SyntaxTrivia> LeadingTrivia =>
        Green is null ? [] : SyntaxTrivia.Split(Green.LeadingText, Position);

    /// <summary>The trivia after it on its line, in order, the line break included.</summary>
    public IEnumerable<SyntaxTrivia> TrailingTrivia =>
        Green is null ? [] : SyntaxTrivia.Split(Green.TrailingText, Span.End);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
