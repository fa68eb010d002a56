using System.Collections.Immutable;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tile;
using NNLang.Machine.AssemblerText;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>Every intermediate representation of a compilation as text, by the name of the pass that made it.</summary>
public static class IrPrinter
{
    /// <summary>The names of the representations, in the order of the passes.</summary>
    public static ImmutableArray<string> Names { get; } = ["fused", "tiled", "placed", "ordered", "allocated", "program"];

    /// <summary>A representation as text; null if there is no such one or the compilation did not get so far.</summary>
    public static string? Print(CompiledNetwork compiled, string name) => name switch
    {
        "fused" => compiled.Fused is { } fused ? FusedPrinter.Print(fused) : null,
        "tiled" => compiled.Tiled is { } tiled ? TiledPrinter.Print(tiled) : null,
        "placed" => compiled.Plan is { } placed ? PlanPrinter.PrintPlaced(placed) : null,
        "ordered" => compiled.Plan is { } ordered ? PlanPrinter.PrintOrdered(ordered) : null,
        "allocated" => compiled.Plan is { } allocated ? PlanPrinter.PrintAllocated(allocated) : null,
        "program" => compiled.Succeeded ? Disassembler.Disassemble(compiled.Program, compiled.Device) : null,
        _ => null,
    };
}
