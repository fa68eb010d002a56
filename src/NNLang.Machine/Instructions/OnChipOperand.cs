using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using NNLang.Tensors;

namespace NNLang.Machine.Instructions;

/// <summary>
/// An operand in sbuf or psum (<c>docs/machine.md</c> 3.1): the same pattern of 1 to 4 dimensions in each of its partitions, outermost
/// dimension first. Element i, a mixed-radix index, of partition <see cref="FirstPartition"/> + k lies at
/// <see cref="Offset"/> + size * sum(index * stride). A value of 28 bytes; constructing one does not check legality.
/// </summary>
public readonly struct OnChipOperand : IEquatable<OnChipOperand>
{
    private readonly uint _offset;
    private readonly MemoryKind _memory;
    private readonly ElementType _type;
    private readonly byte _firstPartition;
    private readonly byte _partitions;
    private readonly byte _rank;
    private readonly Pattern _pattern;

    /// <summary>Makes an operand. <paramref name="dimensions"/> has 1 to 4 entries, outermost first.</summary>
    /// <exception cref="ArgumentException">There is no dimension, or there are more than four.</exception>
    public OnChipOperand(
        MemoryKind memory, int firstPartition, int partitions, uint offset, ElementType type, params ReadOnlySpan<Dimension> dimensions)
    {
        if (dimensions.Length is 0 or > 4)
        {
            throw new ArgumentException($"An operand has 1 to 4 dimensions, not {dimensions.Length}.", nameof(dimensions));
        }

        _memory = memory;
        _firstPartition = checked((byte)firstPartition);
        _partitions = checked((byte)partitions);
        _offset = offset;
        _type = type;
        _rank = (byte)dimensions.Length;
        dimensions.CopyTo(_pattern);
    }

    /// <summary>sbuf or psum.</summary>
    public MemoryKind Memory => _memory;

    /// <summary>The first partition, p0.</summary>
    public int FirstPartition => _firstPartition;

    /// <summary>The number of partitions, np.</summary>
    public int Partitions => _partitions;

    /// <summary>The offset of element 0 in each partition, bytes.</summary>
    public uint Offset => _offset;

    /// <summary>The element type.</summary>
    public ElementType Type => _type;

    /// <summary>The number of dimensions, 1 to 4.</summary>
    public int Rank => _rank;

    /// <summary>The dimensions, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<Dimension> Dimensions => ((ReadOnlySpan<Dimension>)_pattern)[.._rank];

    /// <summary>Elements per partition, n: the product of the counts.</summary>
    public int ElementsPerPartition
    {
        get
        {
            var n = 1L;
            foreach (var dimension in Dimensions)
            {
                n *= dimension.Count;
            }

            return (int)Math.Min(n, int.MaxValue);
        }
    }

    /// <summary>The same pattern at another offset.</summary>
    public OnChipOperand At(uint offset) => new(_memory, _firstPartition, _partitions, offset, _type, Dimensions);

    /// <inheritdoc/>
    public bool Equals(OnChipOperand other) =>
        _memory == other._memory && _firstPartition == other._firstPartition && _partitions == other._partitions
        && _offset == other._offset && _type == other._type && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OnChipOperand other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_memory, _firstPartition, _partitions, _offset, _type, _rank, _pattern[0]);

    /// <summary>Value equality.</summary>
    public static bool operator ==(OnChipOperand left, OnChipOperand right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(OnChipOperand left, OnChipOperand right) => !left.Equals(right);

    /// <summary>One dimension of a pattern: how many elements, and how many elements apart.</summary>
    public readonly record struct Dimension(ushort Count, short Stride);

    [InlineArray(4)]
    private struct Pattern
    {
        private Dimension _first;
    }
}
