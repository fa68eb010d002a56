namespace NNLang.Syntax.Green;

/// <summary>What a green node holds somewhere below it, so that sound subtrees are passed over.</summary>
[Flags]
public enum GreenFlags : byte
{
    /// <summary>Nothing of note.</summary>
    None = 0,

    /// <summary>A token that is a habit from another language, unclosed, or has such trivia.</summary>
    Lexical = 1,

    /// <summary>A syntax error.</summary>
    Syntax = 2,

    /// <summary>A bracket without partner: a zero-width closer, or a skipped one.</summary>
    Bracket = 4,


    /// <summary>A curly brace among the brackets without partner: where it is told depends on the braces around.</summary>
    Brace = 8,

    /// <summary>A comment among the trivia.</summary>
    Comment = 16,

    /// <summary>Any diagnostic.</summary>
    ContainsDiagnostics = Lexical | Syntax | Bracket,
}
