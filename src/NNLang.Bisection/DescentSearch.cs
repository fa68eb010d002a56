using System.Collections.Immutable;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.Fuse;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>
/// Below the layer: compiles the failing length a second time with instructions that write its low-level tensors out, compares them with the
/// interpretation of the lowered operations, and names pass, operation and instruction.
/// </summary>
internal sealed class DescentSearch(BisectionSubject subject, ITarget target, ProbeRunner probes)
{
    /// <summary>Descends into one group of a failing length.</summary>
    /// <param name="length">The length.</param>
    /// <param name="group">The failing group.</param>
    /// <param name="run">The confirming run; its instruction writes are used if it was traced.</param>
    /// <param name="tensors">The tensors the device fed the group.</param>
    public Descent? Run(int length, int group, TargetRun run, IReadOnlyDictionary<GroupTensor, Tensor> tensors)
    {
        if (OperandsOf(group, tensors) is not { } operands)
        {
            return null;
        }

        var expected = subject.Expectation.Lowered(group, operands);
        var added = 0;
        (LowLevelTensor Tensor, TensorDifference Difference)? wrong = null;
        if (target.Abilities.HasFlag(TargetAbilities.Instrumentation))
        {
            var second = probes.Instrumented(length, group).Run;
            added = second.AddedInstructions;
            wrong = FirstWrong(second.LowLevel, expected);
        }

        if (PassOf(group, expected) is { } pass)
        {
            return new Descent(pass, wrong?.Tensor.Name ?? OperationOfFirstElement(group, expected), null, DifferenceOf(group, expected), added);
        }

        foreach (var write in run.Writes)
        {
            var value = expected.Operations[write.Operation][write.Step];
            var difference = TensorComparer.CompareExactly(write.Value, value);
            if (!difference.IsEqual)
            {
                var operation = wrong?.Tensor.Operation == write.Operation ? wrong?.Tensor.Name : NameOf(run, write.Operation) ?? wrong?.Tensor.Name;
                var engine = NNLang.Machine.Engines.Name(write.Location.Engine);
                return new Descent(
                    run.Hazards.IsEmpty ? null : "emit", operation, new FaultyInstruction(write.Location.Index, engine, write.Text), difference.First, added);
            }
        }

        return wrong is { } found
            ? new Descent(run.Hazards.IsEmpty ? null : "emit", found.Tensor.Name, null, found.Difference.First, added)
            : new Descent(run.Hazards.IsEmpty ? null : "emit", null, null, null, added);
    }

    private static string? NameOf(TargetRun run, int operation) =>
        run.LowLevel.FirstOrDefault(tensor => tensor.Operation == operation)?.Name;

    private static (LowLevelTensor Tensor, TensorDifference Difference)? FirstWrong(
        ImmutableArray<LowLevelTensor> tensors, LoweredExpectation expected)
    {
        foreach (var tensor in tensors)
        {
            var writes = expected.Operations[tensor.Operation];
            if (writes.IsEmpty)
            {
                continue;
            }

            var difference = TensorComparer.CompareExactly(tensor.Value, writes[^1]);
            if (!difference.IsEqual)
            {
                return (tensor, difference);
            }
        }

        return null;
    }

    // The lowered operations, interpreted on the host, already miss what the fused group means: the tile pass is wrong, not the device.
    private string? PassOf(int group, LoweredExpectation expected) => DifferenceOf(group, expected) is null ? null : "tile";

    private ElementDifference? DifferenceOf(int group, LoweredExpectation expected)
    {
        for (var result = 0; result < expected.Results.Length; result++)
        {
            var difference = TensorComparer.CompareExactly(expected.Results[result], subject.Expectation.Exact(new GroupTensor(group, result)));
            if (!difference.IsEqual)
            {
                return difference.First;
            }
        }

        return null;
    }

    private static string? OperationOfFirstElement(int group, LoweredExpectation expected) => null;

    private ImmutableArray<Tensor>? OperandsOf(int group, IReadOnlyDictionary<GroupTensor, Tensor> tensors)
    {
        var operands = ImmutableArray.CreateBuilder<Tensor>();
        foreach (var operand in subject.Fused.Groups[group].Operands)
        {
            switch (operand.Kind)
            {
                case FusedLinkKind.NetworkInput:
                    operands.Add(subject.Inputs[operand.Index]);
                    break;
                case FusedLinkKind.Group when tensors.TryGetValue(new GroupTensor(group - operand.Distance, operand.Index), out var value):
                    operands.Add(value);
                    break;
                case FusedLinkKind.Group:
                    return null;
                default:
                    break;
            }
        }

        return operands.ToImmutable();
    }
}
