namespace NNLang.Syntax.Text;

/// <summary>An edit: the units of <paramref name="Span"/> are replaced by <paramref name="NewText"/>.</summary>
/// <param name="Span">What is replaced, in units of the text before the edit.</param>
/// <param name="NewText">What stands there afterwards.</param>
public readonly record struct TextChange(TextSpan Span, string NewText)
{
    /// <summary>How many units the text grows by.</summary>
    public int Delta => NewText.Length - Span.Length;
}
