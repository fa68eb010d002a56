using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Diagnostics;

public static partial class Codes
{
    /// <summary>A name is read that is not bound before in the body, nor a parameter, a dimension, a member of the file or an operator.</summary>
    public static DiagnosticDescriptor UnknownName { get; } = DiagnosticDescriptor.Declare(
        2001, DiagnosticSeverity.Error, "Nothing here is called '{0}'.", "{1}",
        "A name is read that is not bound before in the body, nor a parameter, a dimension, a member of the file or an operator.");

    /// <summary>Names of members are unique per file.</summary>
    public static DiagnosticDescriptor DuplicateMember { get; } = DiagnosticDescriptor.Declare(
        2002, DiagnosticSeverity.Error, "'{0}' is declared twice in this file.", "Rename one of the two.",
        "Names of members are unique per file.");

    /// <summary>A parameter, dimension or index hides a constant of the file, or a block hides an operator.</summary>
    public static DiagnosticDescriptor HiddenName { get; } = DiagnosticDescriptor.Declare(
        2003, DiagnosticSeverity.Warning, "'{0}' hides {1} of the same name.", "Rename it, unless that is meant.",
        "A parameter, dimension or index hides a constant of the file, or a block hides an operator.");

    /// <summary>Dimensions, compile-time parameters and loop indices may not be bound again.</summary>
    public static DiagnosticDescriptor CannotRebind { get; } = DiagnosticDescriptor.Declare(
        2004, DiagnosticSeverity.Error, "'{0}' is {1} and keeps its value.", "Choose another name.",
        "Dimensions, compile-time parameters and loop indices may not be bound again.");

    /// <summary>Constants may refer to each other in any order, but not in a cycle.</summary>
    public static DiagnosticDescriptor CyclicConstant { get; } = DiagnosticDescriptor.Declare(
        2005, DiagnosticSeverity.Error, "The constant '{0}' depends on itself: {1}.", "Break the cycle.",
        "Constants may refer to each other in any order, but not in a cycle.");

    /// <summary>After an 'if' a name is visible if it was bound before or in every branch.</summary>
    public static DiagnosticDescriptor NotBoundEverywhere { get; } = DiagnosticDescriptor.Declare(
        2006, DiagnosticSeverity.Error, "'{0}' is not bound in every branch of the 'if' before.", "Bind it before the 'if', or in every branch.",
        "After an 'if' a name is visible if it was bound before or in every branch.");

    /// <summary>A statement other than a constant stands at file level; often a brace was lost.</summary>
    public static DiagnosticDescriptor StatementOutsideBody { get; } = DiagnosticDescriptor.Declare(
        2007, DiagnosticSeverity.Error, "Only constants, blocks, networks, devices, faults and weights stand here.", "Move the statement into a network or block.",
        "A statement other than a constant stands at file level; often a brace was lost.");

    /// <summary>A bare call computes a value that nothing can read.</summary>
    public static DiagnosticDescriptor UnusedCall { get; } = DiagnosticDescriptor.Declare(
        2008, DiagnosticSeverity.Error, "The result of this line has no name.", "Write a name before it: '{0} = ..'.",
        "A bare call computes a value that nothing can read.");

    /// <summary>A value is computed that neither another statement nor 'return' reads.</summary>
    public static DiagnosticDescriptor NeverRead { get; } = DiagnosticDescriptor.Declare(
        2010, DiagnosticSeverity.Warning, "'{0}' is never read.", "Remove the line, or bind '_' instead.",
        "A value is computed that neither another statement nor 'return' reads.");

    /// <summary>Annotations of operations apply to the outermost operation of the term before them.</summary>
    public static DiagnosticDescriptor AnnotationWithoutOperation { get; } = DiagnosticDescriptor.Declare(
        2011, DiagnosticSeverity.Error, "'@{0}' stands behind something that is no operation.", "Put it behind the operation or call it is meant for.",
        "Annotations of operations apply to the outermost operation of the term before them.");

    /// <summary>Blocks get their dimensions from their callers.</summary>
    public static DiagnosticDescriptor DimOutsideNetwork { get; } = DiagnosticDescriptor.Declare(
        2015, DiagnosticSeverity.Error, "'dim' gives defaults in networks only.", "Move it into the network.",
        "Blocks get their dimensions from their callers.");

    /// <summary>A body of a block or network has exactly one 'return', as its last statement, outside 'repeat' and 'if'.</summary>
    public static DiagnosticDescriptor Return { get; } = DiagnosticDescriptor.Declare(
        2016, DiagnosticSeverity.Error, "{0}", "{1}",
        "A body of a block or network has exactly one 'return', as its last statement, outside 'repeat' and 'if'.");

    /// <summary>Two or more results need names, from the 'return' or the header; where both name them they agree.</summary>
    public static DiagnosticDescriptor ResultNames { get; } = DiagnosticDescriptor.Declare(
        2017, DiagnosticSeverity.Error, "{0}", "Give each result one name: 'return a: e, b: f'.",
        "Two or more results need names, from the 'return' or the header; where both name them they agree.");

    /// <summary>Inputs of networks have declared tensor types.</summary>
    public static DiagnosticDescriptor InputWithoutType { get; } = DiagnosticDescriptor.Declare(
        2018, DiagnosticSeverity.Error, "The input '{0}' has no type.", "Write one: '{0}: f32[N, 3, H, W]'.",
        "Inputs of networks have declared tensor types.");

