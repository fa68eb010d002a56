using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>
/// Evacuates a tile whose channels are in the free dimension: the bias is a row in every partition, added by VectorE (fma(z, 1, b) is z + b);
/// function and limits follow in place.
/// </summary>
internal static class RowEvacuation
{
    /// <summary>Adds the operations and completes the box.</summary>
    public static void Add(
        LoweringContext context, Epilogue epilogue, BufferRef? bias, long firstChannel, TensorView result, StoragePiece piece, TemplateOperand psum,
        int ordinal)
    {
        var builder = context.Builder;
        var target = result.OnChip(piece);
        var ends = !epilogue.HasFunction;
        int operation;
        if (bias is { } buffer)
        {
            var run = default(PatternBuilder);
            run.Add(target.Operand.OnChip.ElementsPerPartition, 4);
            var row = new TemplateOperand(buffer, run.OnChip(MemoryKind.Sbuf, 0, piece.Partitions, firstChannel * 4, ElementType.F32));
            operation = builder.Operation(
                $"evacuate {ordinal}", context.LastMember, ordinal, ends,
                GroupBuilder.On(Engine.Vector, "adds the bias row on the way out of psum", TemplateInstruction.TensorTensor(target, psum, row, AluOperation.Add)));
        }
        else
        {
            var plain = epilogue with { Function = ActivationFunction.Copy, Clip = null };
            operation = Evacuation.Add(builder, $"evacuate {ordinal}", context.LastMember, ordinal, plain, default, target, psum);
        }

        if (epilogue.HasFunction)
        {
            operation = ElementLowering.AddFunction(context, $"apply {ordinal}", ordinal, epilogue, target, target);
        }

        context.Complete(0, operation, piece.Box);
    }
}
