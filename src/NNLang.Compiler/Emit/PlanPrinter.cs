using System.Globalization;
using System.Text;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Emit;

/// <summary>The representations behind the tile pass as text: placed, ordered, allocated. O(operations).</summary>
public static class PlanPrinter
{
    /// <summary>Which engines each operation may run on, cheapest first, with their times.</summary>
    public static string PrintPlaced(Plan plan)
    {
        var text = new StringBuilder();
        for (var i = 0; i < plan.OperationCount; i++)
        {
            var operation = plan.Placed.Operation(i);
            AppendName(text, plan, i);
            var problem = plan.Placed.Problem;
            for (var c = 0; c < problem.ChoiceCount(i); c++)
            {
                var choice = plan.Placed.Choice(i, c);
                text.Append(CultureInfo.InvariantCulture, $"{(c == 0 ? "  " : ", ")}{ResourceOf(choice)} {choice.Duration / 1000.0:0.###} ns");
            }

            text.Append(operation.Choices.Length > 1 ? "\n" : "  (only one)\n");
        }

        return text.ToString();
    }

    /// <summary>The order of performance, with the engine each operation got and what it waits for.</summary>
    public static string PrintOrdered(Plan plan)
    {
        var text = new StringBuilder();
        for (var k = 0; k < plan.OperationCount; k++)
        {
            var operation = plan.OperationAt(k);
            AppendName(text, plan, operation);
            var (start, end) = plan.TimesOf(operation);
            text.Append(CultureInfo.InvariantCulture, $"  {ResourceOf(plan.ChoiceOf(operation))} {start / 1e6:0.000} -> {end / 1e6:0.000} us");
            foreach (var waited in plan.WaitsOf(operation))
            {
                text.Append(CultureInfo.InvariantCulture, $" after {waited}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The buffers with their addresses and the operations between which they live.</summary>
    public static string PrintAllocated(Plan plan)
    {
        var text = new StringBuilder();
        var problem = plan.Placed.Problem;
        for (var b = plan.Placed.FirstBuffer[0]; b < problem.BufferCount; b++)
        {
            var (group, index) = plan.Placed.OwnerOf(b);
            var buffer = plan.Placed.Tiled.Groups[group].Body.Buffers[index];
            text.Append(CultureInfo.InvariantCulture, $"{b} {plan.Placed.Tiled.Groups[group].Body.Title} / {buffer.Name}  ");
            if (plan.Allocation.Address[b] < 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{buffer.Kind} {buffer.Bytes} bytes\n");
                continue;
            }

            var address = plan.Allocation.Address[b];
            text.Append(problem.BufferClass[b] == BufferClass.Psum
                ? string.Create(CultureInfo.InvariantCulture, $"psum bank {address}")
                : string.Create(CultureInfo.InvariantCulture,
                    $"sbuf {address * MachineModel.GranuleBytes}..{(address + problem.BufferSize[b]) * MachineModel.GranuleBytes}"));
            text.Append(CultureInfo.InvariantCulture, $"  from {plan.Profile.FirstUse[b]} to {plan.Profile.LastUse[b]}\n");
        }

        return text.ToString();
    }

    private static string ResourceOf(EngineChoice choice) => choice.Queue is { } queue
        ? string.Create(CultureInfo.InvariantCulture, $"queue {(int)queue} by {Engines.Name(choice.Engine)}")
        : Engines.Name(choice.Engine);

    private static void AppendName(StringBuilder text, Plan plan, int operation)
    {
        var layer = plan.Placed.LayerOf(operation);
        var path = layer >= 0 ? plan.Placed.Tiled.Network.Layers[layer].Path + ": " : "";
        text.Append(CultureInfo.InvariantCulture, $"{operation} {path}{plan.Placed.Operation(operation).Name}");
    }
}
