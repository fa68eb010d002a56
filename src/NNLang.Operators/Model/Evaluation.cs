using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Operators.Model;

/// <summary>What an evaluation reads: tensors in binary64, null where absent; attributes without symbols; result shapes.</summary>
/// <param name="Operands">Operands in order.</param>
/// <param name="Slots">Slots in order.</param>
/// <param name="Attributes">Attribute values, every dimension known.</param>
/// <param name="Results">The result shapes, as inferred.</param>
public sealed record EvaluationContext(
    ImmutableArray<Tensor?> Operands, ImmutableArray<Tensor?> Slots, AttributeSet Attributes, ImmutableArray<Shape> Results);

/// <summary>
/// What an error rule reads: as an evaluation, the tensors being those the device stored, and the order of summation.
/// </summary>
/// <param name="Evaluation">Operands and slots as stored by the device, widened to binary64.</param>
/// <param name="Summation">The order in which long sums were made.</param>
/// <param name="TableError">Error of the target's function tables in units in the last place of binary32.</param>
/// <param name="ExactProducts">Whether a product of two stored elements is exact in binary32 (bf16, f16).</param>
public sealed record EnclosureContext(
    EvaluationContext Evaluation, SummationOrder Summation, double TableError = 0.001, bool ExactProducts = false)
{
    /// <summary>
    /// Absolute error of functions, for targets whose small results have no relative accuracy (a sigmoid that is off by 1.6e-7 everywhere).
    /// </summary>
    public double FunctionFloor { get; init; }
}

/// <summary>The shape of a sum of K terms: slabs that each start from zero and are added once. Unknown order: one slab of K.</summary>
/// <param name="LongestSlab">Terms in the longest slab.</param>
/// <param name="Slabs">The number of slabs.</param>
public readonly record struct SummationOrder(long LongestSlab, long Slabs)
{
    /// <summary>The order is not known: any order of K terms is enclosed.</summary>
    public static SummationOrder Unknown { get; } = new(-1, -1);
}