    /// <summary>Blocks are expanded, so they cannot call themselves, directly or through stages.</summary>
    public static DiagnosticDescriptor Recursion { get; } = DiagnosticDescriptor.Declare(
        2019, DiagnosticSeverity.Error, "'{0}' calls itself: {1}.", "Use 'repeat' for a known number of times.",
        "Blocks are expanded, so they cannot call themselves, directly or through stages.");

    /// <summary>A call names an attribute or parameter that the operator or block does not have. Names of PyTorch and Keras are recognised.</summary>
    public static DiagnosticDescriptor UnknownLabel { get; } = DiagnosticDescriptor.Declare(
        2020, DiagnosticSeverity.Error, "'{0}' has no {1} '{2}'{3}", "{4}",
        "A call names an attribute or parameter that the operator or block does not have. Names of PyTorch and Keras are recognised.");

    /// <summary>A required operand, attribute or parameter is not given.</summary>
    public static DiagnosticDescriptor MissingArgument { get; } = DiagnosticDescriptor.Declare(
        2021, DiagnosticSeverity.Error, "'{0}' needs {1} '{2}'.", "Write {3}.",
        "A required operand, attribute or parameter is not given.");

    /// <summary>An argument is given by name twice, or by position and by name.</summary>
    public static DiagnosticDescriptor ArgumentTwice { get; } = DiagnosticDescriptor.Declare(
        2022, DiagnosticSeverity.Error, "'{0}' is given twice.", "Remove one of the two.",
        "An argument is given by name twice, or by position and by name.");

    /// <summary>Positional arguments come first.</summary>
    public static DiagnosticDescriptor PositionalAfterNamed { get; } = DiagnosticDescriptor.Declare(
        2023, DiagnosticSeverity.Error, "A positional argument follows a named one.", "Give it a name, or move it to the front.",
        "Positional arguments come first.");

    /// <summary>There is no sign for the matrix product.</summary>
    public static DiagnosticDescriptor MatrixProductSign { get; } = DiagnosticDescriptor.Declare(
        2024, DiagnosticSeverity.Error, "'@' is no operator.", "Write matmul({0}, {1}).",
        "There is no sign for the matrix product.");

    /// <summary>Attributes of enumerated type take bare words.</summary>
    public static DiagnosticDescriptor StringForWord { get; } = DiagnosticDescriptor.Declare(
        2025, DiagnosticSeverity.Error, "'{0}' is a word here, not a string.", "Write {1} without quotes.",
        "Attributes of enumerated type take bare words.");

    /// <summary>The parameters of a network are its inputs.</summary>
    public static DiagnosticDescriptor NetworkParameter { get; } = DiagnosticDescriptor.Declare(
        2026, DiagnosticSeverity.Error, "The parameter '{0}' of a network is no tensor.", "Make it a constant of the file, or a parameter of a block.",
        "The parameters of a network are its inputs.");

    /// <summary>Paths identify layers, so they are unique in a body.</summary>
    public static DiagnosticDescriptor EqualPaths { get; } = DiagnosticDescriptor.Declare(
        2027, DiagnosticSeverity.Error, "Two layers have the path '{0}'.", "Choose another name in @name.",
        "Paths identify layers, so they are unique in a body.");

    /// <summary>The annotations of the language are engine, pin, before, after, precision, layout, tolerance, device, name, weights, and for devices documented, figure, measured, inferred, recalled.</summary>
    public static DiagnosticDescriptor UnknownAnnotation { get; } = DiagnosticDescriptor.Declare(
        2028, DiagnosticSeverity.Error, "There is no annotation '@{0}'{1}", "{2}",
        "The annotations of the language are engine, pin, before, after, precision, layout, tolerance, device, name, weights, and for devices documented, figure, measured, inferred, recalled.");

    /// <summary>Each annotation has its places: an operation, an instance, a header, a parameter.</summary>
    public static DiagnosticDescriptor AnnotationPlace { get; } = DiagnosticDescriptor.Declare(
        2029, DiagnosticSeverity.Error, "'@{0}' does not go with {1}.", "Put it on {2}.",
        "Each annotation has its places: an operation, an instance, a header, a parameter.");

    /// <summary>Import declarations parse, but nothing is read from other files yet.</summary>
    public static DiagnosticDescriptor ImportsUnsupported { get; } = DiagnosticDescriptor.Declare(
        2030, DiagnosticSeverity.Error, "Imports are not supported yet.", "Put the declarations into this file.",
        "Import declarations parse, but nothing is read from other files yet.");

    /// <summary>Operands are positional; after them one positional argument, the principal attribute, is allowed.</summary>
    public static DiagnosticDescriptor TooManyArguments { get; } = DiagnosticDescriptor.Declare(
        2031, DiagnosticSeverity.Error, "'{0}' takes {1}, not {2} positional arguments.", "Give the others by name.",
        "Operands are positional; after them one positional argument, the principal attribute, is allowed.");

    /// <summary>The name before a parenthesis or right of '|&gt;' is not callable.</summary>
    public static DiagnosticDescriptor NotCallable { get; } = DiagnosticDescriptor.Declare(
        2032, DiagnosticSeverity.Error, "'{0}' is not an operator, a block or a stage{1}", "{2}",
        "The name before a parenthesis or right of '|>' is not callable.");

    /// <summary>Words and forms of Python that mean something else here: the second line says what to write instead.</summary>
    public static DiagnosticDescriptor OtherLanguage { get; } = DiagnosticDescriptor.Declare(
        2040, DiagnosticSeverity.Error, "'{0}' is a habit of another language.", "{1}",
        "Words and forms of Python that mean something else here: the second line says what to write instead.");
}
