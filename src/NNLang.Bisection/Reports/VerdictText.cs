using System.Globalization;
using System.Text;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;

namespace NNLang.Bisection.Reports;

/// <summary>The verdict as a few lines for a terminal or a debug console.</summary>
public static class VerdictText
{
    private const int ExcerptLength = 160;
    private const int HazardsShown = 6;

    /// <summary>The lines, without colours, each ended by a line feed.</summary>
    public static string Write(Verdict verdict)
    {
        var text = new StringBuilder();
        text.Append(verdict.Summary).Append('\n');
        if (verdict.Layer is { } layer)
        {
            WriteLayer(text, verdict, layer);
        }

        foreach (var hazard in verdict.Hazards.Take(HazardsShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {hazard.Text}\n");
        }

        if (verdict.Hazards.Length > HazardsShown)
        {
            text.Append(CultureInfo.InvariantCulture, $"  and {Plural(verdict.Hazards.Length - HazardsShown, "more hazard")}\n");
        }

        foreach (var warning in verdict.Warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $"  warning: {warning}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {Plural(verdict.Probes.Length, "probe")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Plural(verdict.TargetRuns, "target run")}, {Quantity.Seconds(verdict.Seconds)}\n");
        return text.ToString();
    }

    /// <summary>What a person at a terminal may do about a verdict; empty where there is nothing to do.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="program">The network as it was named on the command line.</param>
    public static string NextSteps(Verdict verdict, string program) => verdict switch
    {
        { Kind: VerdictKind.Divergence, Descent.Pass: "fuse" } =>
            $"Next: the fuse pass changed the meaning. Compare 'nnc build {program} --emit network' with '--emit fused' at this layer.\n",
        { Kind: VerdictKind.Divergence, Descent.Pass: "tile" } =>
            $"Next: the tile pass changed the meaning. Compare 'nnc build {program} --emit fused' with '--emit tiled' at this layer.\n",
        { Kind: VerdictKind.Divergence, Descent.Pass: { } pass } =>
            $"Next: the {pass} pass lost an order. Compare 'nnc build {program} --emit allocated' with '--emit program' at the instructions named above.\n",
        { Kind: VerdictKind.Divergence } =>
            "Next: the code is right, the device is not. F5 in the editor opens both tensors at this instruction; "
            + "'--report X.html' draws the error of every layer.\n",
        { Kind: VerdictKind.Inconclusive, Hazards.IsEmpty: false } =>
            $"Next: order the two instructions; 'nnc build {program} --emit program' shows their waits.\n",
        _ => "",
    };

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
        if (layer is { Text: { } source, Line: { } number })
        {
            text.Append(CultureInfo.InvariantCulture, $"  {number,5} | {Excerpt(source)}\n");
        }

        if (layer.OnnxName is { } node && node != layer.Path)
        {
            text.Append(CultureInfo.InvariantCulture, $"  ONNX node: {node}\n");
        }

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

    private static string Excerpt(string line) => line.Length <= ExcerptLength ? line : line[..ExcerptLength] + "..";

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

        if (descent.AddedInstructions > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  second compilation: {Plural(descent.AddedInstructions, "instruction")} added to write tensors out\n");
        }
    }

    private static string Plural(int count, string noun) => $"{Quantity.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
