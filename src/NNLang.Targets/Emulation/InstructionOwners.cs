using NNLang.Bisection;
using NNLang.Compiler.Lengths;
using NNLang.Machine.Instructions;

namespace NNLang.Targets.Emulation;

/// <summary>Which low-level operation an instruction of a length's program belongs to.</summary>
internal sealed class InstructionOwners
{
    private readonly LoweredStep?[][] _steps;

    private InstructionOwners(LoweredStep?[][] steps) => _steps = steps;

    /// <summary>Reads a length. O(instructions).</summary>
    public static InstructionOwners Of(CompiledLength length)
    {
        var steps = new LoweredStep?[Engines.Count][];
        foreach (var stream in length.Program.Streams)
        {
            steps[(int)stream.Engine] = new LoweredStep?[stream.Count];
        }

        for (var i = 0; i < length.Plan.OperationCount; i++)
        {
            var operation = length.OperationOf(i);
            var code = length.Plan.CodeOf(i);
            for (var step = 0; operation >= 0 && step < code.Count; step++)
            {
                steps[(int)code.Engine][code.First + step] = new LoweredStep(operation, step);
            }
        }

        return new InstructionOwners(steps);
    }

    /// <summary>The operation and the instruction's index in it; null for an instruction that no operation of the full plan has.</summary>
    public LoweredStep? StepOf(InstructionLocation instruction) => _steps[(int)instruction.Engine][instruction.Index];
}
