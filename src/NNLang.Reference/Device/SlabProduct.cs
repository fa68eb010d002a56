using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NNLang.Reference.Device;

/// <summary>
/// Products in the device's order: for each slab an FMA chain from +0 over its terms, ascending, then one addition to the total; the first
/// slab is the total (<c>docs/machine.md</c> 6.4). Blocks of 6 results by 16 positions in registers: every result is one chain whatever the
/// blocking, so the bits do not depend on it.
/// </summary>
internal static class SlabProduct
{
    /// <summary>Results side by side in a panel of weights.</summary>
    public const int Rows = 6;

    /// <summary>Positions side by side in a panel of operands.</summary>
    public const int Positions = 16;

    /// <summary>The floats a panel of weights of some terms takes.</summary>
    public static int PanelSize(int terms) => terms * Rows;

    /// <summary>
    /// Adds a slab to the totals of a panel of results: totals[r, p], row stride <paramref name="stride"/>.
    /// </summary>
    /// <param name="weights">[terms][6].</param>
    /// <param name="operands">[terms][16].</param>
    /// <param name="terms">Terms of the slab.</param>
    /// <param name="totals">The totals; 6 rows of 16.</param>
    /// <param name="stride">Floats between rows of totals.</param>
    /// <param name="first">Whether this is the first slab, which is stored rather than added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> weights, ReadOnlySpan<float> operands, int terms, Span<float> totals, int stride, bool first)
    {
        if (weights.Length < terms * Rows || operands.Length < terms * Positions || totals.Length < ((Rows - 1) * stride) + Positions)
        {
            throw new ArgumentException("A panel is too short.");
        }

        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var x = ref MemoryMarshal.GetReference(operands);
        Vector256<float> l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default;
        Vector256<float> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        for (var k = 0; k < terms; k++)
        {
            var left = Vector256.LoadUnsafe(ref x, (nuint)(k * Positions));
            var right = Vector256.LoadUnsafe(ref x, (nuint)((k * Positions) + 8));
            ref var row = ref Unsafe.Add(ref w, k * Rows);
            Step(row, left, right, ref l0, ref r0);
            Step(Unsafe.Add(ref row, 1), left, right, ref l1, ref r1);
            Step(Unsafe.Add(ref row, 2), left, right, ref l2, ref r2);
            Step(Unsafe.Add(ref row, 3), left, right, ref l3, ref r3);
            Step(Unsafe.Add(ref row, 4), left, right, ref l4, ref r4);
            Step(Unsafe.Add(ref row, 5), left, right, ref l5, ref r5);
        }

        ref var t = ref MemoryMarshal.GetReference(totals);
        Store(ref t, 0, l0, r0, first);
        Store(ref t, stride, l1, r1, first);
        Store(ref t, 2 * stride, l2, r2, first);
        Store(ref t, 3 * stride, l3, r3, first);
        Store(ref t, 4 * stride, l4, r4, first);
        Store(ref t, 5 * stride, l5, r5, first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float weight, Vector256<float> left, Vector256<float> right, ref Vector256<float> leftSum, ref Vector256<float> rightSum)
    {
        var v = Vector256.Create(weight);
        leftSum = Vector256.FusedMultiplyAdd(v, left, leftSum);
        rightSum = Vector256.FusedMultiplyAdd(v, right, rightSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float totals, int offset, Vector256<float> left, Vector256<float> right, bool first)
    {
        var (low, high) = (Canonical(left), Canonical(right));
        if (!first)
        {
            low = Canonical(Vector256.LoadUnsafe(ref totals, (nuint)offset) + low);
            high = Canonical(Vector256.LoadUnsafe(ref totals, (nuint)(offset + 8)) + high);
        }

        low.StoreUnsafe(ref totals, (nuint)offset);
        high.StoreUnsafe(ref totals, (nuint)(offset + 8));
    }

    // An arithmetic instruction that makes a NaN writes the canonical one (6.1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Canonical(Vector256<float> value) =>
        Vector256.ConditionalSelect(Vector256.Equals(value, value), value, Vector256.Create(0x7FC00000u).AsSingle());
}
