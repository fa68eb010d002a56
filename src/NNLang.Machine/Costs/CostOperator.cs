namespace NNLang.Machine.Costs;

/// <summary>The operators of cost expressions.</summary>
public enum CostOperator : byte
{
    /// <summary>Addition.</summary>
    Add,
    /// <summary>Subtraction.</summary>
    Subtract,
    /// <summary>Multiplication.</summary>
    Multiply,
    /// <summary>Division; of ints the floor of the quotient.</summary>
    Divide,
    /// <summary>Remainder with the divisor's sign.</summary>
    Remainder,
    /// <summary>Power of numbers.</summary>
    Power,
    /// <summary>Equality.</summary>
    Equal,
    /// <summary>Inequality.</summary>
    NotEqual,
    /// <summary>Less.</summary>
    Less,
    /// <summary>Less or equal.</summary>
    LessEqual,
    /// <summary>Greater.</summary>
    Greater,
    /// <summary>Greater or equal.</summary>
    GreaterEqual,
    /// <summary>Both.</summary>
    And,
    /// <summary>At least one.</summary>
    Or,
}

/// <summary>The functions of cost expressions.</summary>
public enum CostFunction : byte
{
    /// <summary>The least of two or more.</summary>
    Min,
    /// <summary>The greatest of two or more.</summary>
    Max,
    /// <summary>The absolute value.</summary>
    Abs,
    /// <summary>Two ints: the quotient rounded up.</summary>
    CeilDiv,
    /// <summary>A float rounded down to an int.</summary>
    Floor,
    /// <summary>A float rounded up to an int.</summary>
    Ceil,
    /// <summary>The square root.</summary>
    Sqrt,
    /// <summary>The whole-number logarithm to base 2 of an int, as the position of its highest bit.</summary>
    Log2,
    /// <summary>A float truncated to an int.</summary>
    Int,
    /// <summary>An int as a float.</summary>
    Float,
    /// <summary>Whether a list of words has a word.</summary>
    Contains,
}

/// <summary>The parts of a tile that expressions may read.</summary>
public enum TilePart : byte
{
    /// <summary>Partitions.</summary>
    P,
    /// <summary>Elements per partition.</summary>
    N,
    /// <summary>Bytes per partition: elements times element size.</summary>
    Bytes,
    /// <summary>Bytes of an element.</summary>
    ElementBytes,
    /// <summary>The element type, a word.</summary>
    Type,
    /// <summary>The memory, a word.</summary>
    Memory,
    /// <summary>Whether the elements of a partition are dense.</summary>
    Contiguous,
    /// <summary>Distance of neighbours in the innermost dimension of count above 1, bytes (a quantity).</summary>
    InnerStride,
}

/// <summary>What rules may ask about the previous instruction of the engine.</summary>
public enum PreviousPart : byte
{
    /// <summary>Whether a source's box hits its destination's box (<c>docs/machine.md</c> 7.4).</summary>
    WritesOperand,
    /// <summary>Whether the engine stood idle immediately before (<c>docs/machine.md</c> 7.2).</summary>
    Idle,
    /// <summary>Its name, a word; empty at the start of the stream.</summary>
    Instruction,
}
