namespace NNLang.Machine.Instructions;

/// <summary>A place in the form of an instruction: an operand or an attribute (<c>docs/machine.md</c> 6.4).</summary>
internal enum SlotKind : byte
{
    /// <summary>An on-chip operand that is written.</summary>
    Destination,
    /// <summary>A written column: one element a partition.</summary>
    DestinationColumn,
    /// <summary>An on-chip operand that is read.</summary>
    Source,
    /// <summary>A read column of i32.</summary>
    IndexColumn,
    /// <summary>A column or an f32 immediate.</summary>
    Scalar,
    /// <summary>The same, if present.</summary>
    OptionalScalar,
    /// <summary>32 bits of the destination's type.</summary>
    Bits,
    /// <summary>An i32 immediate.</summary>
    Integer,
    /// <summary>i32 immediates up to the end.</summary>
    Integers,
    /// <summary>An on-chip or HBM operand that is written.</summary>
    AnyDestination,
    /// <summary>An on-chip or HBM operand that is read.</summary>
    AnySource,
    /// <summary>An HBM operand with one partition dimension: rows of a table.</summary>
    Table,
    /// <summary>A function.</summary>
    Function,
    /// <summary>The first operation.</summary>
    Operation0,
    /// <summary>The first operation, perhaps reversed.</summary>
    ReversibleOperation0,
    /// <summary>The second operation.</summary>
    Operation1,
    /// <summary>The second operation, perhaps reversed.</summary>
    ReversibleOperation1,
    /// <summary>A second operation and scalar, if present.</summary>
    OptionalPair,
    /// <summary>acc, if present.</summary>
    Accumulate,
    /// <summary>fma, if present.</summary>
    FusedMultiplyAdd,
    /// <summary>negate, if present.</summary>
    Negate,
    /// <summary>The number of reduced dimensions.</summary>
    Axes,
    /// <summary>groups, if above 1.</summary>
    Groups,
    /// <summary>The queue.</summary>
    Queue,
}
