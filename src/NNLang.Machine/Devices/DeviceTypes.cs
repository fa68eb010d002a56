using NNLang.Tensors;

namespace NNLang.Machine.Devices;

/// <summary>
/// The element types a device computes with (<c>docs/machine.md</c> 2.2) and their codes in a program file. A bool is a u8 of 0 or 1,
/// an i64 tensor an i32 on the device; the others do not exist there (NN5020).
/// </summary>
public static class DeviceTypes
{
    private static readonly ElementType[] ByCode =
    [
        ElementType.F32, ElementType.BF16, ElementType.F16, ElementType.I32, ElementType.I16, ElementType.I8, ElementType.U8,
    ];

    /// <summary>The device types, in the order of their codes.</summary>
    public static ReadOnlySpan<ElementType> All => ByCode;

    /// <summary>The code of a type; -1 if it is not a device type.</summary>
    public static int Code(ElementType type) => Array.IndexOf(ByCode, type);

    /// <summary>The type of a code; null if there is none.</summary>
    public static ElementType? FromCode(int code) => (uint)code < (uint)ByCode.Length ? ByCode[code] : null;

    /// <summary>The type that stands for a type of the language on a device; null if there is none.</summary>
    public static ElementType? Of(ElementType type) => type switch
    {
        ElementType.Bool => ElementType.U8,
        ElementType.I64 => ElementType.I32,
        _ => Code(type) >= 0 ? type : null,
    };

    /// <summary>Bytes of one element: 4, 2 or 1.</summary>
    public static int Bytes(ElementType type) => type switch
    {
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.BF16 or ElementType.F16 or ElementType.I16 => 2,
        _ => 1,
    };
}
