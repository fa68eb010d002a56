using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Operators.Shapes;

/// <summary>One axis of a sliding window with every number known, <c>same</c> resolved. Elements throughout.</summary>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Distance between windows.</param>
/// <param name="Dilation">Distance between taps.</param>
/// <param name="Before">Padding before the first element.</param>
/// <param name="After">Padding after the last element, as given; with <c>ceil</c> a last window may reach beyond it.</param>
/// <param name="Input">Extent of the operand.</param>
/// <param name="Output">Extent of the result.</param>
public readonly record struct WindowAxis(long Kernel, long Stride, long Dilation, long Before, long After, long Input, long Output)
{
    /// <summary>The extent from the first tap to the last.</summary>
    public long Reach => (Dilation * (Kernel - 1)) + 1;

    /// <summary>The operand's index of a tap of a window; outside 0 .. Input - 1 it is padding.</summary>
    public long Index(long window, long tap) => (window * Stride) - Before + (tap * Dilation);

    /// <summary>Taps of a window inside the operand.</summary>
    public long TapsInside(long window) => TapsBetween(window, 0, Input);

    /// <summary>Taps of a window inside the operand and its padding: fewer than Kernel only where <c>ceil</c> reaches beyond.</summary>
    public long TapsInsidePadding(long window) => TapsBetween(window, -Before, Input + After);

    private long TapsBetween(long window, long from, long to)
    {
        var count = 0L;
        for (var tap = 0L; tap < Kernel; tap++)
        {
            var index = Index(window, tap);
            count += index >= from && index < to ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// The row and column axes of a convolution or pool from its attributes (<c>kernel</c>, <c>stride</c>, <c>pad</c>, <c>dilation</c>),
    /// for known shapes of rank 4.
    /// </summary>
    public static (WindowAxis Rows, WindowAxis Columns) Resolve(AttributeSet attributes, Shape input, Shape output)
    {
        var kernel = attributes.Integers("kernel");
        var stride = attributes.Has("stride") ? attributes.Integers("stride") : kernel;
        var dilation = attributes.Has("dilation") ? attributes.Integers("dilation") : [1, 1];
        var pad = attributes.Find("pad");
        return (Axis(0), Axis(1));

        WindowAxis Axis(int i)
        {
            var (before, after) = (0L, 0L);
            if (pad is AttributeValue.Text)
            {
                // 'same': the odd element goes to the end.
                var reach = (dilation[i] * (kernel[i] - 1)) + 1;
                var total = Math.Max(((output[2 + i] - 1) * stride[i]) + reach - input[2 + i], 0);
                before = total / 2;
                after = total - before;
            }
            else
            {
                var numbers = attributes.Integers("pad");
                before = numbers[numbers.Length == 1 ? 0 : i];
                after = numbers[numbers.Length switch { 1 => 0, 2 => i, _ => 2 + i }];
            }

            return new WindowAxis(kernel[i], stride[i], dilation[i], before, after, input[2 + i], output[2 + i]);
        }
    }
}
