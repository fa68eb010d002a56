using NNLang.Emulator.Loading;
using NNLang.Machine.Faults;

namespace NNLang.Emulator.Faults;

/// <summary>Whether a fault of the device acts on a program at all. Pure.</summary>
public static class FaultReach
{
    /// <summary>
    /// Whether some instruction of the program, or some byte it holds, suffers the fault; true of a compiler fault, which the program has
    /// already suffered. What a fault does may still leave every value as it was. O(instructions).
    /// </summary>
    public static bool Strikes(LoadedProgram program, FaultDescription fault) =>
        FaultKinds.Find(fault.Kind) is not { IsCompilerFault: false } || FaultPlan.Reaches(program, program.StartOrder(), fault);
}
