using System.Globalization;
using NNLang.Operators.Model;

namespace NNLang.Compiler.Fuse;

/// <summary>How the terms of a sum are enumerated.</summary>
public enum SummationKind : byte
{
    /// <summary>For each tap (row, then column), blocks of 128 channels; within a slab channels ascending.</summary>
    Taps,
    /// <summary>For each pass a slab; within it shift, channel, kernel row ascending (<c>docs/lowering.md</c> 2.2).</summary>
    Stem,
    /// <summary>Blocks of 128 of a flat index, ascending.</summary>
    Blocks,
}

/// <summary>
/// The order of a sum: slabs, each of which starts from +0 and adds its terms ascending; the first slab is the total, each later one is
/// added to it once (<c>docs/machine.md</c> 6.4, 6.5). A pure function of attributes and logical shapes.
/// </summary>
/// <param name="Kind">How terms are enumerated.</param>
/// <param name="Rows">Taps and stem: rows of the window; else 1.</param>
/// <param name="Columns">Taps and stem: columns of the window; else 1.</param>
/// <param name="Channels">Terms of one tap; blocks: all terms.</param>
/// <param name="Shifts">Stem: columns of one pass; else 1.</param>
public sealed record SummationPlan(SummationKind Kind, int Rows, int Columns, int Channels, int Shifts)
{
    /// <summary>Terms of the longest possible slab: the partitions of the array.</summary>
    public const int SlabLength = 128;

    /// <summary>Order (row, column, block of channels).</summary>
    public static SummationPlan Taps(int rows, int columns, int channels) => new(SummationKind.Taps, rows, columns, channels, 1);

    /// <summary>Order of the stem.</summary>
    public static SummationPlan Stem(int shifts, int channels, int rows, int columns) => new(SummationKind.Stem, rows, columns, channels, shifts);

    /// <summary>Order of a flat index.</summary>
    public static SummationPlan Blocks(int terms) => new(SummationKind.Blocks, 1, 1, terms, 1);

    /// <summary>How many terms there are.</summary>
    public long Terms => (long)Rows * Columns * Channels;

    /// <summary>How many slabs there are.</summary>
    public long Slabs => Kind switch
    {
        SummationKind.Stem => (Columns + Shifts - 1) / Shifts,
        _ => (long)Rows * Columns * ((Channels + SlabLength - 1) / SlabLength),
    };

    /// <summary>How many terms the longest slab has.</summary>
    public long LongestSlab => Kind switch
    {
        SummationKind.Stem => (long)Shifts * Channels * Rows,
        _ => Math.Min(SlabLength, Channels),
    };

    /// <summary>What an error rule needs to know of it.</summary>
    public SummationOrder Order => new(LongestSlab, Slabs);

    /// <inheritdoc/>
    public override string ToString()
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"{Slabs} slabs of at most {LongestSlab}");
        return Kind switch
        {
            SummationKind.Taps => $"(ky, kx, channel / 128): {size}",
            SummationKind.Stem => $"(pass; shift, channel, ky): {size}",
            _ => $"(k / 128): {size}",
        };
    }
}
