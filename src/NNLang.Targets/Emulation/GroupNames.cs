using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Targets.Emulation;

/// <summary>How groups, low-level operations and tensors of a compiled network find each other. Immutable.</summary>
internal sealed class GroupNames(CompiledNetwork compiled)
{
    /// <summary>The low-level operations of a group, loads and conversions before it included, as the full plan numbers them.</summary>
    public ImmutableArray<int> OperationsOf(int group)
    {
        var (first, end) = compiled.Index.OperationsOf(group);
        return [.. Enumerable.Range(first, end - first)];
    }

    /// <summary>The name of a low-level operation.</summary>
    public string NameOf(int operation) => compiled.Plan!.Placed.Operation(operation).Name;

    /// <summary>Which instruction of an operation writes one of its destinations last.</summary>
    public int LastWriteOf(int operation, int part)
    {
        var choice = compiled.Plan!.ChoiceOf(operation);
        var seen = new List<(OnChipOperand Destination, BufferRef Buffer)>();
        var last = 0;
        for (var i = 0; i < choice.Instructions.Length; i++)
        {
            var template = choice.Instructions[i];
            var operands = template.Instruction.Operands;
            if (operands.IsEmpty || !operands[0].IsOnChip || template.Buffers[0].Origin == BufferOrigin.None)
            {
                continue;
            }

            var key = (operands[0].OnChip, template.Buffers[0]);
            var index = seen.IndexOf(key);
            if (index < 0)
            {
                index = seen.Count;
                seen.Add(key);
            }

            if (index == part)
            {
                last = i;
            }
        }

        return last;
    }

    /// <summary>Where a program keeps the results of groups <paramref name="first"/> to <paramref name="end"/> - 1; fused-away tensors have no place.</summary>
    public ImmutableArray<TapPoint> TapsOf(MachineProgram program, int first, int end)
    {
        var byPath = new Dictionary<string, TensorLocation>(StringComparer.Ordinal);
        foreach (var tensor in program.Debug?.Tensors ?? [])
        {
            if (!tensor.Placements.IsEmpty)
            {
                byPath.TryAdd(tensor.LayerPath, tensor);
            }
        }

        var last = compiled.Fused!.LastLayers;
        var taps = ImmutableArray.CreateBuilder<TapPoint>();
        for (var group = first; group < end; group++)
        {
            if (byPath.TryGetValue(compiled.Network.Layers[last[group]].Path, out var location))
            {
                taps.Add(new TapPoint(new GroupTensor(group), location));
            }
        }

        return taps.ToImmutable();
    }
}

/// <summary>A tensor of a group and where a program keeps it.</summary>
internal readonly record struct TapPoint(GroupTensor Tensor, TensorLocation Location);
