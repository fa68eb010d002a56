using System.Collections.Immutable;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Lowered;

/// <summary>The network after the tile pass: lowered groups in program order, tied together. Immutable.</summary>
public sealed class TiledNetwork
{
    /// <summary>The network it was made from: names, inputs, outputs, layers.</summary>
    public required Network Network { get; init; }

    /// <summary>The instances in program order; loads and conversions stand before the first group that needs them.</summary>
    public required ImmutableArray<GroupInstance> Groups { get; init; }

    /// <summary>How each network input lies in device memory.</summary>
    public required ImmutableArray<TensorStorage> Inputs { get; init; }
}

/// <summary>One lowered group at its place in a network; everything in it is relative.</summary>
/// <param name="Body">What is executed; shared by equal groups.</param>
/// <param name="Inputs">Where each of the body's inputs comes from.</param>
/// <param name="Layers">
/// The network's layers it covers, ascending, as distances back from its last layer (which is 0); empty for loads and conversions.
/// </param>
/// <param name="Sources">The weights and constants that the body's recipes name by index; null where no recipe names one.</param>
/// <param name="Outputs">The network outputs that the body's output regions are, by <see cref="LocalBuffer.Output"/>.</param>
/// <param name="Advance">
/// The last layer's index minus the last layer of the group before it (from -1); 0 for loads and conversions. The sum of all is the
/// number of layers.
/// </param>
/// <param name="IsConversion">Whether it covers no fused group: a load of an input, a change of layout, a store of a passed-through value.</param>
public readonly record struct GroupInstance(
    LoweredGroup Body,
    ImmutableArray<InputLink> Inputs,
    ImmutableArray<int> Layers,
    ImmutableArray<TensorSource?> Sources,
    ImmutableArray<int> Outputs,
    int Advance,
    bool IsConversion);

/// <summary>Where an input of a lowered group comes from.</summary>
/// <param name="Distance">How many instances back, at least 1; 0 for an input of the network.</param>
/// <param name="Index">Which result of that instance, or which input of the network.</param>
public readonly record struct InputLink(int Distance, int Index)
{
    /// <summary>Whether it is an input of the network, dense in device memory.</summary>
    public bool IsNetworkInput => Distance == 0;

    /// <summary>An input of the network.</summary>
    public static InputLink NetworkInput(int index) => new(0, index);
}
