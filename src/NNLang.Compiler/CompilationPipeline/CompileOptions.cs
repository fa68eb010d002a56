using System.Collections.Immutable;
using NNLang.Machine.Faults;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>How hard the order pass tries.</summary>
public enum OptimizationLevel : byte
{
    /// <summary><c>-O0</c>: streams follow the text.</summary>
    SourceOrder,
    /// <summary>The default: operations are reordered for speed, within the memory.</summary>
    Default,
}

/// <summary>What a compilation is asked for. Value equality as far as records go.</summary>
public sealed record CompileOptions
{
    /// <summary>The default options.</summary>
    public static CompileOptions Default { get; } = new();

    /// <summary>The order.</summary>
    public OptimizationLevel Level { get; init; } = OptimizationLevel.Default;

    /// <summary>Compiler faults to plant; device faults are not the compiler's business and are skipped.</summary>
    public ImmutableArray<FaultDescription> Faults { get; init; } = [];

    /// <summary>Where a layer stands in the text, for the debug section; null leaves the places empty.</summary>
    public Func<SourceAnchor, SourcePlace?>? Locate { get; init; }
}

/// <summary>A place in a text.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 0.</param>
/// <param name="Column">The column in UTF-16 units, from 0.</param>
/// <param name="Length">The length in UTF-16 units.</param>
public readonly record struct SourcePlace(string File, int Line, int Column, int Length);
