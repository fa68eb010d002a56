namespace NNLang.Syntax.Parsing;

/// <summary>What a line is by its first tokens; decides what ends before it.</summary>
internal enum LineClass
{
    /// <summary>Begins a member: everything open is closed.</summary>
    Member,

    /// <summary>Begins a statement: parentheses and square brackets are closed.</summary>
    Statement,

    /// <summary>Continues the element before it.</summary>
    Continuation,

    /// <summary>Begins an element unless a bracket is open or a comma precedes.</summary>
    Plain,
}
