using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Fuse;
using NNLang.Machine.Faults;

namespace NNLang.Compiler.Faults;

/// <summary>Compiler faults that a network can suffer (<c>docs/machine.md</c> 9); missing_wait is found on the plan instead.</summary>
public static class CompilerFaults
{
    private static readonly (string Kind, string Pass)[] Kinds =
    [
        ("wrong_fold", "fuse"), ("wrong_pad", "tile"), ("wrong_stride", "tile"), ("dropped_tile", "tile"), ("wrong_offset", "tile"),
        ("swapped_operands", "tile"),
    ];

    /// <summary>Whether a fault of the compiler acted on a network that was compiled with it. O(groups + waits removed).</summary>
    public static bool Acted(CompiledNetwork compiled, FaultDescription fault) => fault.Kind == MissingWait.Kind
        ? FaultTarget.IsFor(fault, "emit") && MissingWait.Acted(compiled.Plan!, fault)
        : FaultTarget.IsFor(fault, Kinds.FirstOrDefault(known => known.Kind == fault.Kind).Pass ?? "") && FaultTarget.Choose(compiled.Fused!, fault) >= 0;

    /// <summary>Every missing_wait that would change a plan: one an operation of a layer that waits for something. O(operations).</summary>
    public static ImmutableArray<FaultDescription> MissingWaits(Plan plan)
    {
        var result = ImmutableArray.CreateBuilder<FaultDescription>();
        foreach (var operation in MissingWait.Candidates(plan))
        {
            if (plan.Placed.LayerOf(operation) is >= 0 and var layer)
            {
                result.Add(new FaultDescription(MissingWait.Kind, MissingWait.Kind,
                [
                    new FaultField("pass", "emit"), new FaultField("layer", plan.Placed.Tiled.Network.Layers[layer].Path),
                    new FaultField("operation", plan.Placed.Operation(operation).Name),
                ]));
            }
        }

        return result.ToImmutable();
    }

    /// <summary>
    /// Every fault of the fuse and tile passes that would change a group of the network, one a group, kind and edge; each names the group's
    /// last layer. O(groups).
    /// </summary>
    public static ImmutableArray<FaultDescription> Candidates(FusedNetwork network)
    {
        var result = ImmutableArray.CreateBuilder<FaultDescription>();
        var last = -1;
        foreach (var instance in network.Groups)
        {
            last += instance.Advance;
            var layer = network.Network.Layers[last].Path;
            foreach (var (kind, pass) in Kinds)
            {
                if (!FaultTarget.Suffers(instance, kind))
                {
                    continue;
                }

                var window = (instance.Group.Core as FusedCore.Convolution)?.Window ?? (instance.Group.Core as FusedCore.Pool)?.Window;
                if (kind != "wrong_pad")
                {
                    result.Add(new FaultDescription(kind, kind, [new FaultField("pass", pass), new FaultField("layer", layer)]));
                    continue;
                }

                foreach (var side in FaultTarget.SidesOf(window!))
                {
                    result.Add(new FaultDescription(
                        kind, kind, [new FaultField("pass", pass), new FaultField("layer", layer), new FaultField("side", side)]));
                }
            }
        }

        return result.ToImmutable();
    }
}
