using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Moves a tensor from one storage to another without changing a bit (<c>docs/lowering.md</c> 2.10): loads of inputs and constants, changes of
/// layout, frames of padding, stores of values that pass through.
/// </summary>
internal static class ConversionLowering
{
    // Bytes a partition that take a DMA engine about a microsecond with its eight partitions.
    private const int LongLoadBytes = 4 * 1024;

    /// <summary>Moves the input into the result; both have the same elements in row-major order unless the result repeats an axis.</summary>
    public static void Lower(LoweringContext context)
    {
        var source = context.Builder.Input(0);
        var target = context.Request.Results[0];
        if (source.Storage.IsDense)
        {
            Load(context, source, target.Shape, Identity(target.Shape.Rank), QueueClass.Loads);
        }
        else if (SameShape(source.Storage, target) && source.Storage.PartitionAxis == target.PartitionAxis)
        {
            Copy(context, source);
        }
        else if (SameShape(source.Storage, target) && IsTransposition(source.Storage, target))
        {
            TransposeLowering.Lower(context, source);
        }
        else
        {
            ThroughMemory(context, source, Identity(target.Shape.Rank));
        }
    }

    /// <summary>Fills a storage from a weight or constant that nothing but a load can bring on chip.</summary>
    public static void LoadSource(LoweringContext context, Shape shape)
    {
        var region = context.Builder.RecipeRegion("values", shape.Dimensions, new RecipeTemplate([RecipeTemplate.Source(0)]));
        var dense = new TensorView(region, StorageFactory.Dense(ElementType.F32, shape));
        Load(context, dense, context.Request.Results[0].Shape, Identity(context.Request.Results[0].Shape.Rank), QueueClass.Loads);
    }

    /// <summary>
    /// Stores a tensor dense to device memory and loads it as another: axis i of the result runs over axis <paramref name="axes"/>[i] of the
    /// tensor, extents of 1 repeated; with <paramref name="reshape"/> the elements are taken in row-major order.
    /// </summary>
    public static void ThroughMemory(LoweringContext context, TensorView source, int[] axes, bool reshape = false)
    {
        var scratch = context.Builder.Scratch("dense", source.Storage.Shape.Dimensions);
        var dense = new TensorView(scratch, StorageFactory.Dense(source.Storage.Type, source.Storage.Shape));
        var ordinal = 0;
        foreach (var piece in StoragePiece.Cut(source.Storage, TileBox.All(source.Storage.Shape), joinBlocks: true))
        {
            foreach (var part in TransferPlan.Fit(source, dense, piece))
            {
                context.Builder.Operation(
                    $"store dense {ordinal}", context.CoreMember, ordinal++, endsTile: true,
                    GroupBuilder.Transfer(QueueClass.Stores, TemplateInstruction.Dma(
                        dense.Hbm(part, source.Storage.PartitionAxis), source.OnChip(part), QueueClass.Stores)));
            }
        }

        Load(context, dense, context.Request.Results[0].Shape, axes, QueueClass.Loads, reshape);
    }

    /// <summary>0, 1, 2, ..</summary>
    public static int[] Identity(int rank)
    {
        var axes = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            axes[i] = i;
        }

        return axes;
    }

    // Loads a dense tensor into result 0 of the given shape; extents of 1 are repeated.
    private static void Load(LoweringContext context, TensorView dense, Shape shape, int[] axes, QueueClass queue, bool reshape = false)
    {
        var viewed = Reinterpret(dense, shape, axes, reshape);
        var result = context.Result();
        var ordinal = 0;
        foreach (var band in LoadBands(result.Storage))
        {
            foreach (var piece in StoragePiece.Cut(result.Storage, band, joinBlocks: true))
            {
                foreach (var part in TransferPlan.Fit(result, viewed, piece))
                {
                    var operation = context.Builder.Operation(
                        $"load {ordinal}", context.CoreMember, ordinal++, endsTile: true,
                        GroupBuilder.Transfer(queue, TemplateInstruction.Dma(
                            result.OnChip(part), viewed.Hbm(part, result.Storage.PartitionAxis), queue)));
                    context.Complete(0, operation, part.Box);
                }
            }
        }
    }

    // Maps that a few DMA engines load for long come in bands of rows, so that their readers start on the first.
    private static IEnumerable<TileBox> LoadBands(TensorStorage storage) =>
        storage.Layout == TensorLayout.C && storage.Bytes >= LongLoadBytes ? MapTiles.Bands(storage) : [TileBox.All(storage.Shape)];

    // The dense tensor under the shape of the result, by strides alone.
    private static TensorView Reinterpret(TensorView dense, Shape shape, int[] axes, bool reshape)
    {
        var own = dense.Storage.Shape;
        var strides = new long[shape.Rank];
        var permuted = !reshape && own.Rank == shape.Rank;
        for (var i = 0; permuted && i < axes.Length; i++)
        {
            permuted = own[axes[i]] == shape[i] || own[axes[i]] == 1;
        }

        if (permuted)
        {
            for (var i = 0; i < strides.Length; i++)
            {
                strides[i] = own[axes[i]] == 1 && shape[i] != 1 ? 0 : dense.Storage.Strides[axes[i]];
            }
        }
        else if (reshape)
        {
            StorageFactory.DenseStrides(shape, DeviceTypes.Bytes(dense.Storage.Type)).CopyTo(strides);
        }
        else
        {
            // Fewer axes than the result: leading axes of 1 are added, axes of 1 repeated.
            var missing = shape.Rank - own.Rank;
            for (var i = 0; i < strides.Length; i++)
            {
                strides[i] = i < missing || own[i - missing] == 1 ? 0 : dense.Storage.Strides[i - missing];
            }
        }

        return dense with { Storage = dense.Storage with { Shape = shape, Strides = [.. strides] } };
    }

    private static void Copy(LoweringContext context, TensorView source)
    {
        var result = context.Result();
        var ordinal = 0;
        foreach (var part in MapTiles.Cut(result.Storage, joinBlocks: true, source, result))
        {
            var operation = CopyLowering.Add(context, $"copy {ordinal}", ordinal++, result.OnChip(part), source.OnChip(part));
            context.Complete(0, operation, part.Box);
        }
    }

    private static bool SameShape(TensorStorage source, TensorStorage target) => source.Shape == target.Shape;

    // Both put one of the last two axes on the partitions.
    private static bool IsTransposition(TensorStorage source, TensorStorage target)
    {
        var rank = source.Shape.Rank;
        return rank >= 2 && source.PartitionAxis >= rank - 2 && target.PartitionAxis >= rank - 2 && target.Halo.IsEmpty
            && source.Shape[rank - 1] + source.Shape[rank - 2] > 2;
    }
}
