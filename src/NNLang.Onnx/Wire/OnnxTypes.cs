using NNLang.Tensors;

namespace NNLang.Onnx.Wire;

/// <summary>Element types by their ONNX numbers.</summary>
internal static class OnnxTypes
{
    private static readonly (int Number, ElementType Type)[] Table =
    [
        (1, ElementType.F32), (2, ElementType.U8), (3, ElementType.I8), (4, ElementType.U16), (5, ElementType.I16), (6, ElementType.I32),
        (7, ElementType.I64), (9, ElementType.Bool), (10, ElementType.F16), (11, ElementType.F64), (12, ElementType.U32),
        (13, ElementType.U64), (16, ElementType.BF16), (17, ElementType.F8E4M3), (19, ElementType.F8E5M2), (21, ElementType.U4),
        (22, ElementType.I4),
    ];

    /// <summary>The element type of a number, or null.</summary>
    public static ElementType? Find(int number)
    {
        foreach (var row in Table)
        {
            if (row.Number == number)
            {
                return row.Type;
            }
        }

        return null;
    }

    /// <summary>The number of an element type.</summary>
    public static int NumberOf(ElementType type)
    {
        foreach (var row in Table)
        {
            if (row.Type == type)
            {
                return row.Number;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(type));
    }
}
