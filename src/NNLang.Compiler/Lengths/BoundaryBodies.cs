using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Tile;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Lengths;

/// <summary>The groups that a length adds at its ends: stores of cut tensors, loads of fed ones.</summary>
internal static class BoundaryBodies
{
    /// <summary>The queue of stores that no fault can name (<c>docs/debugging.md</c>).</summary>
    public const int CutQueue = 15;

    /// <summary>A group that stores its input dense to output 0 of its instance.</summary>
    public static LoweredGroup Store(DeviceDescription device, ResultTensor tensor)
    {
        var builder = new GroupBuilder(device, [new LoweringInput(tensor.Storage, tensor.Tiles)], 0);
        var source = builder.Input(0);
        var region = builder.Output("cut", 0, tensor.Storage.Shape);
        var dense = new TensorView(region, StorageFactory.Dense(tensor.Storage.Type, tensor.Storage.Shape));
        var ordinal = 0;
        foreach (var piece in StoragePiece.Cut(tensor.Storage, TileBox.All(tensor.Storage.Shape), joinBlocks: true))
        {
            foreach (var part in TransferPlan.Fit(source, dense, piece))
            {
                builder.Operation(
                    $"store cut {ordinal}", -1, ordinal++, endsTile: true,
                    GroupBuilder.Transfer(QueueClass.Stores, TemplateInstruction.Dma(
                        dense.Hbm(part, tensor.Storage.PartitionAxis), source.OnChip(part), QueueClass.Stores)));
            }
        }

        return OnCutQueue(builder.Build("store cut"));
    }

    /// <summary>A group that loads its dense input into the storage of a tensor, tile for tile the result of the group it stands for.</summary>
    public static LoweredGroup Load(DeviceDescription device, ResultTensor tensor) => Load(device, tensor, []);

    /// <summary>The same from a dense tensor whose tiles are known.</summary>
    public static LoweredGroup Load(DeviceDescription device, ResultTensor tensor, ImmutableArray<ResultTile> denseTiles)
    {
        var dense = StorageFactory.Dense(tensor.Storage.Type, tensor.Storage.Shape);
        var request = new LoweringRequest("load reference", null, [new LoweringInput(dense, denseTiles)], [tensor.Storage], [0], null);
        var context = new LoweringContext(device, request);
        ConversionLowering.Lower(context);
        var body = context.Builder.Build("load reference");
        var frame = -1;
        var last = -1;
        foreach (var tile in body.Results[0].Tiles)
        {
            if (tile.IsHalo)
            {
                frame = tile.DefinedBy.Index;
            }
            else
            {
                last = Math.Max(last, tile.DefinedBy.Index);
            }
        }

        // All loads share a queue, which completes in order: the last one stands for all.
        var tiles = ImmutableArray.CreateBuilder<ResultTile>(tensor.Tiles.Length);
        foreach (var tile in tensor.Tiles)
        {
            var definer = tile.IsHalo && frame >= 0 ? frame : last;
            tiles.Add(tile with { DefinedBy = OperationDependency.On(definer) });
        }

        return new LoweredGroup
        {
            Key = KeyOf(body.Key, $"load as {string.Join(",", tiles.Select(t => $"{t.DefinedBy.Index}:{string.Join(".", t.Start)}+{string.Join(".", t.Extent)}"))}"),
            Title = body.Title,
            Inputs = body.Inputs,
            Buffers = body.Buffers,
            Operations = body.Operations,
            Results = [body.Results[0] with { Tiles = tiles.MoveToImmutable() }],
        };
    }

    /// <summary>A key for a body made from another.</summary>
    public static UInt128 KeyOf(UInt128 key, string change)
    {
        var hash = new XxHash128();
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, key);
        hash.Append(bytes);
        hash.Append(Encoding.UTF8.GetBytes(change));
        return hash.GetCurrentHashAsUInt128();
    }

    private static LoweredGroup OnCutQueue(LoweredGroup body) => new()
    {
        Key = KeyOf(body.Key, "cut queue"),
        Title = body.Title,
        Inputs = body.Inputs,
        Buffers = body.Buffers,
        Results = body.Results,
        Operations = [.. body.Operations.Select(operation => new TileOperation
        {
            Name = operation.Name,
            Member = operation.Member,
            Tile = operation.Tile,
            Choices = [.. operation.Choices.Select(OnCutQueue)],
            Dependencies = operation.Dependencies,
            Uses = operation.Uses,
            EndsTile = operation.EndsTile,
        })],
    };

    private static EngineChoice OnCutQueue(EngineChoice choice) => new()
    {
        Engine = Engine.Sync,
        Queue = (QueueClass)CutQueue,
        Instructions = choice.Instructions,
        Duration = choice.Duration,
        Reason = choice.Reason,
    };
}
