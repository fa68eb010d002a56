using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile.Recipes;

/// <summary>
/// Elementwise operations with broadcasting (<c>docs/lowering.md</c> 2.13): any layout, equal on all sides. Free axes broadcast by stride 0, a value a
/// channel as a column; what must be repeated over partitions is loaded so. A chain folds from the left, in place.
/// </summary>
internal sealed class ElementwiseRecipe : LoweringRecipe
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand) =>
        ChannelLayout(group) is { } layout ? [layout] : [];

    /// <inheritdoc/>
    public override OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands)
    {
        var layout = Working(group, operands);
        var result = group.Result.Shape;
        var own = group.Operands[operand].Shape;
        if (own == result)
        {
            return new OperandNeed(layout) { AnyStrides = true };
        }

        var axis = StorageFactory.PartitionAxis(layout, result.Rank);
        var aligned = new long[result.Rank];
        for (var i = 0; i < aligned.Length; i++)
        {
            var from = i - (result.Rank - own.Rank);
            aligned[i] = from < 0 ? 1 : own[from];
            if (i == axis)
            {
                aligned[i] = result[i];
            }
        }

        return operands[operand] is { IsDense: false } native && own.Rank == result.Rank && native.PartitionAxis == axis
            && (axis < 0 || own[axis] == result[axis])
            ? new OperandNeed(layout) { AnyStrides = true }
            : new OperandNeed(layout) { AnyStrides = true, Aligned = new Shape(aligned) };
    }

    /// <inheritdoc/>
    public override ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands) => [Working(group, operands)];

    /// <inheritdoc/>
    public override void Lower(LoweringContext context)
    {
        var group = context.Group;
        var result = context.Result();
        var inputs = new TensorView[context.Builder.Inputs.Count];
        var columns = new bool[inputs.Length];
        var separate = group.Epilogue.Scale is not null || group.Epilogue.Bias is not null;
        for (var k = 0; k < inputs.Length; k++)
        {
            inputs[k] = context.Builder.Input(k);
            columns[k] = IsColumn(inputs[k].Storage, result.Storage);
            separate |= columns[k];
        }

        var load = separate && group.Core is FusedCore.Elementwise { ChannelAxis: >= 0 } element
            ? ColumnLoad.Add(
                context, group.Result.Shape[element.ChannelAxis],
                (int)Math.Min(TensorStorage.PartitionCount, group.Result.Shape[element.ChannelAxis]))
            : null;
        var ordinal = 0;
        foreach (var part in MapTiles.Cut(result.Storage, joinBlocks: !separate, [result, .. inputs]))
        {
            Tile(context, inputs, columns, load, result, part, ordinal++);
        }
    }

    private static void Tile(
        LoweringContext context, TensorView[] inputs, bool[] columns, ColumnLoad? load, TensorView result, StoragePiece piece, int ordinal)
    {
        var group = context.Group;
        var epilogue = group.Epilogue;
        var target = result.OnChip(piece);
        int operation;
        switch (group.Core)
        {
            case FusedCore.Elementwise when load is not null:
                operation = Evacuation.Add(
                    context.Builder, $"apply {ordinal}", context.LastMember, ordinal, epilogue, load.Of(piece.FirstBlock, piece.Partitions),
                    target, inputs[0].OnChip(piece));
                break;
            case FusedCore.Elementwise:
                operation = ElementLowering.AddFunction(context, $"apply {ordinal}", ordinal, epilogue, target, inputs[0].OnChip(piece));
                break;
            case FusedCore.Binary binary:
                var swapped = context.Request.Fault?.Kind == TileFaultKind.SwappedOperands;
                operation = swapped
                    ? Combine(context, binary.Operation, target, inputs[1], columns[1], inputs[0], columns[0], piece, ordinal, !epilogue.HasFunction)
                    : Combine(context, binary.Operation, target, inputs[0], columns[0], inputs[1], columns[1], piece, ordinal, !epilogue.HasFunction);
                operation = After(context, epilogue, target, operation, ordinal);
                break;
            default:
                var chain = (FusedCore.Chain)group.Core;
                operation = Combine(
                    context, chain.Operation, target, inputs[0], columns[0], inputs[1], columns[1], piece, ordinal,
                    chain.Count == 2 && !epilogue.HasFunction);
                for (var k = 2; k < chain.Count; k++)
                {
                    operation = Combine(
                        context, chain.Operation, target, result, false, inputs[k], columns[k], piece, ordinal,
                        k == chain.Count - 1 && !epilogue.HasFunction);
                }

                operation = After(context, epilogue, target, operation, ordinal);
                break;
        }

        context.Complete(0, operation, piece.Box);
    }

    private static int After(LoweringContext context, Epilogue epilogue, TemplateOperand target, int operation, int ordinal) =>
        epilogue.HasFunction ? ElementLowering.AddFunction(context, $"apply {ordinal}", ordinal, epilogue, target, target) : operation;

    private static int Combine(
        LoweringContext context, AluOperation operation, TemplateOperand target, TensorView a, bool aColumn, TensorView b, bool bColumn,
        StoragePiece piece, int ordinal, bool ends)
    {
        var name = $"{Mnemonics.Name(operation)} {ordinal}";
        var drafts = new List<EngineDraft>();
        if (bColumn)
        {
            var scalar = TemplateInstruction.TensorScalar(target, a.OnChip(piece), operation, Column(b, piece));
            drafts.Add(GroupBuilder.On(Engine.Vector, "one value a channel is a column: half the reads", scalar));
            if (operation is AluOperation.Add or AluOperation.Mul)
            {
                drafts.Add(GroupBuilder.On(Engine.Scalar, "one value a channel is a column", scalar));
            }
        }
        else if (aColumn)
        {
            drafts.Add(GroupBuilder.On(
                Engine.Vector, "one value a channel is a column: half the reads",
                TemplateInstruction.TensorScalar(target, b.OnChip(piece), operation, Column(a, piece), reverse: true)));
        }
        else
        {
            drafts.Add(GroupBuilder.On(
                Engine.Vector, "two tensors from sbuf, two reads an element",
                TemplateInstruction.TensorTensor(target, a.OnChip(piece), b.OnChip(piece), operation)));
        }

        return context.Builder.Operation(name, context.CoreMember, ordinal, ends, [.. drafts]);
    }

    private static TemplateOperand Column(TensorView view, StoragePiece piece) => new(
        view.Buffer,
        default(PatternBuilder).OnChip(MemoryKind.Sbuf, piece.FirstPartition, piece.Partitions, view.OffsetOf(piece), view.Storage.Type));

    private static bool IsColumn(TensorStorage storage, TensorStorage result)
    {
        if (storage.Shape == result.Shape)
        {
            return false;
        }

        for (var axis = 0; axis < storage.Shape.Rank; axis++)
        {
            if (axis != storage.PartitionAxis && storage.Shape[axis] != 1)
            {
                return false;
            }
        }

        return true;
    }

    private static TensorLayout? ChannelLayout(FusedGroup group) =>
        group.Core is FusedCore.Elementwise { ChannelAxis: >= 0 and var axis } ? StorageFactory.NameOf(axis, group.Result.Shape.Rank) : null;

    private static TensorLayout Working(FusedGroup group, ImmutableArray<TensorStorage?> operands)
    {
        if (ChannelLayout(group) is { } layout)
        {
            return layout;
        }

        for (var k = 0; k < operands.Length; k++)
        {
            if (operands[k] is { IsDense: false } storage && storage.Shape == group.Result.Shape)
            {
                return storage.Layout;
            }
        }

        return StorageFactory.Canonical(group.Result.Shape.Rank);
    }
}
