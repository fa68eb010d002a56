namespace NNLang.Compiler.Tile;

/// <summary>A defect planted into the lowering of one group (<c>docs/machine.md</c> 9, compiler faults). Pure data, part of the key.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Side">wrong_pad: which edge: top, left, bottom or right; else empty.</param>
public sealed record TileFault(TileFaultKind Kind, string Side);

/// <summary>The compiler faults of the tile pass.</summary>
public enum TileFaultKind : byte
{
    /// <summary>The tiles at one edge read the image as if there were one row or column of padding less there.</summary>
    WrongPad,
    /// <summary>The last tile of the result is not computed and stays zero.</summary>
    DroppedTile,
    /// <summary>Windows are one column nearer to each other than they should be.</summary>
    WrongStride,
    /// <summary>The first two operands of a concat take each other's place.</summary>
    WrongOffset,
    /// <summary>The two operands of an operation are exchanged.</summary>
    SwappedOperands,
}
