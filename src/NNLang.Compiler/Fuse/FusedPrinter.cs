using System.Globalization;
using System.Text;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Fuse;

/// <summary>The fused IR as text, for people and tests: one group a paragraph. Deterministic, culture-invariant.</summary>
public static class FusedPrinter
{
    /// <summary>Prints a network.</summary>
    public static string Print(FusedNetwork network)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"fused {network.Network.Name}: {network.Groups.Length} groups\n");
        var layers = network.LastLayers;
        for (var g = 0; g < network.Groups.Length; g++)
        {
            var instance = network.Groups[g];
            var group = instance.Group;
            var operands = string.Join(", ", instance.Operands.Select(link => Name(network, g, link, instance)));
            text.Append(CultureInfo.InvariantCulture, $"{g} {group.Title}: {group.Result} <- {operands}\n");
            text.Append("    layers ").AppendJoin(", ", instance.Layers.Select(distance => network.Network.Layers[layers[g] - distance].Path)).Append('\n');
            text.Append("    core ").Append(Describe(group.Core)).Append('\n');
            if (group.Core.Summation is { } order)
            {
                text.Append("    order ").Append(order).Append('\n');
            }

            Epilogue(text, group.Epilogue, instance);
        }

        for (var i = 0; i < network.Outputs.Length; i++)
        {
            var link = network.Outputs[i];
            var name = link.Kind == FusedLinkKind.Source
                ? "source"
                : Name(network, network.Groups.Length, link, default);
            text.Append(CultureInfo.InvariantCulture, $"output {network.Network.Outputs[i].Name} = {name}\n");
        }

        return text.ToString();
    }

    private static void Epilogue(StringBuilder text, Epilogue epilogue, in FusedInstance instance)
    {
        if (epilogue.Scale is { } scale)
        {
            text.Append("    scale ").Append(Recipe(scale, instance)).Append('\n');
        }

        if (epilogue.Bias is { } bias)
        {
            text.Append("    bias ").Append(Recipe(bias, instance)).Append('\n');
        }

        if (epilogue.Function != ActivationFunction.Copy)
        {
            text.Append("    function ").Append(Mnemonics.Name(epilogue.Function)).Append('\n');
        }

        if (epilogue.Clip is { } clip)
        {
            text.Append(CultureInfo.InvariantCulture, $"    clip {clip.Low:R} to {clip.High:R}\n");
        }
    }

    private static string Recipe(RecipeTemplate recipe, FusedInstance instance) => string.Join(" | ", recipe.Steps.Select(step => step.Operation switch
    {
        RecipeOperation.Load => "load " + Source(instance.Sources[int.Parse(step.Key, CultureInfo.InvariantCulture)]),
        RecipeOperation.Constant => $"const {string.Join(' ', step.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}",
        RecipeOperation.BatchNormScale => string.Create(CultureInfo.InvariantCulture, $"bn_scale {step.Values[0]:R}"),
        RecipeOperation.BatchNormBias => "bn_bias",
        _ => $"{step.Operation} {string.Join(' ', step.Numbers)}",
    }));

    private static string Source(Semantics.Graph.TensorSource? source) => source switch
    {
        Semantics.Graph.TensorSource.Weight weight => $"\"{weight.Key}\"",
        Semantics.Graph.TensorSource.Constant constant => $"constant {constant.Type}",
        _ => "absent",
    };

    private static string Name(FusedNetwork network, int reader, FusedLink link, FusedInstance instance) => link.Kind switch
    {
        FusedLinkKind.NetworkInput => "input " + network.Network.Inputs[link.Index].Name,
        FusedLinkKind.Source => Source(instance.Sources[link.Index]),
        _ => (reader - link.Distance).ToString(CultureInfo.InvariantCulture),
    };

    private static string Describe(FusedCore core) => core switch
    {
        FusedCore.Convolution c =>
            $"convolution {c.InputChannels} -> {c.OutputChannels}{(c.Groups == 1 ? "" : $" in {c.Groups} groups")}, {Describe(c.Window)}"
            + (c.IsStem ? $", stem of {c.StemPasses} passes" : ""),
        FusedCore.Product c => $"product {c.Inputs} -> {c.Outputs}",
        FusedCore.BatchedProduct c => $"batched product {c.Rows} x {c.Inner} x {c.Columns}",
        FusedCore.Pool c => $"{(c.Average ? "average" : "maximum")}, {Describe(c.Window)}",
        FusedCore.GlobalPool c => $"{(c.Average ? "average" : "maximum")} of {c.Positions} positions",
        FusedCore.Binary c => Mnemonics.Name(c.Operation),
        FusedCore.Chain c => $"{Mnemonics.Name(c.Operation)} of {c.Count}",
        FusedCore.Elementwise { ChannelAxis: < 0 } => "elementwise",
        FusedCore.Elementwise c => $"elementwise, channels on axis {c.ChannelAxis}",
        FusedCore.Softmax c => $"softmax over axis {c.Axis}",
        FusedCore.Transpose c => $"transpose [{string.Join(", ", c.Axes)}]",
        FusedCore.Concat c => $"concat of {c.Count} along axis {c.Axis}",
        FusedCore.Slice c => $"slice from [{string.Join(", ", c.Starts)}] by [{string.Join(", ", c.Steps)}]",
        FusedCore.Pad c => $"pad [{string.Join(", ", c.Before)}] before, [{string.Join(", ", c.After)}] after",
        _ => "view",
    };

    private static string Describe(WindowGeometry w) =>
        $"window {w.KernelHeight}x{w.KernelWidth}, stride {w.StrideHeight}x{w.StrideWidth}"
        + (w.DilationHeight * w.DilationWidth == 1 ? "" : $", dilation {w.DilationHeight}x{w.DilationWidth}")
        + (w.PadsAreZero ? "" : $", padding {w.PadTop} {w.PadBottom} {w.PadLeft} {w.PadRight}");
}
