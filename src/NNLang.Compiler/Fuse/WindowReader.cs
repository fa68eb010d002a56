using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Compiler.Fuse;

/// <summary>Makes the explicit numbers of a window operator out of its attributes and shapes.</summary>
internal static class WindowReader
{
    /// <summary>Reads kernel, stride, dilation and pad of an operation on [N, C, H, W].</summary>
    public static WindowGeometry Read(Operation operation, Shape input, Shape output)
    {
        var attributes = new AttributeReader(operation);
        var kernel = attributes.Integers("kernel", 2, 1);
        var stride = attributes.Integers("stride", 2, 1);
        var dilation = attributes.Integers("dilation", 2, 1);
        var (top, left) = Pads(operation, attributes, input, output, kernel, stride, dilation);
        return new WindowGeometry
        {
            Batch = checked((int)input[0]),
            Height = checked((int)input[2]),
            Width = checked((int)input[3]),
            KernelHeight = checked((int)kernel[0]),
            KernelWidth = checked((int)kernel[1]),
            StrideHeight = checked((int)stride[0]),
            StrideWidth = checked((int)stride[1]),
            DilationHeight = checked((int)dilation[0]),
            DilationWidth = checked((int)dilation[1]),
            PadTop = checked((int)top),
            PadLeft = checked((int)left),
            OutputHeight = checked((int)output[2]),
            OutputWidth = checked((int)output[3]),
        };
    }

    private static (long Top, long Left) Pads(
        Operation operation, AttributeReader attributes, Shape input, Shape output, long[] kernel, long[] stride, long[] dilation)
    {
        if (operation.Attributes.Find("pad") is AttributeValue.Text)
        {
            return (Same(0), Same(1));
        }

        var pad = attributes.Integers("pad", 4, 0);
        return (pad[0], pad[1]);

        long Same(int axis) =>
            Math.Max(0, ((output[axis + 2] - 1) * stride[axis]) + ((kernel[axis] - 1) * dilation[axis]) + 1 - input[axis + 2]) / 2;
    }
}
