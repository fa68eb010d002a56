namespace NNLang.Operators.Model;

/// <summary>What an attribute accepts (language, types of compile-time values).</summary>
public enum AttributeKind : byte
{
    /// <summary><c>int</c>.</summary>
    Integer,
    /// <summary><c>int[]</c>, or <c>int[k]</c> where a single int repeats k times.</summary>
    IntegerList,
    /// <summary><c>float</c>; an int is accepted.</summary>
    Real,
    /// <summary><c>float[]</c>.</summary>
    RealList,
    /// <summary><c>bool</c>.</summary>
    Boolean,
    /// <summary>A bare word out of <see cref="AttributeDefinition.Words"/>.</summary>
    Word,
    /// <summary><c>string</c>.</summary>
    Text,
    /// <summary>An element type.</summary>
    Type,
    /// <summary>An int, a list of 2 or 4 ints, or the word <c>same</c>: padding.</summary>
    Padding,
    /// <summary>A nested list of numbers: an inline tensor.</summary>
    Numbers,
}
