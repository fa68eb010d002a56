namespace NNLang.Workspaces.Features.Completion;

/// <summary>What a completion names.</summary>
public enum CompletionKind : byte
{
    /// <summary>An operator.</summary>
    Operator,
    /// <summary>A block or network.</summary>
    Block,
    /// <summary>A value.</summary>
    Value,
    /// <summary>A dimension.</summary>
    Dimension,
    /// <summary>A constant of the file.</summary>
    Constant,
    /// <summary>The label of an argument.</summary>
    Attribute,
    /// <summary>A word of an enumeration: an engine, a type, a mode.</summary>
    Word,
    /// <summary>An annotation.</summary>
    Annotation,
    /// <summary>A device.</summary>
    Device,
    /// <summary>A keyword.</summary>
    Keyword,
    /// <summary>A key of weights, or a prefix of keys.</summary>
    Key,
}

/// <summary>One proposal.</summary>
/// <param name="Label">What is listed, and inserted unless <see cref="Snippet"/> says otherwise.</param>
/// <param name="Kind">What it names.</param>
public sealed record CompletionEntry(string Label, CompletionKind Kind)
{
    /// <summary>What stands directly behind the label, dimmed.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What stands at the right.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is inserted, with tab stops; null for the label.</summary>
    public string? Snippet { get; init; }

    /// <summary>Markdown; may be empty.</summary>
    public string Documentation { get; init; } = "";

    /// <summary>Sorts before higher ranks.</summary>
    public int Rank { get; init; }
}
