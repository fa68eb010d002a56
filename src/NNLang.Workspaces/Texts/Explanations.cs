using System.Collections.Frozen;
using System.Globalization;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Onnx;
using NNLang.Semantics.Diagnostics;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Workspaces.Texts;

/// <summary>The explanation of every diagnostic code as Markdown.</summary>
public static class Explanations
{
    private static readonly FrozenDictionary<int, DiagnosticDescriptor> ByNumber =
        SyntaxDiagnostics.All.Concat(Codes.All).Concat(CompilerCodes.All).Concat(OnnxCodes.All)
            .ToFrozenDictionary(descriptor => descriptor.Number);

    /// <summary>All descriptors, by number.</summary>
    public static IEnumerable<DiagnosticDescriptor> All => ByNumber.Values.OrderBy(descriptor => descriptor.Number);

    /// <summary>The explanation of a code, <c>NN3020</c> or <c>3020</c>; null if there is none.</summary>
    public static string? Find(string code)
    {
        var digits = code.StartsWith("NN", StringComparison.OrdinalIgnoreCase) ? code[2..] : code;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && ByNumber.TryGetValue(number, out var descriptor)
            ? $"{descriptor.Code} ({NameOf(descriptor.Severity)})\n\n{descriptor.Documentation.Trim()}\n"
            : null;
    }

    private static string NameOf(DiagnosticSeverity severity) => severity.ToString().ToLowerInvariant();
}
