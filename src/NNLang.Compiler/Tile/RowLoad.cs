using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>Loads a row of values into every partition by a transfer of stride 0.</summary>
internal static class RowLoad
{
    /// <summary>Adds the load of a recipe's values.</summary>
    public static BufferRef Add(LoweringContext context, string name, RecipeTemplate recipe, long count)
    {
        var region = context.Builder.RecipeRegion(name, [count], recipe);
        var buffer = context.Builder.OnChip(name, BufferKind.Weight, count * 4);
        var run = default(PatternBuilder);
        run.Add(count, 4);
        var partitions = default(PatternBuilder);
        partitions.AddUnmerged(TensorStorage.PartitionCount, 0);
        context.Builder.Operation(
            $"load {name}", context.CoreMember, 0, endsTile: false,
            GroupBuilder.Transfer(QueueClass.Loads, TemplateInstruction.Dma(
                new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, TensorStorage.PartitionCount, 0, ElementType.F32)),
                new TemplateOperand(region, new HbmOperand(0, 0, ElementType.F32, [.. partitions.Hbm()], [.. run.Hbm()])),
                QueueClass.Loads)));
        return buffer;
    }
}
