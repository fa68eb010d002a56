namespace NNLang.Machine.Instructions;

/// <summary>What an operand addresses. The values are the upper half of an operand's first byte in a program file.</summary>
public enum MemoryKind : byte
{
    /// <summary>Nothing: the operand is an immediate of 32 bits.</summary>
    Immediate = 0,
    /// <summary>The state buffer: 128 partitions of bytes.</summary>
    Sbuf = 1,
    /// <summary>The partial-sum memory: 128 partitions, eight banks of 2 KiB, f32 and i32 only.</summary>
    Psum = 2,
    /// <summary>Device memory, addressed by region and byte.</summary>
    Hbm = 15,
}
