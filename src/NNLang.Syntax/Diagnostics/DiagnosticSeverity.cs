namespace NNLang.Syntax.Diagnostics;

/// <summary>How bad it is, worst last.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Faded or dotted in the editor, not counted.</summary>
    Hint,

    /// <summary>Holds only under the present binding, or is good to know.</summary>
    Information,

    /// <summary>Works but wastes, or is likely a mistake.</summary>
    Warning,

    /// <summary>There is no program, or its result is wrong.</summary>
    Error,
}
