using System.Collections.Immutable;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Fuse;

/// <summary>
/// The network after the fuse pass: groups in program order. Its meaning in the device's arithmetic is exact, bit for bit; no later pass
/// changes it. Immutable.
/// </summary>
public sealed class FusedNetwork
{
    private readonly Lazy<(ImmutableArray<int> Last, ImmutableArray<int> Group)> _layers;

    /// <summary>Made by the fuse pass, or from its result.</summary>
    public FusedNetwork() => _layers = new(CountLayers);

    /// <summary>The network it was made from.</summary>
    public required Network Network { get; init; }

    /// <summary>The groups, ordered by their last layer.</summary>
    public required ImmutableArray<FusedInstance> Groups { get; init; }

    /// <summary>What each output of the network is; a distance counts back from the end (1 is the last group).</summary>
    public required ImmutableArray<FusedLink> Outputs { get; init; }

    /// <summary>Constants and weights that are outputs themselves, named by <see cref="FusedLink.Index"/> of a source link.</summary>
    public ImmutableArray<TensorSource> OutputSources { get; init; } = [];

    /// <summary>The index in the network of the last layer of each group. O(groups) once.</summary>
    public ImmutableArray<int> LastLayers => _layers.Value.Last;

    /// <summary>The group that computes each layer of the network; -1 for none. O(layers) once.</summary>
    public ImmutableArray<int> GroupOfLayer => _layers.Value.Group;

    private (ImmutableArray<int> Last, ImmutableArray<int> Group) CountLayers()
    {
        var last = new int[Groups.Length];
        var groupOf = new int[Network.Layers.Length];
        Array.Fill(groupOf, -1);
        var layer = -1;
        for (var group = 0; group < last.Length; group++)
        {
            layer += Groups[group].Advance;
            last[group] = layer;
            foreach (var distance in Groups[group].Layers)
            {
                groupOf[layer - distance] = group;
            }
        }

        return ([.. last], [.. groupOf]);
    }
}

/// <summary>A fused group at its place.</summary>
/// <param name="Group">What is computed; shared by equal groups.</param>
/// <param name="Operands">Where each of the group's operands comes from.</param>
/// <param name="Layers">The layers it covers, ascending, as distances back from its last layer (which is 0).</param>
/// <param name="Sources">The weights and constants it reads, in the order the group names them; null for a slot its layer has not.</param>
/// <param name="Advance">Index of its last layer minus that of the group before it (from -1), at least 1.</param>
public readonly record struct FusedInstance(
    FusedGroup Group, ImmutableArray<FusedLink> Operands, ImmutableArray<int> Layers, ImmutableArray<TensorSource?> Sources, int Advance);

/// <summary>Where a value comes from.</summary>
public enum FusedLinkKind : byte
{
    /// <summary>A result of an earlier group.</summary>
    Group,
    /// <summary>An input of the network.</summary>
    NetworkInput,
    /// <summary>A weight or constant of the instance.</summary>
    Source,
}

/// <summary>A relative reference to a value.</summary>
/// <param name="Kind">What is referred to.</param>
/// <param name="Distance">Group: how many groups back, at least 1; else 0.</param>
/// <param name="Index">Group: which result. Input: which input. Source: index into the instance's sources.</param>
public readonly record struct FusedLink(FusedLinkKind Kind, int Distance, int Index)
{
    /// <summary>A result of an earlier group.</summary>
    public static FusedLink Group(int distance, int result = 0) => new(FusedLinkKind.Group, distance, result);

    /// <summary>An input of the network.</summary>
    public static FusedLink Input(int index) => new(FusedLinkKind.NetworkInput, 0, index);

    /// <summary>A source of the instance.</summary>
    public static FusedLink Source(int index) => new(FusedLinkKind.Source, 0, index);
}
