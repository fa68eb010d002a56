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
        Vector256<float> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default;
        Vector256<float> a3 = default, b3 = default, a4 = default, b4 = default, a5 = default, b5 = default;
        for (var k = 0; k < terms; k++)
        {
            var left = Vector256.LoadUnsafe(ref x, (nuint)(k * Positions));
            var right = Vector256.LoadUnsafe(ref x, (nuint)((k * Positions) + 8));
            ref var row = ref Unsafe.Add(ref w, k * Rows);
            var v = Vector256.Create(row);
            a0 = Vector256.FusedMultiplyAdd(v, left, a0);
            b0 = Vector256.FusedMultiplyAdd(v, right, b0);
            v = Vector256.Create(Unsafe.Add(ref row, 1));
            a1 = Vector256.FusedMultiplyAdd(v, left, a1);
            b1 = Vector256.FusedMultiplyAdd(v, right, b1);
            v = Vector256.Create(Unsafe.Add(ref row, 2));
            a2 = Vector256.FusedMultiplyAdd(v, left, a2);
            b2 = Vector256.FusedMultiplyAdd(v, right, b2);
            v = Vector256.Create(Unsafe.Add(ref row, 3));
            a3 = Vector256.FusedMultiplyAdd(v, left, a3);
            b3 = Vector256.FusedMultiplyAdd(v, right, b3);
            v = Vector256.Create(Unsafe.Add(ref row, 4));
            a4 = Vector256.FusedMultiplyAdd(v, left, a4);
            b4 = Vector256.FusedMultiplyAdd(v, right, b4);
            v = Vector256.Create(Unsafe.Add(ref row, 5));
            a5 = Vector256.FusedMultiplyAdd(v, left, a5);
            b5 = Vector256.FusedMultiplyAdd(v, right, b5);
        }

        ref var t = ref MemoryMarshal.GetReference(totals);
        Store(ref t, 0, a0, b0, first);
        Store(ref t, stride, a1, b1, first);
        Store(ref t, 2 * stride, a2, b2, first);
        Store(ref t, 3 * stride, a3, b3, first);
        Store(ref t, 4 * stride, a4, b4, first);
        Store(ref t, 5 * stride, a5, b5, first);
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
