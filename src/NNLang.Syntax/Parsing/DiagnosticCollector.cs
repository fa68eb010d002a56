using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>Reads the diagnostics of this room off a green tree.</summary>
internal static class DiagnosticCollector
{
    public static IReadOnlyList<Diagnostic> Collect(GreenNode root) => [];
}
