using System.Collections.Immutable;
using NNLang.Syntax;

namespace NNLang.Targets.Launch;

/// <summary>What a command or a debug session wants to run: everything by name, as a user writes it.</summary>
/// <param name="Program">A <c>.nn</c> or <c>.onnx</c> file, or <c>file#network</c>.</param>
public sealed record LaunchRequest(string Program)
{
    /// <summary>The device; null for the network's own, else the default.</summary>
    public string? Device { get; init; }

    /// <summary>Faults to plant: specs such as <c>stuck_bit(engine: tensor, lane: 3, bit: 30, value: 1)</c>, or names of faults in the file.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    /// <summary>The seed of inputs that are not given.</summary>
    public long Seed { get; init; }

    /// <summary>Values of symbolic dimensions.</summary>
    public ImmutableSortedDictionary<string, long> Dimensions { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Inputs by name: paths of <c>.npy</c> files.</summary>
    public ImmutableSortedDictionary<string, string> Inputs { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A folder with <c>input_K.pb</c> files; null for none.</summary>
    public string? InputDirectory { get; init; }

    /// <summary>Weights that replace the declarations of the file.</summary>
    public string? Weights { get; init; }

    /// <summary>Whether streams follow the text (<c>-O0</c>).</summary>
    public bool SourceOrder { get; init; }

    /// <summary>Whether machine code is needed; without, a network that the device cannot run is launched all the same.</summary>
    public bool NeedsProgram { get; init; } = true;

    /// <summary>The text to use instead of the file's, as an editor has it.</summary>
    public SyntaxTree? Tree { get; init; }
}
