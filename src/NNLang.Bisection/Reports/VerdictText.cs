using System.Globalization;
using System.Text;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;

namespace NNLang.Bisection.Reports;

/// <summary>The verdict as a few lines for a terminal or a debug console.</summary>
public static class VerdictText
{
    /// <summary>The lines, without colours, each ended by a line feed.</summary>
    public static string Write(Verdict verdict)
    {
        var text = new StringBuilder();
        text.Append(verdict.Summary).Append('\n');
        if (verdict.Layer is { } layer)
        {
            WriteLayer(text, verdict, layer);
        }

        foreach (var hazard in verdict.Hazards)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {hazard.Kind}: {hazard.Text}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {Plural(verdict.Probes.Length, "probe")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Plural(verdict.TargetRuns, "target run")}, {Quantity.Seconds(verdict.Seconds)}\n");
        return text.ToString();
    }

    /// <summary>The sentence of one probe, <c>length 9 of 17 (left): differs</c>.</summary>
    public static string Write(ProbeRecord probe, int lengths)
    {
        var outcome = probe.Kind switch
        {
            ProbeOutcome.Equal => "equal",
            ProbeOutcome.Differs => $"differs by up to {Quantity.Value(probe.MaxError)}",
            _ => "failed",
        };
        var how = probe.What switch
        {
            ProbeKind.FromReference => ", from reference tensors",
            ProbeKind.Tapped => ", tapped",
            ProbeKind.Instrumented => ", instrumented",
            _ => "",
        };
        return $"length {probe.Length} of {lengths} ({probe.Layer}{how}): {outcome}, {Quantity.Seconds(probe.Seconds)}";
    }

    /// <summary>The sentence of a difference, <c>6,272 of 802,816 elements differ. First: [0, 17] is 3.1e+38, reference 0.72, bound 3e-05.</c></summary>
    public static string Describe(TensorDifference difference)
    {
        if (difference.First is not { } first)
        {
            return $"All {Quantity.Count(difference.Elements)} elements are equal.";
        }

        return $"{Quantity.Count(difference.Wrong)} of {Quantity.Count(difference.Elements)} elements differ. "
            + $"First: {Quantity.Index(first.Index)} is {Quantity.Value(first.Device)}, reference {Quantity.Value(first.Reference)}, "
            + $"bound {Quantity.Value(first.Bound)}.";
    }

    private static void WriteLayer(StringBuilder text, Verdict verdict, FaultyLayer layer)
    {
        var place = layer.File is null ? "" : layer.Line is { } line ? $" at {layer.File}:{line}" : $" in {layer.File}";
        text.Append(CultureInfo.InvariantCulture, $"  layer {layer.Index + 1} of {verdict.Layers}: {layer.Path} ({layer.Operator}){place}\n");
        if (!layer.Fused.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"  compiled together with: {string.Join(", ", layer.Fused)}\n");
        }

        if (verdict.Difference is { } difference)
        {
            text.Append("  ").Append(Describe(difference)).Append('\n');
            var pattern = WrongPattern.Describe(difference);
            if (pattern.Length > 0)
            {
                text.Append("  ").Append(pattern).Append('\n');
            }
        }

        if (verdict.WithinBound)
        {
            text.Append("  Every element still lies within the rounding bound of the layer: the bits differ, the meaning does not.\n");
        }

        if (verdict.Descent is { } descent)
        {
            WriteDescent(text, descent);
        }
    }

    private static void WriteDescent(StringBuilder text, Descent descent)
    {
        if (descent.Pass is { } pass)
        {
            text.Append(CultureInfo.InvariantCulture, $"  compiler pass: {pass}\n");
        }

        if (descent.Operation is { } operation)
        {
            text.Append(CultureInfo.InvariantCulture, $"  low-level operation: {operation}\n");
        }

        if (descent.Instruction is { } instruction)
        {
            text.Append(CultureInfo.InvariantCulture, $"  instruction: {instruction.Engine} #{instruction.Index}  {instruction.Text}\n");
        }

        if (descent.Element is { } element)
        {
            text.Append(CultureInfo.InvariantCulture, $"  first wrong element there: {Quantity.Index(element.Index)} ");
            text.Append(CultureInfo.InvariantCulture, $"is {Quantity.Value(element.Device)}, expected {Quantity.Value(element.Reference)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  second compilation: {Plural(descent.AddedInstructions, "instruction")} added to write tensors out\n");
    }

    private static string Plural(int count, string noun) => $"{Quantity.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
