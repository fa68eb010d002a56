using System.Collections.Immutable;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;

namespace NNLang.Emulator.Loading;

/// <summary>What a program must satisfy before it is loaded: the rules of the machine room, which also keep host memory safe.</summary>
internal static class ProgramRules
{
    /// <summary>The problems of a program on a device.</summary>
    public static ImmutableArray<LoadProblem> Check(MachineProgram program, DeviceDescription device) =>
        [.. ProgramValidator.Validate(device, program).Select(problem => new LoadProblem(problem.Instruction, problem.Message))];
}
