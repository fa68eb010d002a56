using NNLang.Compiler.Fuse;
using NNLang.Tensors;

namespace NNLang.Reference.Device;

/// <summary>Products over an axis in the device's order: slabs of 128 of k, ascending. Keeps its packed weight. Thread-safe.</summary>
internal sealed class ProductEvaluator
{
    private readonly PackedContraction _weight;

    /// <summary>Packs a weight, [outputs, inputs] or [inputs, outputs].</summary>
    public ProductEvaluator(FusedCore.Product core, float[] weight) =>
        _weight = new PackedContraction(
            core.Outputs, Slabs(core.Inputs),
            (result, term) => core.OutputsFirst ? weight[(result * core.Inputs) + term] : weight[(term * core.Outputs) + result]);

    /// <summary>z, [tokens, outputs], of [tokens, inputs].</summary>
    public float[] Evaluate(FusedCore.Product core, float[] tokens)
    {
        var count = tokens.Length / core.Inputs;
        var result = new float[(long)count * core.Outputs];
        _weight.Run(count, (slab, first, n, panels) => Fill(tokens, 0, core.Inputs, slab, first, n, panels), result, 0, 1, core.Outputs);
        return result;
    }

    /// <summary>z of two activations, [.., rows, inner] and [.., inner, columns], batch axes broadcast.</summary>
    public static float[] Batched(
        FusedCore.BatchedProduct core, float[] left, Shape leftShape, float[] right, Shape rightShape, Shape resultShape)
    {
        var batches = 1L;
        for (var axis = 0; axis < resultShape.Rank - 2; axis++)
        {
            batches *= resultShape[axis];
        }

        var result = new float[resultShape.Count];
        for (var batch = 0L; batch < batches; batch++)
        {
            var a = BatchOf(leftShape, resultShape, batch) * core.Rows * core.Inner;
            var b = BatchOf(rightShape, resultShape, batch) * core.Inner * core.Columns;
            var packed = new PackedContraction(core.Columns, Slabs(core.Inner), (column, k) => right[b + ((long)k * core.Columns) + column]);
            packed.Run(
                core.Rows, (slab, first, n, panels) => Fill(left, a, core.Inner, slab, first, n, panels), result, batch * core.Rows * core.Columns, 1,
                core.Columns);
        }

        return result;
    }

    private static void Fill(float[] tokens, long offset, int inner, int slab, int first, int count, Span<float> panels)
    {
        var start = slab * SummationPlan.SlabLength;
        var terms = Math.Min(SummationPlan.SlabLength, inner - start);
        for (var p = 0; p < count; p++)
        {
            var source = tokens.AsSpan((int)(offset + ((long)(first + p) * inner) + start), terms);
            var at = (p / SlabProduct.Positions * terms * SlabProduct.Positions) + (p % SlabProduct.Positions);
            for (var k = 0; k < terms; k++)
            {
                panels[at + (k * SlabProduct.Positions)] = source[k];
            }
        }
    }

    private static int[] Slabs(int terms)
    {
        var starts = new List<int>();
        for (var start = 0; start < terms; start += SummationPlan.SlabLength)
        {
            starts.Add(start);
        }

        starts.Add(terms);
        return [.. starts];
    }

    private static long BatchOf(Shape shape, Shape result, long batch)
    {
        var (index, stride) = (0L, 1L);
        for (var axis = result.Rank - 3; axis >= 0; axis--)
        {
            var own = axis - (result.Rank - shape.Rank);
            var at = batch % result[axis];
            batch /= result[axis];
            if (own >= 0)
            {
                index += (shape[own] == 1 ? 0 : at) * stride;
                stride *= shape[own];
            }
        }

        return index;
    }
}
