using System.Collections.Immutable;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Onnx;

/// <summary>The diagnostic codes of interchange, one documented constant each (<c>docs/diagnostics.md</c>).</summary>
public static class OnnxCodes
{
    /// <summary>A node of an ONNX model has no form in the language.</summary>
    public static DiagnosticDescriptor Unsupported { get; } = DiagnosticDescriptor.Declare(
        9001, DiagnosticSeverity.Error, "{0}", "{1}", "A node of an ONNX model has no form in the language.");

    /// <summary>A name of an ONNX model could not be kept.</summary>
    public static DiagnosticDescriptor NameNotKept { get; } = DiagnosticDescriptor.Declare(
        9002, DiagnosticSeverity.Information, "{0}", "{1}", "A name of an ONNX model could not be kept.");

    /// <summary>A file is broken: no sound ONNX model.</summary>
    public static DiagnosticDescriptor Unreadable { get; } = DiagnosticDescriptor.Declare(
        9003, DiagnosticSeverity.Error, "{0}", "{1}", "A file is broken: no sound ONNX model.");

    /// <summary>All codes, by number.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [Unsupported, NameNotKept, Unreadable];
}
