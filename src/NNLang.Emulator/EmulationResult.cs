using System.Collections.Immutable;
using NNLang.Emulator.Races;
using NNLang.Machine.Timing;
using NNLang.Tensors;

namespace NNLang.Emulator;

/// <summary>What a run gave.</summary>
/// <param name="Outputs">The outputs, in the program's order.</param>
/// <param name="Taps">The tapped tensors, in the order asked for; null where the location map has no place for one.</param>
/// <param name="Hazards">What is wrong with the program, in the order of starts. Outputs are still those of the machine.</param>
/// <param name="Timing">The times of everything.</param>
public sealed record EmulationResult(
    ImmutableArray<Tensor> Outputs, ImmutableArray<Tensor?> Taps, ImmutableArray<Hazard> Hazards, TimingResult Timing);
