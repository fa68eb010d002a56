namespace NNLang.Machine.Costs;

/// <summary>What a cost expression computes: a kind, and for a quantity its dimension as powers of time and bytes.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="Time">The power of time of a quantity.</param>
/// <param name="Bytes">The power of bytes of a quantity.</param>
public readonly record struct CostType(CostKind Kind, sbyte Time = 0, sbyte Bytes = 0)
{
    /// <summary>A whole number (64 bits); as a cost: cycles.</summary>
    public static CostType Int => new(CostKind.Int);

    /// <summary>A binary64; as a cost: cycles, rounded up.</summary>
    public static CostType Float => new(CostKind.Float);

    /// <summary>True or false.</summary>
    public static CostType Bool => new(CostKind.Bool);

    /// <summary>A word: a string, an element type, a memory.</summary>
    public static CostType Word => new(CostKind.Word);

    /// <summary>A list of words.</summary>
    public static CostType WordList => new(CostKind.WordList);

    /// <summary>A time; as a cost: rounded up to whole picoseconds.</summary>
    public static CostType Duration => new(CostKind.Quantity, Time: 1);

    /// <summary>A number of bytes with its unit.</summary>
    public static CostType Size => new(CostKind.Quantity, Bytes: 1);

    /// <summary>Whether it is an int or a float.</summary>
    public bool IsNumber => Kind is CostKind.Int or CostKind.Float;

    /// <summary>The type for people.</summary>
    public override string ToString() => Kind switch
    {
        CostKind.Int => "int",
        CostKind.Float => "float",
        CostKind.Bool => "bool",
        CostKind.Word => "word",
        CostKind.WordList => "list of words",
        _ => (Time, Bytes) switch
        {
            (1, 0) => "time",
            (0, 1) => "bytes",
            (-1, 1) => "bytes per time",
            (-1, 0) => "frequency",
            _ => $"time^{Time} bytes^{Bytes}",
        },
    };
}

/// <summary>The kinds of values of cost expressions.</summary>
public enum CostKind : byte
{
    /// <summary>A whole number.</summary>
    Int,
    /// <summary>A binary64.</summary>
    Float,
    /// <summary>True or false.</summary>
    Bool,
    /// <summary>A string, an element type or a memory.</summary>
    Word,
    /// <summary>A list of words.</summary>
    WordList,
    /// <summary>A number with a dimension.</summary>
    Quantity,
}
