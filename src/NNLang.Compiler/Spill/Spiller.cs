using System.Collections.Immutable;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lengths;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Compiler.Tile;
using NNLang.Machine.Devices;

namespace NNLang.Compiler.Spill;

/// <summary>
/// Makes room where a network does not fit: a tensor that is not needed for the longest time is stored to device memory and loaded again
/// before its next reader. Pure: the same network gives the same spills.
/// </summary>
internal static class Spiller
{
    /// <summary>The network with one tensor spilled; null if nothing that is alive where room ran out can be.</summary>
    public static TiledNetwork? SpillOne(DeviceDescription device, PlacedNetwork placed, Allocation failed)
    {
        if (failed.FailedOperation < 0)
        {
            return null;
        }

        var users = new BufferUsers(placed.Problem);
        var at = placed.GroupOf(failed.FailedOperation);
        (int Buffer, int Group, int Result, int After, int Before)? best = null;
        foreach (var buffer in failed.LiveAtFailure)
        {
            if (placed.Problem.BufferClass[buffer] != BufferClass.Activation || ResultOf(placed, buffer) is not { } result)
            {
                continue;
            }

            var (after, before) = Around(placed, users, buffer, at);
            if (after < 0 || before < 0)
            {
                continue;
            }

            // Longest unused first; among equals the largest.
            if (best is not { } known || before > known.Before
                || (before == known.Before && placed.Problem.BufferSize[buffer] > placed.Problem.BufferSize[known.Buffer]))
            {
                best = (buffer, result.Group, result.Index, after, before);
            }
        }

        return best is { } victim ? Rewrite(device, placed.Tiled, victim.Group, victim.Result, victim.After, victim.Before) : null;
    }

    /// <summary>The result that owns a buffer, if no view looks at the buffer under another shape.</summary>
    private static (int Group, int Index)? ResultOf(PlacedNetwork placed, int buffer)
    {
        var (owner, local) = placed.OwnerOf(buffer);
        if (owner < 0)
        {
            return null;
        }

        (int, int)? found = null;
        for (var g = owner; g < placed.Tiled.Groups.Length; g++)
        {
            var results = placed.Tiled.Groups[g].Body.Results;
            for (var r = 0; r < results.Length; r++)
            {
                if (placed.ResultBuffer[placed.FirstResult[g] + r] != buffer)
                {
                    continue;
                }

                if (g != owner || found is not null || results[r].Buffer != BufferRef.Local(local) || results[r].Storage.IsDense)
                {
                    return null;
                }

                found = (g, r);
            }
        }

        return found;
    }

    /// <summary>The last group that uses a buffer before a group, and the first after it; -1 where the group itself uses it or there is none.</summary>
    private static (int After, int Before) Around(PlacedNetwork placed, BufferUsers users, int buffer, int group)
    {
        int after = -1, before = -1;
        for (var k = users.Start[buffer]; k < users.Start[buffer + 1]; k++)
        {
            var user = placed.GroupOf(users.Items[k]);
            if (user == group)
            {
                return (-1, -1);
            }

            if (user < group)
            {
                after = Math.Max(after, user);
            }
            else if (before < 0 || user < before)
            {
                before = user;
            }
        }

        return (after, before);
    }

    private static TiledNetwork Rewrite(DeviceDescription device, TiledNetwork tiled, int producer, int result, int after, int before)
    {
        var tensor = tiled.Groups[producer].Body.Results[result];
        var store = Store(device, tensor);
        var reload = BoundaryBodies.Load(device, tensor, store.Results[0].Tiles);
        var groups = ImmutableArray.CreateBuilder<GroupInstance>(tiled.Groups.Length + 2);
        var moved = new int[tiled.Groups.Length];
        int storeAt = -1, reloadAt = -1;
        for (var g = 0; g < tiled.Groups.Length; g++)
        {
            if (g == before)
            {
                reloadAt = groups.Count;
                groups.Add(new GroupInstance(reload, [new InputLink(reloadAt - storeAt, 0)], [], [], [], 0, IsConversion: true));
            }

            moved[g] = groups.Count;
            var links = tiled.Groups[g].Inputs.ToBuilder();
            for (var k = 0; k < links.Count; k++)
            {
                if (links[k].IsNetworkInput)
                {
                    continue;
                }

                var from = g - links[k].Distance;
                links[k] = g >= before && from == producer && links[k].Index == result
                    ? new InputLink(groups.Count - reloadAt, 0)
                    : links[k] with { Distance = groups.Count - moved[from] };
            }

            groups.Add(tiled.Groups[g] with { Inputs = links.MoveToImmutable() });
            if (g == after)
            {
                storeAt = groups.Count;
                groups.Add(new GroupInstance(store, [new InputLink(storeAt - moved[producer], result)], [], [], [], 0, IsConversion: true));
            }
        }

        return new TiledNetwork { Network = tiled.Network, Groups = groups.MoveToImmutable(), Inputs = tiled.Inputs };
    }

    private static LoweredGroup Store(DeviceDescription device, ResultTensor tensor)
    {
        var builder = new GroupBuilder(device, [new LoweringInput(tensor.Storage, tensor.Tiles)], 1);
        var source = builder.Input(0);
        var dense = builder.Result(
            0, builder.Scratch("spill", tensor.Storage.Shape.Dimensions), StorageFactory.Dense(tensor.Storage.Type, tensor.Storage.Shape));
        var ordinal = 0;
        foreach (var piece in StoragePiece.Cut(tensor.Storage, TileBox.All(tensor.Storage.Shape), joinBlocks: true))
        {
            foreach (var part in TransferPlan.Fit(source, dense, piece))
            {
                var operation = builder.Operation(
                    $"spill {ordinal}", -1, ordinal++, endsTile: true,
                    GroupBuilder.Transfer(QueueClass.Stores, TemplateInstruction.Dma(
                        dense.Hbm(part, tensor.Storage.PartitionAxis), source.OnChip(part), QueueClass.Stores)));
                builder.Defines(0, operation, part.Box);
            }
        }

        return builder.Build("spill");
    }
}
