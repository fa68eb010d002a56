namespace NNLang.Syntax.Parsing;

/// <summary>What the lexer finds: a kind and a length.</summary>
internal readonly record struct RawToken(SyntaxKind Kind, int Length);
