using System.Collections.Immutable;
using NNLang.Syntax.Diagnostics;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features;

/// <summary>
/// Everything that is said about a text. Syntax and semantics are always those of the text; what schedules found is carried over from the last
/// that was finished, for statements that are still there, until <see cref="Document.IsScheduled"/>. Pure.
/// </summary>
public static class DocumentDiagnostics
{
    /// <summary>The diagnostics with absolute places: those of the text in text order, then those of schedules.</summary>
    public static ImmutableArray<Diagnostic> Compute(Document document)
    {
        var own = document.Compilation.Diagnostics;
        if (document.Schedules.IsEmpty)
        {
            return own;
        }

        var found = new List<Diagnostic>();
        foreach (var (_, schedule) in document.Schedules.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            found.AddRange(schedule.Diagnostics);
        }

        return found.Count == 0 ? own : [.. own, .. document.Compilation.Place(found)];
    }

    /// <summary>The number of errors.</summary>
    public static int CountErrors(Document document)
    {
        var errors = 0;
        foreach (var diagnostic in document.Compilation.Diagnostics)
        {
            errors += diagnostic.Severity == DiagnosticSeverity.Error ? 1 : 0;
        }

        return errors;
    }
}
