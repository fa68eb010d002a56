using System.Collections.Immutable;
using NNLang.Semantics.Diagnostics;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>The diagnostic codes of the compiler: what a device cannot do, and what a schedule wastes. One documented constant each.</summary>
public static class CompilerCodes
{
    /// <summary>A figure or a program needs the value of a symbolic dimension.</summary>
    public static DiagnosticDescriptor NeedsDimension { get; } = DiagnosticDescriptor.Declare(
        3011, DiagnosticSeverity.Error, "{0}", "{1}",
        "Programs, times and memory figures exist only for known shapes. Give the dimension a value: `dim N = 1` in the network, or `--dim N=1`.");

    /// <summary>The device cannot compute an element type.</summary>
    public static DiagnosticDescriptor UnsupportedType { get; } = DiagnosticDescriptor.Declare(
        5020, DiagnosticSeverity.Error, "{0}", "{1}",
        "The device cannot compute this element type, or not in this operation. The network itself is sound: another device may run it.");

    /// <summary>The compiler has no instructions for an operation in this form.</summary>
    public static DiagnosticDescriptor UnsupportedOperation { get; } = DiagnosticDescriptor.Declare(
        5021, DiagnosticSeverity.Error, "{0}", "{1}",
        "The compiler has no instructions of this device for the operation in this form: its shape, its attributes or its place in the network.");

    /// <summary>An engine stands idle although an operation in another order could run.</summary>
    public static DiagnosticDescriptor IdleEngine { get; } = DiagnosticDescriptor.Declare(
        6001, DiagnosticSeverity.Warning, "{0}", "{1}",
        "An engine waits for another one while it could work. The remedy was tried: the changed network was compiled and scheduled, and the saving "
        + "is what came of it. A warning speaks of the default order; a hint of `-O0`, where streams follow the text, and the default order makes up for it.");

    /// <summary>Another order of branches needs less memory.</summary>
    public static DiagnosticDescriptor BranchOrder { get; } = DiagnosticDescriptor.Declare(
        6002, DiagnosticSeverity.Warning, "{0}", "{1}",
        "Branches that meet again can run in any order, and what one has written waits while the other runs. The other order was compiled, and the "
        + "peak of the network's memory falls by the bytes named.");

    /// <summary>The network does not fit into the memory on chip.</summary>
    public static DiagnosticDescriptor MemoryExceeded { get; } = DiagnosticDescriptor.Declare(
        8002, DiagnosticSeverity.Error, "{0}", "{1}",
        "At one moment more bytes must be on chip than the device has. The largest tensors of that moment are named, with the layers that make and last read "
        + "them. Where no device is asked for, the limit is what the computer evaluates.");

    /// <summary>The compiler's own codes, by number.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        [NeedsDimension, UnsupportedType, UnsupportedOperation, IdleEngine, BranchOrder, MemoryExceeded];

    // What binding cannot see of an annotation shows when the network is lowered; the code is the same.
    private static readonly ImmutableArray<DiagnosticDescriptor> Shared = [Codes.EngineNotAllowed, Codes.OrderCycle];

    /// <summary>The code of a problem or finding. Throws <see cref="ArgumentException"/> for one that the compiler does not have.</summary>
    public static DiagnosticDescriptor Get(string code) =>
        All.Concat(Shared).FirstOrDefault(descriptor => descriptor.Code == code)
        ?? throw new ArgumentException($"The compiler has no code '{code}'.", nameof(code));
}
