namespace NNLang.Compiler.Lowered;

/// <summary>What a <see cref="BufferRef"/> names.</summary>
public enum BufferOrigin : byte
{
    /// <summary>Nothing: the operand is an immediate.</summary>
    None,
    /// <summary>A buffer of the group itself.</summary>
    Local,
    /// <summary>The storage of one of the group's inputs.</summary>
    Input,
}

/// <summary>A buffer as a lowered group sees it: never an address.</summary>
/// <param name="Origin">Whose buffer it is.</param>
/// <param name="Index">Index into <see cref="LoweredGroup.Buffers"/> or <see cref="LoweredGroup.Inputs"/>.</param>
public readonly record struct BufferRef(BufferOrigin Origin, int Index)
{
    /// <summary>No buffer.</summary>
    public static BufferRef None => default;

    /// <summary>A buffer of the group.</summary>
    public static BufferRef Local(int index) => new(BufferOrigin.Local, index);

    /// <summary>The storage of an input.</summary>
    public static BufferRef Input(int index) => new(BufferOrigin.Input, index);

    /// <inheritdoc/>
    public override string ToString() => Origin switch
    {
        BufferOrigin.Local => $"b{Index}",
        BufferOrigin.Input => $"in{Index}",
        _ => "-",
    };
}

/// <summary>How an operation uses a buffer.</summary>
[Flags]
public enum BufferAccess : byte
{
    /// <summary>It reads some of it.</summary>
    Read = 1,
    /// <summary>It writes some of it.</summary>
    Write = 2,
}

/// <summary>One use of a buffer by a tile operation: what lifetimes are made of.</summary>
public readonly record struct BufferUse(BufferRef Buffer, BufferAccess Access);
