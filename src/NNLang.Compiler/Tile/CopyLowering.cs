using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Copies on chip: bits move unchanged.</summary>
internal static class CopyLowering
{
    /// <summary>Elements a partition that one elementwise instruction handles: long enough to hide its fixed cost, short enough to overlap.</summary>
    public const int TileElements = 2048;

    /// <summary>Adds one copy, on VectorE or GpSimdE.</summary>
    public static int Add(LoweringContext context, string name, int tile, TemplateOperand result, TemplateOperand source)
    {
        var copy = TemplateInstruction.Copy(result, source);
        return context.Builder.Operation(
            name, context.CoreMember, tile, endsTile: true,
            GroupBuilder.On(Engine.Vector, "moves bits from sbuf to sbuf", copy),
            GroupBuilder.On(Engine.GpSimd, "moves bits from sbuf to sbuf and leaves VectorE free", copy));
    }
}
