using System.Text;

namespace NNLang.Syntax.Green;

/// <summary>
/// A token with the trivia before it (from the line's start on) and after it (up to and including the line break). Tokens are
/// shared freely: equal tokens may be one object.
/// </summary>
public sealed class GreenToken : GreenNode
{
    /// <summary>A token. Zero-width closers, put in by the layout step, have empty texts.</summary>
    internal GreenToken(SyntaxKind kind, string leading, string text, string trailing, GreenFlags flags = GreenFlags.None)
        : base(kind)
    {
        LeadingText = leading;
        Text = text;
        TrailingText = trailing;
        Width = leading.Length + text.Length + trailing.Length;
        Flags = flags;
    }

    /// <summary>The trivia before the token.</summary>
    public string LeadingText { get; }

    /// <summary>The token's own text.</summary>
    public string Text { get; }

    /// <summary>The trivia after the token.</summary>
    public string TrailingText { get; }

    /// <summary>True for a closing bracket that is not in the text.</summary>
    public bool IsMissing => Text.Length == 0 && Kind != SyntaxKind.EndOfFile;

    /// <inheritdoc/>
    public override int ChildCount => 0;

    /// <inheritdoc/>
    public override GreenNode Child(int index) => throw new ArgumentOutOfRangeException(nameof(index), "A token has no children.");

    /// <inheritdoc/>
    public override void WriteTo(StringBuilder builder) => builder.Append(LeadingText).Append(Text).Append(TrailingText);

    internal override GreenToken? FirstToken(Func<GreenToken, bool> wanted) => wanted(this) ? this : null;

    internal override GreenToken? LastToken(Func<GreenToken, bool> wanted) => wanted(this) ? this : null;

    private protected override ulong ComputeContentHash() => Mix(HashText(Text), (ulong)Kind);
}
