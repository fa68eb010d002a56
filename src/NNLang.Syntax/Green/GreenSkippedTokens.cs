namespace NNLang.Syntax.Green;

/// <summary>Tokens that no rule took, from an error to the end of its element; may be none.</summary>
internal sealed class GreenSkippedTokens : GreenBranch
{
    public GreenSkippedTokens(GreenSyntaxError? error, GreenNode[] tokens)
        : base(SyntaxKind.SkippedTokens, error is null ? GreenFlags.None : GreenFlags.Syntax, tokens) => Error = error;

    /// <summary>The error, or null where it is told elsewhere in the same element.</summary>
    public GreenSyntaxError? Error { get; }

    protected override GreenBranch Rebuild(GreenNode[] newChildren) => new GreenSkippedTokens(Error, newChildren);
}
