using System.Globalization;

namespace NNLang.Bisection.Reports;

/// <summary>Numbers as every text of the project writes them: invariant culture, thousands with a comma, four significant digits.</summary>
public static class Quantity
{
    /// <summary>A count, <c>802,816</c>.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A value of a tensor, <c>0.7214</c>, <c>3.1e+38</c>.</summary>
    public static string Value(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
        }

        var magnitude = Math.Abs(value);
        return value == 0 || (magnitude is >= 1e-3 and < 1e6)
            ? value.ToString("0.####", CultureInfo.InvariantCulture) is var plain && (plain != "0" && plain != "-0" || value == 0)
                ? plain
                : value.ToString("G4", CultureInfo.InvariantCulture)
            : value.ToString("0.0##e+0", CultureInfo.InvariantCulture);
    }

    /// <summary>A duration in seconds, <c>0.42 s</c>.</summary>
    public static string Seconds(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    /// <summary>A logical index, <c>[0, 17, 3, 9]</c>.</summary>
    public static string Index(IEnumerable<long> index) =>
        "[" + string.Join(", ", index.Select(i => i.ToString(CultureInfo.InvariantCulture))) + "]";
}
