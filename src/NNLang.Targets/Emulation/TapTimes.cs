using NNLang.Machine;

namespace NNLang.Targets.Emulation;

/// <summary>When a tensor of the location map is complete.</summary>
internal static class TapTimes
{
    /// <summary>
    /// The instruction after whose commit the tensor is read: the one that defines its last piece. Pieces are listed in the order of their
    /// definition.
    /// </summary>
    public static InstructionLocation Last(TensorLocation location) =>
        location.Placements[^1].From ?? new InstructionLocation(Engine.Sync, -1);
}
