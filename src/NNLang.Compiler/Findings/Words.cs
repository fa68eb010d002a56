using System.Globalization;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Findings;

/// <summary>Numbers as the messages of findings write them.</summary>
internal static class Words
{
    /// <summary>A time in ns, µs or ms, one decimal.</summary>
    public static string Time(long picoseconds) => Math.Abs(picoseconds) switch
    {
        < 1_000_000 => Invariant(picoseconds / 1e3, "0") + " ns",
        < 1_000_000_000 => Invariant(picoseconds / 1e6, "#,0.0") + " µs",
        _ => Invariant(picoseconds / 1e9, "#,0.00") + " ms",
    };

    /// <summary>A part in percent, without decimals from 10 up.</summary>
    public static string Percent(double part) => Invariant(part * 100, Math.Abs(part) >= 0.1 ? "0" : "0.0") + " %";

    /// <summary>Bytes in KiB or MiB.</summary>
    public static string Bytes(long bytes) => bytes < 1 << 20
        ? Invariant(bytes / 1024.0, "0.0") + " KiB"
        : Invariant(bytes / 1048576.0, "0.00") + " MiB";

    /// <summary>What a remedy saves: <c>saves 8.9 µs (0.9 %)</c>.</summary>
    public static string Saves(long saving, long of) => $"saves {Time(saving)} ({Percent((double)saving / of)})";

    /// <summary>An idle stretch: <c>The tensor engine idles 8.9 µs before 'mix'</c>.</summary>
    public static string Idles(EngineGap gap, string before) => $"The {Engines.Name(gap.Engine)} engine idles {Time(gap.Idle)} before '{before}'";

    private static string Invariant(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
