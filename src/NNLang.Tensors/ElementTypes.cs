using System.Collections.Frozen;

namespace NNLang.Tensors;

/// <summary>The table of element types: name in the language, width, kind.</summary>
public static class ElementTypes
{
    private static readonly (ElementType Type, string Name, int Bits, bool Float, bool Signed)[] Table =
    [
        (ElementType.F64, "f64", 64, true, true),
        (ElementType.F32, "f32", 32, true, true),
        (ElementType.F16, "f16", 16, true, true),
        (ElementType.BF16, "bf16", 16, true, true),
        (ElementType.F8E4M3, "f8e4m3", 8, true, true),
        (ElementType.F8E5M2, "f8e5m2", 8, true, true),
        (ElementType.I64, "i64", 64, false, true),
        (ElementType.I32, "i32", 32, false, true),
        (ElementType.I16, "i16", 16, false, true),
        (ElementType.I8, "i8", 8, false, true),
        (ElementType.I4, "i4", 4, false, true),
        (ElementType.U64, "u64", 64, false, false),
        (ElementType.U32, "u32", 32, false, false),
        (ElementType.U16, "u16", 16, false, false),
        (ElementType.U8, "u8", 8, false, false),
        (ElementType.U4, "u4", 4, false, false),
        (ElementType.Bool, "bool", 8, false, false),
    ];

    private static readonly FrozenDictionary<string, ElementType> ByName =
        Table.Select(row => KeyValuePair.Create(row.Name, row.Type))
            .Append(KeyValuePair.Create("f8", ElementType.F8E4M3))
            .ToFrozenDictionary();

    /// <summary>The name of the type in the language.</summary>
    public static string Name(ElementType type) => Table[(int)type].Name;

    /// <summary>The type of a name, <c>f8</c> included; null if there is none.</summary>
    public static ElementType? Parse(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    /// <summary>Bytes an element takes in a dense buffer; a 4-bit element takes a byte of its own.</summary>
    public static int Bytes(ElementType type) => Math.Max(8, Table[(int)type].Bits) / 8;

    /// <summary>Whether the type is a floating-point type.</summary>
    public static bool IsFloat(ElementType type) => Table[(int)type].Float;

    /// <summary>Whether the type is an integer type (bool is not).</summary>
    public static bool IsInteger(ElementType type) => !IsFloat(type) && type != ElementType.Bool;

    /// <summary>All types, in the order of the enumeration.</summary>
    public static IEnumerable<ElementType> All => Table.Select(row => row.Type);
}
