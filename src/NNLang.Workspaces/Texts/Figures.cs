using System.Globalization;

namespace NNLang.Workspaces.Texts;

/// <summary>
/// Numbers as the editor shows them: invariant culture; times with three significant digits in hints and lenses, two decimals in tables; bytes
/// in KiB and MiB; thousands with a comma.
/// </summary>
public static class Figures
{
    /// <summary>A time in three significant digits, <c>80.6 µs</c>.</summary>
    /// <param name="picoseconds">The time in ps.</param>
    public static string Time(long picoseconds)
    {
        var (value, unit) = Scale(picoseconds);
        var decimals = value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00";
        return Trim(value.ToString(decimals, CultureInfo.InvariantCulture)) + " " + unit;
    }

    /// <summary>A time with two decimals for tables, in microseconds, <c>1,031.00 µs</c>.</summary>
    /// <param name="picoseconds">The time in ps.</param>
    public static string Microseconds(long picoseconds) =>
        (picoseconds / 1e6).ToString("#,0.00", CultureInfo.InvariantCulture) + " µs";

    /// <summary>Bytes, <c>196 KiB</c>, <c>2.25 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1024)
        {
            return bytes.ToString(CultureInfo.InvariantCulture) + " B";
        }

        var (value, unit) = bytes < 1 << 20 ? (bytes / 1024.0, "KiB") : bytes < 1L << 30 ? (bytes / 1048576.0, "MiB") : (bytes / 1073741824.0, "GiB");
        var decimals = value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00";
        return Trim(value.ToString(decimals, CultureInfo.InvariantCulture)) + " " + unit;
    }

    /// <summary>A large count, <c>115.6 M</c>, <c>1.85 G</c>; below a thousand as it is.</summary>
    public static string Large(long count)
    {
        var (value, unit) = count switch
        {
            < 1_000 => (count, ""),
            < 1_000_000 => (count / 1e3, " k"),
            < 1_000_000_000 => (count / 1e6, " M"),
            _ => (count / 1e9, " G"),
        };
        var decimals = unit.Length == 0 ? "0" : value >= 10 ? "0.0" : "0.00";
        return value.ToString(decimals, CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>A count with thousands separated, <c>28,224</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A ratio in percent, without decimals from 10 up, <c>0.9 %</c>, <c>25 %</c>.</summary>
    public static string Percent(double ratio) =>
        (ratio * 100).ToString(Math.Abs(ratio) >= 0.0995 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A count and its noun, <c>1 finding</c>, <c>2 findings</c>.</summary>
    public static string Plural(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static (double Value, string Unit) Scale(long picoseconds) => Math.Abs(picoseconds) switch
    {
        < 1_000_000 => (picoseconds / 1e3, "ns"),
        < 1_000_000_000 => (picoseconds / 1e6, "µs"),
        < 1_000_000_000_000 => (picoseconds / 1e9, "ms"),
        _ => (picoseconds / 1e12, "s"),
    };

    private static string Trim(string digits) =>
        digits.Contains('.', StringComparison.Ordinal) && double.Parse(digits, CultureInfo.InvariantCulture) == 0 ? "0" : digits;
}
