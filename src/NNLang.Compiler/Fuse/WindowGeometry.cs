namespace NNLang.Compiler.Fuse;

/// <summary>The numbers of an operator that slides a window over images, all explicit.</summary>
public sealed record WindowGeometry
{
    /// <summary>Images.</summary>
    public required int Batch { get; init; }

    /// <summary>Rows of an image.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of an image.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the window.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Columns of the window.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Rows between windows.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Columns between windows.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Rows between taps.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Columns between taps.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Rows of padding before the first.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns of padding before the first.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows of the result.</summary>
    public required int OutputHeight { get; init; }

    /// <summary>Columns of the result.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Rows of padding after the last that some window reads: what the declared padding and rounding up the size really come to.</summary>
    public int PadBottom =>
        Math.Max(0, ((OutputHeight - 1) * StrideHeight) + ((KernelHeight - 1) * DilationHeight) + 1 - PadTop - Height);

    /// <summary>Columns of padding after the last that some window reads: what the declared padding and rounding up the size really come to.</summary>
    public int PadRight =>
        Math.Max(0, ((OutputWidth - 1) * StrideWidth) + ((KernelWidth - 1) * DilationWidth) + 1 - PadLeft - Width);

    /// <summary>Whether no window leaves the image.</summary>
    public bool PadsAreZero => (PadTop | PadLeft | PadBottom | PadRight) == 0;
}

/// <summary>The elements that count in the divisor of an average pool: a rectangle around or equal to the image.</summary>
/// <param name="Top">Rows before the image's first.</param>
/// <param name="Left">Columns before the image's first.</param>
/// <param name="Height">Rows of the rectangle.</param>
/// <param name="Width">Columns of the rectangle.</param>
public readonly record struct CountedArea(int Top, int Left, int Height, int Width);
