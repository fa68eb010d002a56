using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>How a recipe wants an operand to lie.</summary>
/// <param name="Layout">The layout; null for whatever it has.</param>
/// <param name="Halo">The frame it reads.</param>
internal readonly record struct OperandNeed(TensorLayout? Layout, Halo Halo = default)
{
    /// <summary>Whether an input of the network may be read where it is, in device memory.</summary>
    public bool AcceptsDense { get; init; }

    /// <summary>Whether free axes may have any strides: the result of a transpose, a view inside a frame.</summary>
    public bool AnyStrides { get; init; }

    /// <summary>The shape the recipe sees it under: leading axes of 1 added, the partition axis repeated; null for its own.</summary>
    public Shape? Aligned { get; init; }
}

/// <summary>
/// Lowers one family of cores. Stateless. The layout pass asks what it reads and writes, then it lowers; it reads nothing but the request.
/// </summary>
internal abstract class LoweringRecipe
{
    /// <summary>
    /// The layouts it can read an operand in, best first; empty for any. What a producer goes by, before the other operands are known.
    /// </summary>
    public abstract ImmutableArray<TensorLayout> Reads(FusedGroup group, int operand);

    /// <summary>The frame it reads around an operand.</summary>
    public virtual Halo HaloOf(FusedGroup group, int operand) => default;

    /// <summary>How it wants an operand to lie, once it is known how all of them do (null: not on chip yet).</summary>
    public virtual OperandNeed Need(FusedGroup group, int operand, ImmutableArray<TensorStorage?> operands)
    {
        var reads = Reads(group, operand);
        var halo = HaloOf(group, operand);
        var own = operands[operand];
        return own is not null && reads.Contains(own.Layout) ? new OperandNeed(own.Layout, halo) : new OperandNeed(reads[0], halo);
    }

    /// <summary>The layouts it can write the result in, given how the operands lie; best first, at least one.</summary>
    public abstract ImmutableArray<TensorLayout> Writes(FusedGroup group, ImmutableArray<TensorStorage?> operands);

    /// <summary>The storage of a result that is its operand's under another shape; null if work is needed.</summary>
    public virtual TensorStorage? View(FusedGroup group, TensorStorage operand) => null;

    /// <summary>Adds the operations.</summary>
    public abstract void Lower(LoweringContext context);
}
