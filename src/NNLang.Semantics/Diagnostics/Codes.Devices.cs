using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Diagnostics;

public static partial class Codes
{
    /// <summary>A section, group or field that devices do not have.</summary>
    public static DiagnosticDescriptor UnknownSection { get; } = DiagnosticDescriptor.Declare(
        5001, DiagnosticSeverity.Error, "{0}", "{1}",
        "A section, group or field that devices do not have.");

    /// <summary>Engines, memories and ports that are named must exist.</summary>
    public static DiagnosticDescriptor UnknownResource { get; } = DiagnosticDescriptor.Declare(
        5002, DiagnosticSeverity.Error, "{0} names {1} '{2}', which '{3}' does not have.", "Use one of {4}.",
        "Engines, memories and ports that are named must exist.");

    /// <summary>A required field of a section is absent.</summary>
    public static DiagnosticDescriptor MissingField { get; } = DiagnosticDescriptor.Declare(
        5003, DiagnosticSeverity.Error, "{0} needs the field '{1}'.", "Add '{1}: ..'.",
        "A required field of a section is absent.");

    /// <summary>Quantities have dimensions: bytes / (bytes/s) is a time.</summary>
    public static DiagnosticDescriptor QuantityDimension { get; } = DiagnosticDescriptor.Declare(
        5004, DiagnosticSeverity.Error, "{0}", "{1}",
        "Quantities have dimensions: bytes / (bytes/s) is a time.");

    /// <summary>A cost is defined and at least 0 for all operands within the limits.</summary>
    public static DiagnosticDescriptor CostUndefined { get; } = DiagnosticDescriptor.Declare(
        5005, DiagnosticSeverity.Error, "The cost of {0} on {1} {2}.", "Add a limit, or a max(..).",
        "A cost is defined and at least 0 for all operands within the limits.");

    /// <summary>Constants of a device are evaluated lazily and may not be cyclic.</summary>
    public static DiagnosticDescriptor CyclicName { get; } = DiagnosticDescriptor.Declare(
        5006, DiagnosticSeverity.Error, "'{0}' depends on itself: {1}.", "Break the cycle.",
        "Constants of a device are evaluated lazily and may not be cyclic.");

    /// <summary>A device cannot be its own base.</summary>
    public static DiagnosticDescriptor CyclicDerivation { get; } = DiagnosticDescriptor.Declare(
        5007, DiagnosticSeverity.Error, "The device '{0}' is derived from itself: {1}.", "Break the cycle.",
        "A device cannot be its own base.");

    /// <summary>Every instruction has an engine that runs it.</summary>
    public static DiagnosticDescriptor InstructionWithoutEngine { get; } = DiagnosticDescriptor.Declare(
        5008, DiagnosticSeverity.Error, "The instruction '{0}' runs on no engine of '{1}'.", "Add 'on ENGINE {{ .. }}'.",
        "Every instruction has an engine that runs it.");

    /// <summary>The base of a derived device, or the device of an annotation, does not exist.</summary>
    public static DiagnosticDescriptor UnknownBase { get; } = DiagnosticDescriptor.Declare(
        5009, DiagnosticSeverity.Error, "There is no device '{0}'{1}", "{2}",
        "The base of a derived device, or the device of an annotation, does not exist.");

    /// <summary>Numbers of a device should say where they come from.</summary>
    public static DiagnosticDescriptor NoProvenance { get; } = DiagnosticDescriptor.Declare(
        5010, DiagnosticSeverity.Hint, "'{0}' has no provenance.", "Add @documented(..), @figure(..), @measured(..), @inferred(..) or @recalled(..).",
        "Numbers of a device should say where they come from.");

    /// <summary>A fault of an unknown kind, or with a field it does not have, or a value of the wrong form.</summary>
    public static DiagnosticDescriptor BadFault { get; } = DiagnosticDescriptor.Declare(
        5011, DiagnosticSeverity.Error, "{0}", "{1}",
        "A fault of an unknown kind, or with a field it does not have, or a value of the wrong form.");

    /// <summary>A fault names an engine, memory, queue, lane or bank that the device does not have.</summary>
    public static DiagnosticDescriptor FaultResource { get; } = DiagnosticDescriptor.Declare(
        5012, DiagnosticSeverity.Error, "{0}", "{1}",
        "A fault names an engine, memory, queue, lane or bank that the device does not have.");

    /// <summary>The name of an instruction selects its meaning, so it must be one the emulator knows.</summary>
    public static DiagnosticDescriptor UnknownInstruction { get; } = DiagnosticDescriptor.Declare(
        5013, DiagnosticSeverity.Error, "There is no instruction '{0}'{1}", "{2}",
        "The name of an instruction selects its meaning, so it must be one the emulator knows.");

    /// <summary>A clock is a whole number of Hz, at least 1.</summary>
    public static DiagnosticDescriptor BadClock { get; } = DiagnosticDescriptor.Declare(
        5014, DiagnosticSeverity.Error, "{0}", "{1}",
        "A clock is a whole number of Hz, at least 1.");

    /// <summary>A field of a device has a value of the wrong form or out of range.</summary>
    public static DiagnosticDescriptor BadField { get; } = DiagnosticDescriptor.Declare(
        5015, DiagnosticSeverity.Error, "{0}", "{1}",
        "A field of a device has a value of the wrong form or out of range.");
}
