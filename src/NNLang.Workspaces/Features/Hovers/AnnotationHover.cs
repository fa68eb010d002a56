using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>Annotations: what they mean, and for those about the schedule what they cost here. Pure.</summary>
internal static class AnnotationHover
{
    public static string? Describe(Document document, WorkspaceSettings settings, AnnotationSyntax annotation)
    {
        var label = annotation.Label.ValueText;
        if (label == "device" && annotation.Arguments?.Arguments.FirstOrDefault() is { Value: NameSyntax device })
        {
            return DeclarationHover.Device(document, device.Name.ValueText);
        }

        if (AnnotationTable.Find(label) is not { } entry)
        {
            return null;
        }

        var text = $"```nnlang\n{entry.Form}\n```\n{entry.Summary}";
        return StatementSite.Of(document.Compilation, annotation) is { } site && Cost(document, site, label) is { } cost ? text + "\n\n" + cost : text;
    }

    private static string? Cost(Document document, StatementSite site, string label)
    {
        if (label is not ("engine" or "pin" or "before" or "after"))
        {
            return null;
        }

        foreach (var schedule in document.Schedules.Values)
        {
            foreach (var finding in schedule.Findings)
            {
                if (finding.Change is Schedules.TextRemedy.RemoveAnnotation removal && removal.Annotation == label
                    && ReferenceEquals(removal.Place.Anchor, site.Statement.Green))
                {
                    return $"Costs {Figures.Microseconds(finding.Finding.Saving)} here: the makespan is {Figures.Microseconds(schedule.Schedule!.Makespan)} with it.";
                }
            }

            if (document.IsComplete && schedule.Schedule is { } known && schedule.LayersOf(site.Statement.Green).Count > 0)
            {
                return $"Costs less than 1 % of the makespan of {Figures.Microseconds(known.Makespan)} here.";
            }
        }

        return null;
    }
}
