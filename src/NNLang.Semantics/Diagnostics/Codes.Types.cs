using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Diagnostics;

public static partial class Codes
{
    /// <summary>Every name in a result type, and every name in 'dim', is a dimension of the parameters.</summary>
    public static DiagnosticDescriptor UnboundDimension { get; } = DiagnosticDescriptor.Declare(
        3001, DiagnosticSeverity.Error, "The dimension '{0}' has no value here.", "{1}",
        "Every name in a result type, and every name in 'dim', is a dimension of the parameters.");

    /// <summary>Two dimensions must be equal and are not. The message has the equation and both values.</summary>
    public static DiagnosticDescriptor ShapeEquation { get; } = DiagnosticDescriptor.Declare(
        3002, DiagnosticSeverity.Error, "{0}", "{1}",
        "Two dimensions must be equal and are not. The message has the equation and both values.");

    /// <summary>The number of names differs from the number of results, or a bundle stands where one value is needed.</summary>
    public static DiagnosticDescriptor ResultCount { get; } = DiagnosticDescriptor.Declare(
        3003, DiagnosticSeverity.Error, "{0}", "{1}",
        "The number of names differs from the number of results, or a bundle stands where one value is needed.");

    /// <summary>Declared result types are checked in the block.</summary>
    public static DiagnosticDescriptor DeclaredResult { get; } = DiagnosticDescriptor.Declare(
        3004, DiagnosticSeverity.Error, "The result '{0}' is {1}, declared as {2}.", "Change the declaration, or what is returned.",
        "Declared result types are checked in the block.");

    /// <summary>A value has another element type or kind than is needed here.</summary>
    public static DiagnosticDescriptor WrongType { get; } = DiagnosticDescriptor.Declare(
        3005, DiagnosticSeverity.Error, "{0}", "{1}",
        "A value has another element type or kind than is needed here.");

    /// <summary>An equation could neither be proved nor refuted for all values of the symbolic dimensions; with the binding in force it holds.</summary>
    public static DiagnosticDescriptor HoldsForBinding { get; } = DiagnosticDescriptor.Declare(
        3010, DiagnosticSeverity.Information, "{0} holds for {1}.", "Assert it to rely on it.",
        "An equation could neither be proved nor refuted for all values of the symbolic dimensions; with the binding in force it holds.");

    /// <summary>An override of a dimension is not a number of at least 1, or names no dimension of the network.</summary>
    public static DiagnosticDescriptor BindingConflict { get; } = DiagnosticDescriptor.Declare(
        3012, DiagnosticSeverity.Error, "{0}", "{1}",
        "An override of a dimension is not a number of at least 1, or names no dimension of the network.");

    /// <summary>The set of layers is fixed at compile time.</summary>
    public static DiagnosticDescriptor SymbolicCount { get; } = DiagnosticDescriptor.Declare(
        3013, DiagnosticSeverity.Error, "'repeat' needs a number, but this depends on {0}.", "Repeat a constant number of times: layers never depend on a dimension's value.",
        "The set of layers is fixed at compile time.");

    /// <summary>Conditions are known at compile time, without the value of a symbolic dimension unless facts decide.</summary>
    public static DiagnosticDescriptor SymbolicCondition { get; } = DiagnosticDescriptor.Declare(
        3014, DiagnosticSeverity.Error, "'if' cannot decide this: it depends on {0}.", "Use 'where' for a choice at run time.",
        "Conditions are known at compile time, without the value of a symbolic dimension unless facts decide.");

    /// <summary>An assertion is refuted.</summary>
    public static DiagnosticDescriptor AssertionFails { get; } = DiagnosticDescriptor.Declare(
        3015, DiagnosticSeverity.Error, "{0}", "{1}",
        "An assertion is refuted.");

    /// <summary>Compile-time bounds of tensors and lists are checked.</summary>
    public static DiagnosticDescriptor IndexOutOfRange { get; } = DiagnosticDescriptor.Declare(
        3016, DiagnosticSeverity.Error, "The index {0} is outside 0 to {1}.", "Count from the end with -1 to -{2}.",
        "Compile-time bounds of tensors and lists are checked.");

    /// <summary>Compile-time integers have 64 bits.</summary>
    public static DiagnosticDescriptor IntegerOverflow { get; } = DiagnosticDescriptor.Declare(
        3017, DiagnosticSeverity.Error, "{0} does not fit 64 bits.", "Use smaller numbers, or a float.",
        "Compile-time integers have 64 bits.");

    /// <summary>A compile-time division or remainder by zero.</summary>
    public static DiagnosticDescriptor DivisionByZero { get; } = DiagnosticDescriptor.Declare(
        3018, DiagnosticSeverity.Error, "Division by zero.", "Use a divisor that is not 0.",
        "A compile-time division or remainder by zero.");

    /// <summary>An operator needs another number of axes.</summary>
    public static DiagnosticDescriptor WrongRank { get; } = DiagnosticDescriptor.Declare(
        3019, DiagnosticSeverity.Error, "{0}", "{1}",
        "An operator needs another number of axes.");

    /// <summary>Dimensions of the operands are neither equal nor 1.</summary>
    public static DiagnosticDescriptor CannotBroadcast { get; } = DiagnosticDescriptor.Declare(
        3020, DiagnosticSeverity.Error, "{0}", "{1}",
        "Dimensions of the operands are neither equal nor 1.");

    /// <summary>Quantised tensors mix only with the same quantisation.</summary>
    public static DiagnosticDescriptor Quantisation { get; } = DiagnosticDescriptor.Declare(
        3021, DiagnosticSeverity.Error, "{0}", "{1}",
        "Quantised tensors mix only with the same quantisation.");

    /// <summary>Division of two integer literals with a remainder, which Python would not floor.</summary>
    public static DiagnosticDescriptor FloorsRemainder { get; } = DiagnosticDescriptor.Declare(
        3022, DiagnosticSeverity.Warning, "{0} / {1} is {2}: integers divide downwards.", "Write {0}.0 / {1} for {3}.",
        "Division of two integer literals with a remainder, which Python would not floor.");

    /// <summary>The count of a repeat is negative.</summary>
    public static DiagnosticDescriptor NegativeCount { get; } = DiagnosticDescriptor.Declare(
        3023, DiagnosticSeverity.Error, "'repeat' cannot run {0} times.", "Use a number of at least 0.",
        "The count of a repeat is negative.");
}
