using System.Globalization;
using System.Text;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// The tiled IR as text, for people and tests: a paragraph a group instance, a line a buffer, a result, an operation, an instruction. An operand
/// reads <c>buffer[first partition + partitions]@offset {count:stride,..}</c>, strides in elements; in device memory
/// <c>buffer+offset &lt;count:bytes,..&gt; {count:bytes,..}</c>. Deterministic, culture-invariant.
/// </summary>
public static class TiledPrinter
{
    /// <summary>Prints a network; with <paramref name="instructions"/> each choice's instructions too.</summary>
    public static string Print(TiledNetwork network, bool instructions = true)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"tiled {network.Network.Name}: {network.Groups.Length} groups\n");
        for (var i = 0; i < network.Groups.Length; i++)
        {
            var instance = network.Groups[i];
            var inputs = string.Join(
                ", ", instance.Inputs.Select(link => link.IsNetworkInput ? "input " + network.Network.Inputs[link.Index].Name : Text(i - link.Distance)));
            text.Append(CultureInfo.InvariantCulture, $"{i} {instance.Body.Title} <- {inputs}\n");
            Print(text, instance.Body, instructions);
        }

        return text.ToString();
    }

    /// <summary>One instruction template.</summary>
    public static string Print(InstructionTemplate template)
    {
        var instruction = template.Instruction;
        var attributes = instruction.Attributes;
        var text = new StringBuilder(Mnemonics.Name(instruction.Opcode));
        var words = instruction.Opcode switch
        {
            Opcode.Activation or Opcode.ActivationReduce => " " + Mnemonics.Name(attributes.Function),
            Opcode.TensorTensor or Opcode.TensorReduce => " " + Mnemonics.Name(attributes.Operation0),
            Opcode.TensorScalar => " " + Mnemonics.Name(attributes.Operation0)
                + (instruction.Operands.Length > 3 ? " " + Mnemonics.Name(attributes.Operation1) : ""),
            Opcode.ScalarTensorTensor => $" {Mnemonics.Name(attributes.Operation0)} {Mnemonics.Name(attributes.Operation1)}",
            _ => "",
        };
        text.Append(words);
        if (attributes.Flags != InstructionFlags.None)
        {
            text.Append(" (").Append(attributes.Flags).Append(')');
        }

        if (attributes.Groups > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $" in {attributes.Groups} groups");
        }

        for (var i = 0; i < instruction.Operands.Length; i++)
        {
            text.Append(i == 0 ? " " : ", ").Append(Print(instruction.Operands[i], template.Buffers[i]));
        }

        return text.ToString();
    }

    private static void Print(StringBuilder text, LoweredGroup group, bool instructions)
    {
        for (var b = 0; b < group.Buffers.Length; b++)
        {
            var buffer = group.Buffers[b];
            text.Append(CultureInfo.InvariantCulture, $"    b{b} {buffer.Kind} '{buffer.Name}' {buffer.Bytes} bytes\n");
        }

        foreach (var result in group.Results)
        {
            text.Append(CultureInfo.InvariantCulture, $"    result {result.Storage} in {result.Buffer}, {result.Tiles.Length} tiles\n");
        }

        for (var o = 0; o < group.Operations.Length; o++)
        {
            var operation = group.Operations[o];
            var after = string.Join(' ', operation.Dependencies.Select(d => d.IsLocal ? Text(d.Index) : $"in{d.Input}.{Text(d.Index)}"));
            text.Append(CultureInfo.InvariantCulture, $"    {o} {operation.Name}{(after.Length > 0 ? " after " + after : "")}\n");
            foreach (var choice in operation.Choices)
            {
                text.Append(CultureInfo.InvariantCulture, $"        {Engines.Name(choice.Engine)}{(choice.Queue is { } queue ? $" queue {queue}" : "")} {choice.Duration} ps\n");
                if (!instructions)
                {
                    continue;
                }

                foreach (var template in choice.Instructions)
                {
                    text.Append("            ").Append(Print(template)).Append('\n');
                }
            }
        }
    }

    private static string Print(in Operand operand, BufferRef buffer)
    {
        if (operand.IsImmediate)
        {
            return operand.Single.ToString("R", CultureInfo.InvariantCulture);
        }

        if (operand.Hbm is { } hbm)
        {
            return $"{buffer}+{Text(hbm.Offset)} <{List(hbm.PartitionDimensions)}> {{{List(hbm.FreeDimensions)}}}";
        }

        ref readonly var chip = ref operand.OnChip;
        var pattern = new StringBuilder();
        foreach (var dimension in chip.Dimensions)
        {
            pattern.Append(pattern.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{dimension.Count}:{dimension.Stride}");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{buffer}[{chip.FirstPartition}+{chip.Partitions}]@{chip.Offset}{(chip.Type == ElementType.F32 ? "" : " " + ElementTypes.Name(chip.Type))} {{{pattern}}}");
    }

    private static string List(IEnumerable<HbmOperand.Dimension> dimensions) =>
        string.Join(',', dimensions.Select(dimension => string.Create(CultureInfo.InvariantCulture, $"{dimension.Count}:{dimension.Stride}")));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
