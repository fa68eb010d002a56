namespace NNLang.Syntax.Diagnostics;

/// <summary>A replacement of text that a fix makes.</summary>
/// <param name="Location">What is replaced; of length 0 for an insertion.</param>
/// <param name="NewText">What stands there afterwards.</param>
public readonly record struct TextEdit(SyntaxLocation Location, string NewText);
