using NNLang.Bisection.Verdicts;
using NNLang.Emulator.Races;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Targets.Emulation;

/// <summary>Hazards in the words of the network: the instructions with the operations and layers they belong to. Pure.</summary>
public static class HazardText
{
    /// <summary>A hazard of a program; one that has no source map is described by its instructions alone.</summary>
    public static HazardReport Describe(Hazard hazard, MachineProgram program)
    {
        var owners = new[] { hazard.Instruction, hazard.Other }
            .OfType<InstructionLocation>()
            .Select(location => program.Debug?.OperationOf(location))
            .OfType<DebugOperation>()
            .Select(operation => $"'{operation.Name}' of {operation.LayerPath}")
            .ToList();
        return new HazardReport(NameOf(hazard.Kind), owners.Count == 0 ? hazard.ToString() : $"{hazard}: {string.Join(" and ", owners)}");
    }

    private static string NameOf(HazardKind kind) => kind switch
    {
        HazardKind.Race => "race",
        HazardKind.UninitialisedRead => "uninitialised read",
        HazardKind.Deadlock => "deadlock",
        _ => "out of bounds",
    };
}
