using System.Globalization;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Place;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>Words for a network that does not fit into the memories of a device (NN8002).</summary>
internal static class MemoryProblem
{
    /// <summary>What does not fit, where, and the largest tensors with their birth and last read.</summary>
    public static CompilationProblem Describe(PlacedNetwork placed, PlanFailure failure)
    {
        var layer = LayerNear(placed, failure.Operation);
        var excess = Math.Max(0, failure.NeededBytes - failure.CapacityBytes);
        var message = excess > 0
            ? $"At '{NameOf(placed, layer)}' {Mebibytes(failure.NeededBytes)} MiB must be in sbuf, {Mebibytes(excess)} MiB more than it has."
            : $"At '{NameOf(placed, layer)}' {Mebibytes(failure.NeededBytes)} MiB must be in sbuf, whose free parts are too small.";
        var largest = failure.Largest.Select(buffer =>
            $"'{TensorOf(placed, buffer)}' {Mebibytes(buffer.Bytes)} (from '{NameOf(placed, LayerNear(placed, buffer.Birth))}'"
            + $" to '{NameOf(placed, LayerNear(placed, buffer.LastRead))}')");
        return new CompilationProblem("NN8002", message, $"Largest: {string.Join(", ", largest)} MiB.", layer);
    }

    /// <summary>What takes more device memory than there is; null if all regions fit. O(buffers).</summary>
    public static CompilationProblem? OfRegions(PlacedNetwork placed, DeviceDescription device)
    {
        var total = placed.Tiled.Inputs.Sum(input => Region.Aligned(input.Bytes));
        var (largest, layer) = (0L, -1);
        for (var group = 0; group < placed.Tiled.Groups.Length; group++)
        {
            foreach (var buffer in placed.Tiled.Groups[group].Body.Buffers)
            {
                if (buffer.IsRegion)
                {
                    total += Region.Aligned(buffer.Bytes);
                    (largest, layer) = buffer.Bytes > largest ? (buffer.Bytes, placed.LastLayer[group]) : (largest, layer);
                }
            }
        }

        return device.Memory(MemoryKind.Hbm) is { } hbm && total > hbm.Bytes
            ? new CompilationProblem(
                "NN8002",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Inputs, weights and outputs take {total:N0} bytes of device memory; '{device.Name}' has {hbm.Bytes:N0}."),
                string.Create(CultureInfo.InvariantCulture, $"Largest: '{NameOf(placed, layer)}' {largest:N0} bytes."),
                layer)
            : null;
    }

    private static string TensorOf(PlacedNetwork placed, LiveBuffer buffer)
    {
        if (buffer.Group < 0)
        {
            return placed.Tiled.Network.Inputs[buffer.Buffer].Name;
        }

        var local = placed.Tiled.Groups[buffer.Group].Body.Buffers[buffer.Buffer];
        var layer = NameOf(placed, LayerNear(placed, buffer.Birth));
        return local.Kind == BufferKind.Weight ? $"{layer}: {local.Name}" : layer;
    }

    private static string NameOf(PlacedNetwork placed, int layer) =>
        layer >= 0 ? placed.Tiled.Network.Layers[layer].Path : "the inputs";

    private static int LayerNear(PlacedNetwork placed, int operation)
    {
        if (operation < 0)
        {
            return -1;
        }

        var layer = placed.LayerOf(operation);
        return layer >= 0 ? layer : Math.Min(placed.LastLayer[placed.GroupOf(operation)] + 1, placed.Tiled.Network.Layers.Length - 1);
    }

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
