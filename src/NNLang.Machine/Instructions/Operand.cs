using System.Diagnostics.CodeAnalysis;
using NNLang.Tensors;

namespace NNLang.Machine.Instructions;

/// <summary>One operand of an instruction: on chip, in device memory, or an immediate of 32 bits. A value of 40 bytes.</summary>
public readonly struct Operand : IEquatable<Operand>
{
    private readonly HbmOperand? _hbm;
    private readonly OnChipOperand _onChip;
    private readonly uint _bits;

    /// <summary>An operand on chip.</summary>
    public Operand(in OnChipOperand onChip) => _onChip = onChip;

    /// <summary>An operand in device memory.</summary>
    public Operand(HbmOperand hbm) => _hbm = hbm;

    private Operand(uint bits) => _bits = bits;

    /// <summary>What the operand addresses.</summary>
    public MemoryKind Memory => _hbm is null ? _onChip.Memory : MemoryKind.Hbm;

    /// <summary>Whether it is in sbuf or psum.</summary>
    public bool IsOnChip => Memory is MemoryKind.Sbuf or MemoryKind.Psum;

    /// <summary>Whether it is an immediate.</summary>
    public bool IsImmediate => Memory == MemoryKind.Immediate;

    /// <summary>The on-chip operand; meaningful only if <see cref="IsOnChip"/>.</summary>
    [UnscopedRef]
    public ref readonly OnChipOperand OnChip => ref _onChip;

    /// <summary>The operand in device memory; null unless <see cref="Memory"/> is <see cref="MemoryKind.Hbm"/>.</summary>
    public HbmOperand? Hbm => _hbm;

    /// <summary>The bits of an immediate.</summary>
    public uint Bits => _bits;

    /// <summary>The immediate as f32.</summary>
    public float Single => BitConverter.UInt32BitsToSingle(_bits);

    /// <summary>The immediate as i32.</summary>
    public int Int32 => (int)_bits;

    /// <summary>The element type; f32 for an immediate.</summary>
    public ElementType Type => _hbm?.Type ?? (IsImmediate ? ElementType.F32 : _onChip.Type);

    /// <summary>An f32 immediate.</summary>
    public static Operand Immediate(float value) => new(BitConverter.SingleToUInt32Bits(value));

    /// <summary>An i32 immediate.</summary>
    public static Operand Immediate(int value) => new((uint)value);

    /// <summary>An immediate of the given bits.</summary>
    public static Operand ImmediateBits(uint bits) => new(bits);

    /// <summary>An on-chip operand is an operand.</summary>
    public static implicit operator Operand(OnChipOperand onChip) => new(onChip);

    /// <summary>An operand in device memory is an operand.</summary>
    public static implicit operator Operand(HbmOperand hbm) => new(hbm);

    /// <inheritdoc/>
    public bool Equals(Operand other) => _bits == other._bits && Equals(_hbm, other._hbm) && _onChip.Equals(other._onChip);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Operand other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _hbm, _onChip);

    /// <summary>Value equality.</summary>
    public static bool operator ==(Operand left, Operand right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(Operand left, Operand right) => !left.Equals(right);
}
