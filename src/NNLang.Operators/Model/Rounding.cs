namespace NNLang.Operators.Model;

/// <summary>Constants and elementary bounds of binary32 rounding that the error rules share (<c>docs/numerics.md</c>).</summary>
public static class Rounding
{
    /// <summary>Unit roundoff of binary32, 2^-24.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>Half of the least denormal of binary32, 2^-150: the absolute error of one operation whose result is denormal.</summary>
    public const double DenormalStep = 7.006492321624085e-46;

    /// <summary>Relative error of one binary64 operation with a margin: what the evaluation itself may be off by, per term.</summary>
    public const double OwnError = 1.2e-16;

    /// <summary>Absolute error of a table function at the bottom of the range.</summary>
    public const double TableFloor = 5e-45;

    /// <summary>Higham's gamma: n u / (1 - n u), the relative error of n roundings in sequence; infinite where n u reaches 1.</summary>
    public static double Gamma(double n) => n <= 0 ? 0 : n * Unit < 1 ? n * Unit / (1 - (n * Unit)) : double.PositiveInfinity;

    /// <summary>Relative error of a table function: (T + 1/2) units in the last place, each at most 2u.</summary>
    public static double OfTable(double tableError) => (tableError + 0.5) * 2 * Unit;

    /// <summary>How far a constant moves when it is rounded to binary32.</summary>
    public static double Shift(double value) => double.IsFinite(value) ? Math.Abs(value - (float)value) : 0;
}
