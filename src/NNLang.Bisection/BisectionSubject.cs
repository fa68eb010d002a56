using NNLang.Compiler.Fuse;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>What is bisected: a network on a device, its inputs, and how its layers are called.</summary>
public sealed record BisectionSubject
{
    /// <summary>The fused network; its groups are the lengths.</summary>
    public required FusedNetwork Fused { get; init; }

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The network's inputs.</summary>
    public required IReadOnlyList<Tensor> Inputs { get; init; }

    /// <summary>What the device must answer.</summary>
    public required IExpectation Expectation { get; init; }

    /// <summary>The interpreter of the network's meaning; compared with <see cref="Independent"/> before anything is judged.</summary>
    public required IReferenceProcessor Meaning { get; init; }

    /// <summary>The independent reference of the network's meaning; null where there is none.</summary>
    public IReferenceProcessor? Independent { get; init; }

    /// <summary>The file the network came from, for layers that have no place in a text; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>The place of a layer in the text; null where it is not known.</summary>
    public Func<int, LayerPlace?> Locate { get; init; } = _ => null;

    /// <summary>The name of a layer in the ONNX file the network came from.</summary>
    public Func<int, string?> OnnxName { get; init; } = _ => null;

    /// <summary>The number of lengths: the groups of the fused network.</summary>
    public int Lengths => Fused.Groups.Length;
}

/// <summary>A place in a file.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">The line's text; null where nobody needs it.</param>
public readonly record struct LayerPlace(string File, int Line, string? Text = null);

/// <summary>How a bisection goes about it.</summary>
public sealed record BisectionOptions
{
    /// <summary>How the shortest failing length is found.</summary>
    public Search.SearchMode Mode { get; init; } = Search.SearchMode.Bisect;

    /// <summary>Whether probes start from reference tensors (windows) instead of the network's inputs.</summary>
    public bool FromReference { get; init; }

    /// <summary>Whether the search compiles every length from scratch, without the plan of the whole network.</summary>
    public bool Replan { get; init; }

    /// <summary>Whether taps may be used; without, a fault that later layers mask is found by a linear search only.</summary>
    public bool AllowTaps { get; init; } = true;

    /// <summary>Whether the rounding bound of every tapped layer is computed, for a chart; costs about two evaluations of the network.</summary>
    public bool MeasureBounds { get; init; }

    /// <summary>The error, relative to the largest magnitude, up to which two references agree.</summary>
    public double ReferenceAgreement { get; init; } = 1e-4;
}
