using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Compiler.Fuse;

/// <summary>Makes the explicit numbers of a window operator out of its attributes and shapes.</summary>
internal static class WindowReader
{
    /// <summary>The geometry of an operation on [N, C, H, W].</summary>
    public static WindowGeometry Read(AttributeSet attributes, Shape input, Shape output)
    {
        var (rows, columns) = WindowAxis.Resolve(attributes, input, output);
        return new WindowGeometry
        {
            Batch = checked((int)input[0]),
            Height = checked((int)rows.Input),
            Width = checked((int)columns.Input),
            KernelHeight = checked((int)rows.Kernel),
            KernelWidth = checked((int)columns.Kernel),
            StrideHeight = checked((int)rows.Stride),
            StrideWidth = checked((int)columns.Stride),
            DilationHeight = checked((int)rows.Dilation),
            DilationWidth = checked((int)columns.Dilation),
            PadTop = checked((int)rows.Before),
            PadLeft = checked((int)columns.Before),
            OutputHeight = checked((int)rows.Output),
            OutputWidth = checked((int)columns.Output),
        };
    }

    /// <summary>The rectangle whose elements an average counts: the image, with its declared padding where that counts too.</summary>
    public static CountedArea Counted(AttributeSet attributes, Shape input, Shape output)
    {
        var (rows, columns) = WindowAxis.Resolve(attributes, input, output);
        return attributes.Boolean("count_include_pad")
            ? new CountedArea(
                checked((int)rows.Before), checked((int)columns.Before), checked((int)(rows.Before + rows.Input + rows.After)),
                checked((int)(columns.Before + columns.Input + columns.After)))
            : new CountedArea(0, 0, checked((int)rows.Input), checked((int)columns.Input));
    }
}
