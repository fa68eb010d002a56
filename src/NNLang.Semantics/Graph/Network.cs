using System.Collections.Immutable;
using NNLang.Operators.Shapes;

namespace NNLang.Semantics.Graph;

/// <summary>
/// A network after expansion: a finite acyclic graph of layers in program order, the input of every compiler pass. Immutable and
/// thread-safe. Everything inside a layer is relative to it, so that an edit elsewhere leaves the layer as it is.
/// </summary>
public sealed record Network
{
    /// <summary>The name in the source.</summary>
    public required string Name { get; init; }

    /// <summary>The inputs in the order of the parameters.</summary>
    public required ImmutableArray<NetworkInput> Inputs { get; init; }

    /// <summary>
    /// The layers in program order: the order of text after expansion, of lengths, and of <c>-O0</c>.
    /// </summary>
    public required ImmutableArray<Layer> Layers { get; init; }

    /// <summary>The outputs in the order of <c>return</c>.</summary>
    public required ImmutableArray<NetworkOutput> Outputs { get; init; }

    /// <summary>The values given to symbolic dimensions, by name; a dimension that is absent is symbolic in every type.</summary>
    public required ImmutableSortedDictionary<string, long> Binding { get; init; }

    /// <summary>The device of <c>@device</c>, or null.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The index of the layer that an operand of layer <paramref name="layer"/> refers to. For layer references only.</summary>
    public static int ProducerOf(int layer, ValueRef operand) => layer - operand.Distance;
}

/// <summary>An input of a network.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Type">Its type under the binding.</param>
public sealed record NetworkInput(string Name, TensorType Type);

/// <summary>An output of a network.</summary>
/// <param name="Name">The result's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">What is returned; a layer is counted back from the end (distance 1 is the last layer).</param>
/// <param name="Source">The tensor, where <see cref="ValueRef.Kind"/> is a source; else null.</param>
public sealed record NetworkOutput(string Name, TensorType Type, ValueRef Value, TensorSource? Source);
