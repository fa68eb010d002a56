using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>
/// Below the layer: compiles the failing length a second time with instructions that write its low-level tensors out, compares them with the
/// interpretation of the lowered operations, and names pass, operation and instruction.
/// </summary>
internal sealed class DescentSearch(BisectionSubject subject, ITarget target, ProbeRunner probes)
{
    /// <summary>Descends into the first failing group of a length; what feeds it is exact.</summary>
    /// <param name="length">The length.</param>
    /// <param name="group">The failing group.</param>
    /// <param name="run">The confirming run; the writes of its instructions are used if it was traced.</param>
    public Descent Run(int length, int group, TargetRun run)
    {
        var expected = subject.Expectation.Lowered(group);
        var added = 0;
        Finding? low = null;
        if (target.Abilities.HasFlag(TargetAbilities.Instrumentation))
        {
            var second = probes.Instrumented(length, group).Run;
            added = second.AddedInstructions;
            low = FirstWrong(second.LowLevel.Select(tensor => (tensor.Step, tensor.Name, (FaultyInstruction?)null, tensor.Value)), expected);
        }

        var first = FirstWrong(run.Writes.Select(write => (write.Step, write.Name, (FaultyInstruction?)Describe(write), write.Value)), expected) ?? low;

        // The lowered operations, interpreted on the host, already miss what the fused group means: the tile pass is wrong, not the device.
        var meant = TensorComparer.CompareExactly(expected.Result, subject.Expectation.Exact(new GroupTensor(group)));
        if (expected.Failure is not null || !meant.IsEqual)
        {
            return new Descent("tile", first?.Name ?? run.Writes.LastOrDefault()?.Name, null, meant.First, added);
        }

        // Operations as they should be, a program whose parts are not ordered: the waits are wrong, whatever the tensors show.
        var pass = run.Hazards.Any(hazard => hazard.Kind is "race" or "deadlock" or "uninitialised read") ? "emit" : null;
        return new Descent(pass, first?.Name, first?.Instruction, first?.Element, added);
    }

    private static FaultyInstruction Describe(InstructionWrite write) =>
        new(write.Location.Index, Engines.Name(write.Location.Engine), write.Text);

    private static Finding? FirstWrong(
        IEnumerable<(LoweredStep Step, string Name, FaultyInstruction? Instruction, Tensor Value)> writes, LoweredExpectation expected)
    {
        foreach (var (step, name, instruction, value) in writes)
        {
            if (!expected.Writes.TryGetValue(step, out var elements) || elements.Length != value.Shape.Count)
            {
                continue;
            }

            var difference = TensorComparer.CompareExactly(value, Tensor.Of(value.Shape, elements));
            if (!difference.IsEqual)
            {
                return new Finding(name, instruction, difference.First!);
            }
        }

        return null;
    }

    private sealed record Finding(string Name, FaultyInstruction? Instruction, ElementDifference Element);
}
