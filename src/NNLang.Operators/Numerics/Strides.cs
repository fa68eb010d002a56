using NNLang.Tensors;

namespace NNLang.Operators.Numerics;

/// <summary>Walks over multi-dimensional indices in row-major order with one running offset per source.</summary>
internal static class Strides
{
    /// <summary>Element strides of a dense row-major tensor.</summary>
    public static long[] Of(Shape shape)
    {
        var strides = new long[shape.Rank];
        var step = 1L;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }

    /// <summary>Strides of an operand read with the result's indices: aligned at the last axis, 0 where it is repeated.</summary>
    public static long[] Broadcast(Shape operand, Shape result)
    {
        var own = Of(operand);
        var strides = new long[result.Rank];
        var shift = result.Rank - operand.Rank;
        for (var axis = 0; axis < operand.Rank; axis++)
        {
            strides[axis + shift] = operand[axis] == 1 ? 0 : own[axis];
        }

        return strides;
    }

    /// <summary>Copies with arbitrary source strides into a dense target: transposes, slices, repeats.</summary>
    public static void Gather(ReadOnlySpan<double> source, long offset, ReadOnlySpan<long> strides, Shape result, Span<double> target)
    {
        var rows = new RowWalk(result, strides);
        var step = rows.InnerStride;
        for (var at = 0; at < target.Length; at += rows.Inner)
        {
            var from = offset + rows.Offset;
            if (step == 1)
            {
                source.Slice((int)from, rows.Inner).CopyTo(target[at..]);
            }
            else
            {
                for (var i = 0; i < rows.Inner; i++, from += step)
                {
                    target[at + i] = source[(int)from];
                }
            }

            rows.Next();
        }
    }

    /// <summary>Visits every run along the last axis: its offset by given strides.</summary>
    internal struct RowWalk
    {
        private readonly long[] _extents;
        private readonly long[] _strides;
        private readonly long[] _index;

        public RowWalk(Shape shape, ReadOnlySpan<long> strides)
        {
            _extents = [.. shape.Dimensions];
            _strides = strides.ToArray();
            _index = new long[shape.Rank];
            Inner = shape.Rank == 0 ? 1 : (int)shape[shape.Rank - 1];
            InnerStride = shape.Rank == 0 ? 0 : _strides[^1];
        }

        public int Inner { get; }

        public long InnerStride { get; }

        public long Offset { get; private set; }

        public void Next()
        {
            for (var axis = _extents.Length - 2; axis >= 0; axis--)
            {
                Offset += _strides[axis];
                if (++_index[axis] < _extents[axis])
                {
                    return;
                }

                Offset -= _strides[axis] * _extents[axis];
                _index[axis] = 0;
            }
        }
    }
}
