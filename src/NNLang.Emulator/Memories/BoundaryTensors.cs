using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NNLang.Emulator.Loading;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator.Memories;

/// <summary>Copies inputs into their regions and outputs out of them (<c>docs/machine.md</c> 8.6).</summary>
internal static unsafe class BoundaryTensors
{
    /// <summary>What is wrong with inputs for a program.</summary>
    public static ImmutableArray<LoadProblem> Check(MachineProgram program, IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != program.Inputs.Length)
        {
            return [new LoadProblem(null, $"The program has {program.Inputs.Length} inputs; {inputs.Count} were given.")];
        }

        var problems = ImmutableArray.CreateBuilder<LoadProblem>();
        for (var i = 0; i < inputs.Count; i++)
        {
            var expected = program.Inputs[i];
            if (inputs[i].Type != expected.Type || inputs[i].Shape != expected.Shape)
            {
                problems.Add(new LoadProblem(null, $"Input '{expected.Name}' is {ElementTypes.Name(expected.Type)}{expected.Shape}; {inputs[i]} was given."));
            }
            else if (expected.Type == ElementType.I64 && !Fits(inputs[i]))
            {
                problems.Add(new LoadProblem(null, $"Input '{expected.Name}' holds a value beyond 32 bits; an i64 tensor is i32 on the device."));
            }
        }

        return problems.ToImmutable();
    }

    /// <summary>Copies checked inputs into their regions.</summary>
    public static void Write(DeviceMemory memory, IReadOnlyList<Tensor> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            var region = memory.Regions[memory.Program.Inputs[i].Region];
            var bytes = inputs[i].Bytes.Span;
            if (inputs[i].Type == ElementType.I64)
            {
                var wide = MemoryMarshal.Cast<byte, long>(bytes);
                for (var j = 0; j < wide.Length; j++)
                {
                    ((int*)region.Data)[j] = (int)wide[j];
                }
            }
            else
            {
                bytes.CopyTo(new Span<byte>(region.Data, checked((int)region.Length)));
            }
        }
    }

    /// <summary>Copies the outputs out of their regions.</summary>
    public static ImmutableArray<Tensor> Read(DeviceMemory memory)
    {
        var outputs = ImmutableArray.CreateBuilder<Tensor>(memory.Program.Outputs.Length);
        foreach (var output in memory.Program.Outputs)
        {
            var region = memory.Regions[output.Region];
            var bytes = new byte[checked(output.Shape.Count * ElementTypes.Bytes(output.Type))];
            if (output.Type == ElementType.I64)
            {
                var wide = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
                for (var j = 0; j < wide.Length; j++)
                {
                    wide[j] = ((int*)region.Data)[j];
                }
            }
            else
            {
                new ReadOnlySpan<byte>(region.Data, bytes.Length).CopyTo(bytes);
            }

            outputs.Add(new Tensor(output.Type, output.Shape, bytes));
        }

        return outputs.MoveToImmutable();
    }

    private static bool Fits(Tensor tensor)
    {
        foreach (var value in MemoryMarshal.Cast<byte, long>(tensor.Bytes.Span))
        {
            if (value is < int.MinValue or > int.MaxValue)
            {
                return false;
            }
        }

        return true;
    }
}
