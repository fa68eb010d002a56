namespace NNLang.Syntax.Green;

/// <summary>A green node at a place.</summary>
/// <param name="Node">The node.</param>
/// <param name="Position">Where its leading trivia begins.</param>
public readonly record struct GreenElement(GreenNode Node, int Position);
