namespace NNLang.Semantics.Queries;

/// <summary>What a name in the text names.</summary>
public enum SymbolKind : byte
{
    /// <summary>A value of a body: a tensor, a bundle, a compile-time value.</summary>
    Value,
    /// <summary>A parameter of a block, or an input of a network.</summary>
    Parameter,
    /// <summary>A dimension.</summary>
    Dimension,
    /// <summary>The index of a repeat.</summary>
    Index,
    /// <summary>A constant of the file.</summary>
    Constant,
    /// <summary>A block.</summary>
    Block,
    /// <summary>A network.</summary>
    Network,
    /// <summary>An operator of the catalogue.</summary>
    Operator,
    /// <summary>A function of compile-time values.</summary>
    Function,
    /// <summary>An attribute or slot of an operator.</summary>
    Attribute,
    /// <summary>An element type, or a kind of value.</summary>
    Type,
    /// <summary>A device.</summary>
    Device,
    /// <summary>An engine.</summary>
    Engine,
    /// <summary>A fault of the file.</summary>
    Fault,
    /// <summary>An annotation.</summary>
    Annotation,
    /// <summary>A result of a block or network.</summary>
    Result,
    /// <summary>Nothing that is known.</summary>
    Unknown,
}

/// <summary>A name at a place.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Name">The name without backticks.</param>
/// <param name="Span">Where it stands, absolute, backticks included.</param>
/// <param name="IsDefinition">Whether it is defined here.</param>
/// <param name="Definition">Where it is defined: for a value the binding that is read; null for what the file does not define.</param>
/// <param name="Container">The block or network it belongs to, or, for attributes, the operator or block; null at file level.</param>
public sealed record Occurrence(SymbolKind Kind, string Name, TextSpan Span, bool IsDefinition, TextSpan? Definition, string? Container);
