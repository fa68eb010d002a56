using System.Globalization;

namespace NNLang.Syntax.Diagnostics;

/// <summary>What one diagnostic code means. Each code is one constant of this type, and codes are never used again.</summary>
public sealed class DiagnosticDescriptor
{
    private DiagnosticDescriptor(int number, DiagnosticSeverity severity, string message, string help, string documentation)
    {
        Number = number;
        Severity = severity;
        MessageTemplate = message;
        HelpTemplate = help;
        Documentation = documentation;
        Code = "NN" + number.ToString("0000", CultureInfo.InvariantCulture);
    }

    /// <summary>The code without its letters: 1001.</summary>
    public int Number { get; }

    /// <summary>The code as shown: <c>NN1001</c>.</summary>
    public string Code { get; }

    /// <summary>The severity unless the command line raises it.</summary>
    public DiagnosticSeverity Severity { get; }

    /// <summary>The first line, with <c>{0}</c>.. for names and numbers: what is wrong, one sentence, at most 90 characters.</summary>
    public string MessageTemplate { get; }

    /// <summary>The second line: why, or what to do, beginning with a verb. Empty where the first says it all.</summary>
    public string HelpTemplate { get; }

    /// <summary>What the documentation says about the code, in Markdown.</summary>
    public string Documentation { get; }

    /// <summary>Declares a code.</summary>
    public static DiagnosticDescriptor Declare(
        int number, DiagnosticSeverity severity, string message, string help, string documentation) =>
        new(number, severity, message, help, documentation);

    /// <summary>A diagnostic of this code. The arguments fill both lines.</summary>
    public Diagnostic At(SyntaxLocation location, params ReadOnlySpan<object?> arguments) =>
        new(this, Fill(MessageTemplate, arguments), Fill(HelpTemplate, arguments), location);

    /// <inheritdoc/>
    public override string ToString() => Code;

    private static string Fill(string template, ReadOnlySpan<object?> arguments) =>
        arguments.Length == 0 ? template : string.Format(CultureInfo.InvariantCulture, template, arguments);
}
