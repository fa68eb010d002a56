using NNLang.Compiler.Fuse;
using NNLang.Compiler.Place;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>
/// How the fused groups of a network, the instances they were lowered to, and the low-level operations that the plan numbers find each other.
/// Immutable, thread-safe.
/// </summary>
public sealed class GroupIndex
{
    private readonly int[] _instanceOfGroup;
    private readonly int[] _groupOfInstance;
    private readonly int[] _firstOperation;

    /// <summary>Indexes a planned network. O(instances).</summary>
    internal GroupIndex(FusedNetwork fused, PlacedNetwork placed)
    {
        var instances = placed.Tiled.Groups;
        _firstOperation = placed.FirstOperation;
        _instanceOfGroup = new int[fused.Groups.Length];
        _groupOfInstance = new int[instances.Length];
        var group = 0;
        for (var i = 0; i < instances.Length; i++)
        {
            _groupOfInstance[i] = -1;
            if (!instances[i].IsConversion)
            {
                _groupOfInstance[i] = group;
                _instanceOfGroup[group++] = i;
            }
        }
    }

    /// <summary>The number of fused groups.</summary>
    public int Groups => _instanceOfGroup.Length;

    /// <summary>The instance a fused group became.</summary>
    public int InstanceOf(int group) => _instanceOfGroup[group];

    /// <summary>The fused group an instance was lowered from; -1 for loads and conversions.</summary>
    public int GroupOf(int instance) => _groupOfInstance[instance];

    /// <summary>The first instance that belongs to a group: the loads and conversions that stand before it do.</summary>
    public int FirstInstanceOf(int group) => group == 0 ? 0 : _instanceOfGroup[group - 1] + 1;

    /// <summary>The plan's number for an instance's first operation; the others follow it.</summary>
    public int FirstOperationOf(int instance) => _firstOperation[instance];

    /// <summary>The plan's numbers of a group's operations, loads and conversions before it included: from the first to before the end.</summary>
    public (int First, int End) OperationsOf(int group) =>
        (_firstOperation[FirstInstanceOf(group)], _firstOperation[_instanceOfGroup[group] + 1]);
}
