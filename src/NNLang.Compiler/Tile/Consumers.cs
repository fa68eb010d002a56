using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Tile;

/// <summary>Who reads each group's result, and what the readers ask of its storage. O(operands).</summary>
internal sealed class Consumers
{
    private readonly ImmutableArray<TensorLayout>[] _reads;
    private readonly Halo[] _halos;
    private readonly ImmutableArray<int>[] _outputs;

    /// <summary>Asks all readers, last group first, so that views hand their readers' wishes on.</summary>
    public Consumers(FusedNetwork network)
    {
        var count = network.Groups.Length;
        _reads = new ImmutableArray<TensorLayout>[count];
        _halos = new Halo[count];
        _outputs = new ImmutableArray<int>[count];
        Array.Fill(_reads, []);
        Array.Fill(_outputs, []);
        for (var i = 0; i < network.Outputs.Length; i++)
        {
            if (network.Outputs[i].Kind == FusedLinkKind.Group)
            {
                var group = count - network.Outputs[i].Distance;
                _outputs[group] = _outputs[group].Add(i);
            }
        }

        for (var g = count - 1; g >= 0; g--)
        {
            var instance = network.Groups[g];
            var recipe = RecipeTable.Find(instance.Group);
            for (var k = 0; k < instance.Operands.Length; k++)
            {
                if (instance.Operands[k].Kind != FusedLinkKind.Group || recipe is null)
                {
                    continue;
                }

                var producer = g - instance.Operands[k].Distance;
                var transparent = instance.Group.Core.IsView && instance.Group.Operands[0] == instance.Group.Result;
                // The first reader in program order is asked last here, and wins; frames add up while their fill agrees.
                var reads = transparent ? _reads[g] : recipe.Reads(instance.Group, k);
                if (!reads.IsEmpty || _reads[producer].IsEmpty)
                {
                    _reads[producer] = reads;
                }

                var halo = transparent ? _halos[g] : recipe.HaloOf(instance.Group, k);
                if (!halo.IsEmpty)
                {
                    _halos[producer] = _halos[producer].IsEmpty || _halos[producer].FillBits == halo.FillBits
                        ? halo.Union(_halos[producer])
                        : halo;
                }
            }
        }
    }

    /// <summary>The layouts the first reader that has a wish takes, best first; empty if nobody has one.</summary>
    public ImmutableArray<TensorLayout> FirstRead(int group) => _reads[group];

    /// <summary>The frame that serves the first reader that needs one, and all that need the same fill.</summary>
    public Halo HaloOf(int group) => _halos[group];

    /// <summary>Which outputs of the network the group's result is.</summary>
    public ImmutableArray<int> OutputsOf(int group) => _outputs[group];
}
