using System.Runtime.CompilerServices;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>Which words and bytes of a partition an on-chip operand touches, exactly.</summary>
internal static class OperandMap
{
    /// <summary>
    /// The words an operand touches, in element order, without immediate repetitions. <paramref name="words"/> has room for
    /// all its elements.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Words(in OnChipOperand operand, int[] words)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        var dimensions = operand.Dimensions;
        var inner = dimensions[^1];
        Span<int> index = stackalloc int[4];
        index.Clear();
        var count = 0;
        var last = -1;
        var start = (int)operand.Offset;
        while (true)
        {
            var position = start;
            var step = inner.Stride * size;
            for (var i = 0; i < inner.Count; i++, position += step)
            {
                var word = position >> 2;
                if (word != last)
                {
                    words[count++] = last = word;
                }
            }

            var axis = dimensions.Length - 2;
            for (; axis >= 0; axis--)
            {
                var stride = dimensions[axis].Stride * size;
                start += stride;
                if (++index[axis] < dimensions[axis].Count)
                {
                    break;
                }

                start -= stride * dimensions[axis].Count;
                index[axis] = 0;
            }

            if (axis < 0)
            {
                return count;
            }
        }
    }

    /// <summary>Whether every word an operand touches is touched whole: by one element, or by neighbours.</summary>
    public static bool TouchesWholeWords(in OnChipOperand operand)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        if (size == 4)
        {
            return true;
        }

        if ((operand.Offset & 3) != 0)
        {
            return false;
        }

        // The innermost contiguous run must be whole words, and everything outside it must step by whole words.
        var run = 1;
        var inside = true;
        for (var axis = operand.Rank - 1; axis >= 0; axis--)
        {
            var (count, stride) = operand.Dimensions[axis];
            if (count == 1)
            {
                continue;
            }

            if (inside && stride == run)
            {
                run *= count;
                continue;
            }

            inside = false;
            if ((stride * size & 3) != 0)
            {
                return false;
            }
        }

        return (run * size & 3) == 0;
    }

    /// <summary>Which of the four bytes of a word an operand touches, as bits. O(elements).</summary>
    public static int BytesInWord(in OnChipOperand operand, int word)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        var bytes = 0;
        foreach (var position in new Elements(operand))
        {
            if (position >> 2 == word)
            {
                bytes |= ((1 << size) - 1) << (position & 3);
            }
        }

        return bytes;
    }

    /// <summary>The byte positions of an operand's elements, in order.</summary>
    public ref struct Elements
    {
        private readonly OnChipOperand _operand;
        private readonly int _size;
        private readonly int _count;
        private int _element;

        public Elements(in OnChipOperand operand)
        {
            _operand = operand;
            _size = DeviceTypes.Bytes(operand.Type);
            _count = operand.ElementsPerPartition;
            _element = -1;
        }

        public readonly int Current
        {
            get
            {
                var rest = _element;
                var position = (int)_operand.Offset;
                for (var axis = _operand.Rank - 1; axis >= 0; axis--)
                {
                    var (count, stride) = _operand.Dimensions[axis];
                    position += rest % count * stride * _size;
                    rest /= count;
                }

                return position;
            }
        }

        public readonly Elements GetEnumerator() => this;

        public bool MoveNext() => ++_element < _count;
    }
}
