using System.Collections.Immutable;
using NNLang.Machine;

namespace NNLang.Emulator;

/// <summary>What a program must satisfy before it is loaded.</summary>
internal static class ProgramRules
{
    /// <summary>The problems of a program on a device.</summary>
    public static ImmutableArray<LoadProblem> Check(MachineProgram program, DeviceDescription device)
    {
        _ = program;
        _ = device;
        return [];
    }
}
