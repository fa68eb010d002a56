using System.Collections.Immutable;
using NNLang.Bisection.Comparison;

namespace NNLang.Bisection.Verdicts;

/// <summary>What a bisection concludes.</summary>
public enum VerdictKind : byte
{
    /// <summary>Every tensor compared is equal to the reference.</summary>
    Clean,
    /// <summary>A layer differs by more than rounding explains, or by a bit where every bit is specified.</summary>
    Divergence,
    /// <summary>The comparison cannot decide, and the verdict says why.</summary>
    Inconclusive,
    /// <summary>The target or a reference failed: nothing is known about the network.</summary>
    ToolError,
}

/// <summary>The result of a bisection. Immutable; everything a report needs.</summary>
public sealed record Verdict
{
    /// <summary>The conclusion.</summary>
    public required VerdictKind Kind { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The number of layers of the network.</summary>
    public required int Layers { get; init; }

    /// <summary>One sentence for people: why, in the editor's style.</summary>
    public required string Summary { get; init; }

    /// <summary>The faulty layer; null unless the verdict is a divergence.</summary>
    public FaultyLayer? Layer { get; init; }

    /// <summary>How the device tensor of the layer differs from the expected one.</summary>
    public TensorDifference? Difference { get; init; }

    /// <summary>
    /// Whether every element of the faulty layer still lies in the enclosure of its meaning: the bits differ, the network's meaning is kept.
    /// </summary>
    public bool WithinBound { get; init; }

    /// <summary>What the target reported besides tensors: races, uninitialised reads, accesses out of bounds.</summary>
    public ImmutableArray<HazardReport> Hazards { get; init; } = [];

    /// <summary>What the user should know besides, such as a planted fault that strikes nothing.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What was found below the layer; null without a divergence.</summary>
    public Descent? Descent { get; init; }

    /// <summary>The probes in the order they ran.</summary>
    public ImmutableArray<ProbeRecord> Probes { get; init; } = [];

    /// <summary>Error of every layer seen by the confirming run, for the report's chart; empty if no run was tapped.</summary>
    public ImmutableArray<LayerError> LayerErrors { get; init; } = [];

    /// <summary>How often the target ran.</summary>
    public int TargetRuns { get; init; }

    /// <summary>Wall-clock time of the whole search.</summary>
    public double Seconds { get; init; }
}

/// <summary>The faulty layer.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Index">Its index in program order, from 0.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="File">The source file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="OnnxName">The name in the ONNX file it was imported from; null otherwise.</param>
/// <param name="Fused">The other layers that the compiler fused with it; the fault may lie in any of them.</param>
public sealed record FaultyLayer(
    string Path, int Index, string Operator, string? File, int? Line, string? OnnxName, ImmutableArray<string> Fused)
{
    /// <summary>The text of its line, without the line break; null where there is none.</summary>
    public string? Text { get; init; }
}

/// <summary>A hazard in words.</summary>
/// <param name="Kind">race, uninitialised read, out of bounds, deadlock.</param>
/// <param name="Text">Both instructions, the bytes, the time.</param>
public sealed record HazardReport(string Kind, string Text);

/// <summary>What was found below the faulty layer, by the second compilation and by taps.</summary>
/// <param name="Pass">The compiler pass whose result first differs in meaning from its input; null for a fault of the device.</param>
/// <param name="Operation">The low-level operation whose tensor first differs.</param>
/// <param name="Instruction">The instruction of the first wrong write; null if it lies in the compiler.</param>
/// <param name="Element">The first wrong element of that operation's tensor.</param>
/// <param name="AddedInstructions">The instructions that the second compilation added to write low-level tensors out.</param>
public sealed record Descent(
    string? Pass, string? Operation, FaultyInstruction? Instruction, ElementDifference? Element, int AddedInstructions);

/// <summary>An instruction of a stream.</summary>
/// <param name="Index">Its position in the stream, from 0.</param>
/// <param name="Engine">The engine's name.</param>
/// <param name="Text">Its assembler text.</param>
public sealed record FaultyInstruction(int Index, string Engine, string Text);

/// <summary>One compile-run-compare.</summary>
/// <param name="Length">The length, in fused groups.</param>
/// <param name="Layer">The path of the last layer of the length.</param>
/// <param name="Kind">equal, differs, or failed.</param>
/// <param name="MaxError">The largest error over the tensors at the cut.</param>
/// <param name="Bound">The bound that it is judged by: 0 for exact comparison.</param>
/// <param name="Seconds">Compilation, run and comparison.</param>
/// <param name="What">Which kind of probe: from the input, from a reference tensor, tapped, instrumented.</param>
public sealed record ProbeRecord(
    int Length, string Layer, ProbeOutcome Kind, double MaxError, double Bound, double Seconds, ProbeKind What);

/// <summary>How a probe ended.</summary>
public enum ProbeOutcome : byte
{
    /// <summary>All tensors at the cut are equal.</summary>
    Equal,
    /// <summary>A tensor at the cut differs.</summary>
    Differs,
    /// <summary>The target failed.</summary>
    Failed,
}

/// <summary>Which kind of probe ran.</summary>
public enum ProbeKind : byte
{
    /// <summary>A length, run from the network's inputs.</summary>
    FromInput,
    /// <summary>A window, run from reference tensors.</summary>
    FromReference,
    /// <summary>A length with a tap on every tensor.</summary>
    Tapped,
    /// <summary>A length compiled again with instructions that write out low-level tensors; no tap.</summary>
    Instrumented,
}

/// <summary>The error of one layer's tensor in a tapped run.</summary>
/// <param name="Layer">Its path.</param>
/// <param name="Error">The largest error against the expected tensor.</param>
/// <param name="Bound">The largest bound of its enclosure, where one was computed; else 0.</param>
public sealed record LayerError(string Layer, double Error, double Bound);
