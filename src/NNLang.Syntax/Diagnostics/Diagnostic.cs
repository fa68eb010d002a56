using System.Collections.Immutable;

namespace NNLang.Syntax.Diagnostics;

/// <summary>One thing said about a text. Immutable; every room from Syntax on uses this type.</summary>
public sealed class Diagnostic
{
    /// <summary>A diagnostic; see <see cref="DiagnosticDescriptor.At"/> for the usual way.</summary>
    public Diagnostic(
        DiagnosticDescriptor descriptor,
        string message,
        string help,
        SyntaxLocation location,
        ImmutableArray<RelatedLocation> related = default,
        ImmutableArray<CodeFix> fixes = default,
        DiagnosticSeverity? severity = null)
    {
        Descriptor = descriptor;
        Message = message;
        Help = help;
        Location = location;
        Related = related.IsDefault ? [] : related;
        Fixes = fixes.IsDefault ? [] : fixes;
        Severity = severity ?? descriptor.Severity;
    }

    /// <summary>The code and what it means.</summary>
    public DiagnosticDescriptor Descriptor { get; }

    /// <summary>The code as shown: <c>NN1001</c>.</summary>
    public string Code => Descriptor.Code;

    /// <summary>The severity in force.</summary>
    public DiagnosticSeverity Severity { get; }

    /// <summary>First line: what is wrong.</summary>
    public string Message { get; }

    /// <summary>Second line: why, or what to do. May be empty.</summary>
    public string Help { get; }

    /// <summary>Where.</summary>
    public SyntaxLocation Location { get; }

    /// <summary>Places that explain it.</summary>
    public ImmutableArray<RelatedLocation> Related { get; }

    /// <summary>What removes it, the preferred one first.</summary>
    public ImmutableArray<CodeFix> Fixes { get; }

    /// <summary>The same diagnostic with one more fix.</summary>
    public Diagnostic WithFix(CodeFix fix) => new(Descriptor, Message, Help, Location, Related, Fixes.Add(fix), Severity);

    /// <summary>The same diagnostic with one more related place.</summary>
    public Diagnostic WithRelated(SyntaxLocation location, string message) =>
        new(Descriptor, Message, Help, Location, Related.Add(new RelatedLocation(location, message)), Fixes, Severity);

    /// <summary>The same diagnostic with another severity.</summary>
    public Diagnostic WithSeverity(DiagnosticSeverity severity) => new(Descriptor, Message, Help, Location, Related, Fixes, severity);

    /// <summary>The same diagnostic with every place passed through a function, for instance one that makes places absolute.</summary>
    public Diagnostic WithLocations(Func<SyntaxLocation, SyntaxLocation> map)
    {
        var related = Related.IsEmpty ? Related : [.. Related.Select(r => new RelatedLocation(map(r.Location), r.Message))];
        var fixes = Fixes.IsEmpty
            ? Fixes
            : [.. Fixes.Select(f => f with { Edits = [.. f.Edits.Select(e => e with { Location = map(e.Location) })] })];
        return new Diagnostic(Descriptor, Message, Help, map(Location), related, fixes, Severity);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Code} {Severity} {Location.Span}: {Message}";
}
