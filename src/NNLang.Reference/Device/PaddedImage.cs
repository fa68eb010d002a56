using NNLang.Compiler.Fuse;

namespace NNLang.Reference.Device;

/// <summary>A copy of images with their frame of padding, so that every tap of every window lies inside.</summary>
internal sealed class PaddedImage
{
    private PaddedImage(float[] elements, int height, int width)
    {
        Elements = elements;
        Height = height;
        Width = width;
    }

    /// <summary>[image and channel][row][column].</summary>
    public float[] Elements { get; }

    /// <summary>Rows with padding.</summary>
    public int Height { get; }

    /// <summary>Columns with padding.</summary>
    public int Width { get; }

    /// <summary>Elements of one plane.</summary>
    public int Plane => Height * Width;

    /// <summary>Pads all planes; the images themselves where nothing is to be padded.</summary>
    public static PaddedImage Of(float[] images, WindowGeometry window, float fill)
    {
        if (window.PadsAreZero)
        {
            return new PaddedImage(images, window.Height, window.Width);
        }

        var height = window.PadTop + window.Height + window.PadBottom;
        var width = window.PadLeft + window.Width + window.PadRight;
        var planes = images.Length / (window.Height * window.Width);
        var result = new float[(long)planes * height * width];
        if (BitConverter.SingleToUInt32Bits(fill) != 0)
        {
            Array.Fill(result, fill);
        }

        Parallel.For(0, planes, plane =>
        {
            for (var y = 0; y < window.Height; y++)
            {
                images.AsSpan(((plane * window.Height) + y) * window.Width, window.Width)
                    .CopyTo(result.AsSpan((((plane * height) + y + window.PadTop) * width) + window.PadLeft));
            }
        });
        return new PaddedImage(result, height, width);
    }
}
