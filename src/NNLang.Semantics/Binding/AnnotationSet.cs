using System.Collections.Immutable;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

/// <summary>Where annotations stand.</summary>
internal enum AnnotationPlace : byte
{
    Operation,
    Repeat,
    Block,
    Network,
    Parameter,
}

/// <summary>The annotations behind one term or header, read. Immutable but for the mark that an operation took them.</summary>
internal sealed class AnnotationSet
{
    public static AnnotationSet None => new();

    public string? Engine { get; init; }

    public bool Pin { get; init; }

    public ElementType? Precision { get; init; }

    public Tolerance? Tolerance { get; init; }

    public string? Name { get; init; }

    public string? Weights { get; init; }

    public string? Device { get; init; }

    public ImmutableArray<OrderTarget> Order { get; init; } = [];

    /// <summary>The first of them, for messages.</summary>
    public AnnotationSyntax? First { get; init; }

    /// <summary>Whether an operation took them.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What holds inside: these, and what is inherited where these say nothing.</summary>
    public OperationAnnotations Merge(OperationAnnotations inherited) =>
        Engine is null && !Pin && Precision is null && Tolerance is null
            ? inherited
            : new OperationAnnotations(Engine ?? inherited.Engine, Pin || inherited.Pin, Precision ?? inherited.Precision, Tolerance ?? inherited.Tolerance);
}
