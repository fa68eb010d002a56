using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Machine.Programs;

/// <summary>A region of device memory (<c>docs/machine.md</c> 8.4); the loader places it, 64-byte aligned.</summary>
/// <param name="Name">Its name, unique in the program.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Type">The element type of its contents.</param>
/// <param name="Dimensions">Its dense row-major extents; may be empty.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Recipe">How the loader makes its contents; required for weights and constants, null otherwise.</param>
public sealed record Region(
    string Name, RegionKind Kind, ElementType Type, ImmutableArray<long> Dimensions, long Bytes, Recipe? Recipe = null)
{
    /// <summary>The bytes of device memory that a region of some bytes takes up.</summary>
    public static long Aligned(long bytes) => (bytes + 63) & ~63L;

    /// <summary>Value equality of all parts.</summary>
    public bool Equals(Region? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && Type == other.Type && Bytes == other.Bytes
        && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan()) && Equals(Recipe, other.Recipe);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Type, Bytes);
}
