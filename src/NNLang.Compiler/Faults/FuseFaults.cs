using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Faults;

namespace NNLang.Compiler.Faults;

/// <summary>The fault <c>wrong_fold</c>: the fuse pass folds a batch norm without its mean, so that the bias is beta alone. Pure.</summary>
internal static class FuseFaults
{
    /// <summary>The network with the faults; the same network if none strikes.</summary>
    public static FusedNetwork Plant(FusedNetwork network, ImmutableArray<FaultDescription> faults)
    {
        var groups = network.Groups;
        foreach (var fault in faults)
        {
            if (fault.Kind == "wrong_fold" && FaultTarget.IsFor(fault, "fuse") && FaultTarget.Choose(network, fault) is >= 0 and var target)
            {
                groups = groups.SetItem(target, groups[target] with { Group = WithoutMean(groups[target].Group) });
            }
        }

        return groups == network.Groups
            ? network
            : new FusedNetwork
            {
                Network = network.Network,
                Groups = groups,
                Outputs = network.Outputs,
                OutputSources = network.OutputSources,
            };
    }

    // A folded bias starts with beta.
    private static FusedGroup WithoutMean(FusedGroup group) => new(
        group.Core, group.Epilogue with { Bias = new RecipeTemplate([group.Epilogue.Bias!.Steps[0]]) }, group.Operands, group.Results,
        group.Members);
}
