using System.Collections.Immutable;

namespace NNLang.Syntax.Diagnostics;

/// <summary>A change that removes a diagnostic.</summary>
/// <param name="Title">What the change does, beginning with a verb.</param>
/// <param name="Edits">The edits; they do not overlap.</param>
/// <param name="IsPreferred">True for the one that is applied where many are fixed at once.</param>
public sealed record CodeFix(string Title, ImmutableArray<TextEdit> Edits, bool IsPreferred = true)
{
    /// <summary>A fix of one edit.</summary>
    public static CodeFix Replace(string title, SyntaxLocation location, string newText, bool isPreferred = true) =>
        new(title, [new TextEdit(location, newText)], isPreferred);
}
