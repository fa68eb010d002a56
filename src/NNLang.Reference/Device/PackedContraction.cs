using System.Buffers;

namespace NNLang.Reference.Device;

/// <summary>
/// A weight of [results, terms] packed for <see cref="SlabProduct"/>: panels of 6 results, within a panel slab after slab. Made once a layer and
/// kept. Immutable, thread-safe.
/// </summary>
internal sealed class PackedContraction
{
    private const int ChunkPanels = 48;
    private const int TilePositions = 96;

    private readonly float[] _packed;
    private readonly int[] _slabStarts;

    /// <summary>Packs a weight.</summary>
    /// <param name="results">How many results.</param>
    /// <param name="slabStarts">The first term of each slab, and the number of terms at the end.</param>
    /// <param name="weight">The weight of a result and a term.</param>
    public PackedContraction(int results, int[] slabStarts, Func<int, int, float> weight)
    {
        Results = results;
        _slabStarts = slabStarts;
        var terms = slabStarts[^1];
        var panels = (results + SlabProduct.Rows - 1) / SlabProduct.Rows;
        _packed = new float[(long)panels * SlabProduct.PanelSize(terms)];
        Parallel.For(0, panels, panel =>
        {
            var at = panel * SlabProduct.PanelSize(terms);
            for (var term = 0; term < terms; term++)
            {
                for (var row = 0; row < SlabProduct.Rows; row++, at++)
                {
                    var result = (panel * SlabProduct.Rows) + row;
                    _packed[at] = result < results ? weight(result, term) : 0;
                }
            }
        });
    }

    /// <summary>How many results.</summary>
    public int Results { get; }

    /// <summary>Fills panels of operands: for each term of a slab the operands of consecutive positions.</summary>
    /// <param name="slab">The slab.</param>
    /// <param name="first">The first position.</param>
    /// <param name="count">How many positions.</param>
    /// <param name="panels">[positions / 16][terms][16]; positions beyond the count may hold anything finite.</param>
    public delegate void Filler(int slab, int first, int count, Span<float> panels);

    /// <summary>Computes results[result * resultStride + position * positionStride] for all positions; work is shared among threads.</summary>
    public void Run(int positions, Filler fill, float[] results, long resultOffset, long resultStride, long positionStride)
    {
        var tiles = (positions + TilePositions - 1) / TilePositions;
        var allPanels = (Results + SlabProduct.Rows - 1) / SlabProduct.Rows;
        var chunks = (allPanels + ChunkPanels - 1) / ChunkPanels;
        if (tiles * chunks == 1)
        {
            Tile(0);
        }
        else
        {
            Parallel.For(0, tiles * chunks, Tile);
        }

        void Tile(int task)
        {
            var (tile, chunk) = (task / chunks, task % chunks);
            var first = tile * TilePositions;
            var count = Math.Min(TilePositions, positions - first);
            var panelsOfPositions = (count + SlabProduct.Positions - 1) / SlabProduct.Positions;
            var stride = panelsOfPositions * SlabProduct.Positions;
            var (from, to) = (chunk * ChunkPanels, Math.Min(allPanels, (chunk + 1) * ChunkPanels));
            var totals = ArrayPool<float>.Shared.Rent((to - from) * SlabProduct.Rows * stride);
            var operands = ArrayPool<float>.Shared.Rent(LongestSlab() * stride);
            Compute(fill, first, count, panelsOfPositions, from, to, operands, totals);
            for (var row = from * SlabProduct.Rows; row < Math.Min(Results, to * SlabProduct.Rows); row++)
            {
                var source = totals.AsSpan((row - (from * SlabProduct.Rows)) * stride, count);
                var at = resultOffset + (row * resultStride) + (first * positionStride);
                if (positionStride == 1)
                {
                    source.CopyTo(results.AsSpan((int)at));
                }
                else
                {
                    for (var p = 0; p < count; p++)
                    {
                        results[at + (p * positionStride)] = source[p];
                    }
                }
            }

            ArrayPool<float>.Shared.Return(totals);
            ArrayPool<float>.Shared.Return(operands);
        }
    }

    private void Compute(Filler fill, int first, int count, int positionPanels, int from, int to, float[] operands, float[] totals)
    {
        var stride = positionPanels * SlabProduct.Positions;
        for (var slab = 0; slab + 1 < _slabStarts.Length; slab++)
        {
            var terms = _slabStarts[slab + 1] - _slabStarts[slab];
            var used = operands.AsSpan(0, terms * stride);
            used.Clear();
            fill(slab, first, count, used);
            for (var panel = from; panel < to; panel++)
            {
                var weights = _packed.AsSpan(
                    (panel * SlabProduct.PanelSize(_slabStarts[^1])) + SlabProduct.PanelSize(_slabStarts[slab]), SlabProduct.PanelSize(terms));
                for (var p = 0; p < positionPanels; p++)
                {
                    SlabProduct.Add(
                        weights,
                        used.Slice(p * terms * SlabProduct.Positions, terms * SlabProduct.Positions),
                        terms,
                        totals.AsSpan(((panel - from) * SlabProduct.Rows * stride) + (p * SlabProduct.Positions)),
                        stride,
                        slab == 0);
                }
            }
        }
    }

    private int LongestSlab()
    {
        var longest = 0;
        for (var slab = 0; slab + 1 < _slabStarts.Length; slab++)
        {
            longest = Math.Max(longest, _slabStarts[slab + 1] - _slabStarts[slab]);
        }

        return longest;
    }
}
