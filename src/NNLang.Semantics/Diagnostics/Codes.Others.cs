using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Diagnostics;

public static partial class Codes
{
    /// <summary>The file of a weights declaration cannot be read.</summary>
    public static DiagnosticDescriptor WeightsFile { get; } = DiagnosticDescriptor.Declare(
        4000, DiagnosticSeverity.Error, "{0}", "{1}",
        "The file of a weights declaration cannot be read.");

    /// <summary>A layer needs a weight that no declaration has.</summary>
    public static DiagnosticDescriptor MissingWeight { get; } = DiagnosticDescriptor.Declare(
        4001, DiagnosticSeverity.Error, "No weight '{0}' in {1}.", "{2}",
        "A layer needs a weight that no declaration has.");

    /// <summary>A weight of the file has another shape.</summary>
    public static DiagnosticDescriptor WeightShape { get; } = DiagnosticDescriptor.Declare(
        4002, DiagnosticSeverity.Error, "'{0}' is {1} in the file; '{2}' needs {3}.", "{4}",
        "A weight of the file has another shape.");

    /// <summary>A weight of the file has another element type, and the conversion would lose bits.</summary>
    public static DiagnosticDescriptor WeightType { get; } = DiagnosticDescriptor.Declare(
        4003, DiagnosticSeverity.Error, "'{0}' is {1} in the file; '{2}' needs {3}.", "Convert the file, or cast in the network.",
        "A weight of the file has another element type, and the conversion would lose bits.");

    /// <summary>Keys of the file that nothing reads; one warning per prefix.</summary>
    public static DiagnosticDescriptor UnusedWeights { get; } = DiagnosticDescriptor.Declare(
        4004, DiagnosticSeverity.Warning, "{0} of {1} are read by no layer.", "{2}",
        "Keys of the file that nothing reads; one warning per prefix.");

    /// <summary>An entry of the map of a weights declaration has no effect.</summary>
    public static DiagnosticDescriptor UnusedMapEntry { get; } = DiagnosticDescriptor.Declare(
        4005, DiagnosticSeverity.Warning, "The entry '{0}' matches no key.", "Remove it, or correct its left side.",
        "An entry of the map of a weights declaration has no effect.");

    /// <summary>Several layers read one key.</summary>
    public static DiagnosticDescriptor SharedWeight { get; } = DiagnosticDescriptor.Declare(
        4006, DiagnosticSeverity.Information, "'{0}' is read by {1} layers.", "Keep it if the weights are tied on purpose.",
        "Several layers read one key.");

    /// <summary>The file declares no weights.</summary>
    public static DiagnosticDescriptor SeededByDefault { get; } = DiagnosticDescriptor.Declare(
        4007, DiagnosticSeverity.Information, "Without a declaration weights are seeded(0).", "Write weights seeded(0), or the file to read.",
        "The file declares no weights.");

    /// <summary>An annotation names an engine that the device does not have or does not allow.</summary>
    public static DiagnosticDescriptor EngineNotAllowed { get; } = DiagnosticDescriptor.Declare(
        6010, DiagnosticSeverity.Error, "{0}", "{1}",
        "An annotation names an engine that the device does not have or does not allow.");

    /// <summary>Constraints of order contradict each other or the data.</summary>
    public static DiagnosticDescriptor OrderCycle { get; } = DiagnosticDescriptor.Declare(
        6011, DiagnosticSeverity.Error, "{0}", "{1}",
        "Constraints of order contradict each other or the data.");

    /// <summary>A number of the text is rounded to the element type it meets.</summary>
    public static DiagnosticDescriptor InexactLiteral { get; } = DiagnosticDescriptor.Declare(
        7001, DiagnosticSeverity.Warning, "{0} is not exact in {1}: it becomes {2}.", "Write {2} if that is meant.",
        "A number of the text is rounded to the element type it meets.");

    /// <summary>A network expands to more than 1,000,000 operations or 64 levels.</summary>
    public static DiagnosticDescriptor ExpansionTooLarge { get; } = DiagnosticDescriptor.Declare(
        8001, DiagnosticSeverity.Error, "{0}", "{1}",
        "A network expands to more than 1,000,000 operations or 64 levels, or a list to more than 1,000,000 elements.");

    /// <summary>Inline constants are small.</summary>
    public static DiagnosticDescriptor ConstantTooLarge { get; } = DiagnosticDescriptor.Declare(
        8003, DiagnosticSeverity.Error, "The constant has {0} elements; at most 4,096 are allowed.", "Use weight(..) and a file.",
        "Inline constants are small.");
}
