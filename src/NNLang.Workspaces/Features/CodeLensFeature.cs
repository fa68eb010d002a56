using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features;

/// <summary>What a click on a lens does.</summary>
public enum LensAction : byte
{
    /// <summary>Searches for the first wrong layer.</summary>
    Bisect,
    /// <summary>Runs the network on the emulator.</summary>
    Run,
    /// <summary>Opens the schedule.</summary>
    ShowSchedule,
    /// <summary>Goes to a line.</summary>
    Reveal,
    /// <summary>Asks for the instance of a block to show.</summary>
    ChooseInstance,
    /// <summary>Gives a dimension a value in the text.</summary>
    BindDimension,
}

/// <summary>A line above a declaration.</summary>
/// <param name="Span">The declaration's first line.</param>
/// <param name="Title">The text, perhaps with an icon's name in <c>$()</c>.</param>
/// <param name="Action">What a click does.</param>
/// <param name="Name">The network or block.</param>
/// <param name="Line">The line to go to, from 0; for <see cref="LensAction.Reveal"/>.</param>
/// <param name="Instances">The instances to choose from, or the dimension to bind.</param>
public sealed record LensText(TextSpan Span, string Title, LensAction Action, string Name, int Line, ImmutableArray<string> Instances);

/// <summary>Lenses show the last schedule and never make one. Pure; O(members + layers).</summary>
public static class CodeLensFeature
{
    private const char NoBreak = '\u00a0';

    /// <summary>The lenses of a file, in the order of the text.</summary>
    public static ImmutableArray<LensText> Compute(Document document)
    {
        var lenses = ImmutableArray.CreateBuilder<LensText>();
        foreach (var member in document.Tree.Root.Members)
        {
            if (member is NetworkDeclarationSyntax { Name.IsMissing: false } network)
            {
                Network(document, network, lenses);
            }
            else if (member is BlockDeclarationSyntax { Name.IsMissing: false } block)
            {
                Block(document, block, lenses);
            }
        }

        return lenses.ToImmutable();
    }

    private static void Network(Document document, NetworkDeclarationSyntax network, ImmutableArray<LensText>.Builder lenses)
    {
        var name = network.Name.ValueText;
        var place = network.Name.Span;
        var line = document.Text.LineOf(place.Start);
        lenses.Add(new LensText(place, $"$(debug-alt){NoBreak}Bisect", LensAction.Bisect, name, line, []));
        lenses.Add(new LensText(place, $"$(play){NoBreak}Run", LensAction.Run, name, line, []));
        var errors = NetworkErrors.Of(document, name);
        if (errors.Count > 0)
        {
            lenses.Add(new LensText(
                place, Figures.Plural(errors.Count, "error"), LensAction.Reveal, name, document.Text.LineOf(errors[0].Location.Span.Start), []));
            return;
        }

        if (!document.Schedules.TryGetValue(name, out var schedule))
        {
            return;
        }

        if (!schedule.OpenDimensions.IsEmpty)
        {
            var open = schedule.OpenDimensions[0];
            lenses.Add(new LensText(place, $"needs {open}: set dim {open} = 1", LensAction.BindDimension, name, line, [open]));
            return;
        }

        if (schedule.Schedule is { } known)
        {
            lenses.Add(new LensText(place, Title(known.Makespan, known.OverBound) + (document.IsScheduled ? "" : "…"), LensAction.ShowSchedule, name, line, []));
        }

        var shown = schedule.Findings.Where(finding => finding.IsShown && finding.Finding.Kind != Compiler.Findings.FindingKind.Hint).ToList();
        var placed = document.Compilation.Place([.. shown.Select(finding => finding.Diagnostic)]);
        if (!placed.IsEmpty)
        {
            lenses.Add(new LensText(
                place, Figures.Plural(placed.Length, "finding"), LensAction.Reveal, name, document.Text.LineOf(placed[0].Location.Span.Start), []));
        }
    }

    private static string Title(long makespan, double overBound)
    {
        var over = (int)Math.Round((overBound - 1) * 100);
        return over > 0 ? $"{Figures.Time(makespan)} · {over} % over the bound" : $"{Figures.Time(makespan)} · at the bound";
    }

    private static void Block(Document document, BlockDeclarationSyntax block, ImmutableArray<LensText>.Builder lenses)
    {
        var name = block.Name.ValueText;
        var statements = new HashSet<Syntax.Green.GreenNode>(ReferenceEqualityComparer.Instance);
        foreach (var element in block.Body.Statements.Greens)
        {
            statements.Add(element.Node);
        }

        var instances = new SortedSet<string>(StringComparer.Ordinal);
        var time = 0L;
        foreach (var schedule in document.Schedules.Values)
        {
            foreach (var statement in statements)
            {
                foreach (var layer in schedule.LayersOf(statement))
                {
                    var value = schedule.Network.Layers[layer];
                    if (ReferenceEquals(value.Anchor.Statement, statement) && value.Name.Parent is { } parent)
                    {
                        instances.Add(parent.Path);
                        time += schedule.Schedule is null || schedule.UseOf(layer) is not { IsEmpty: false } use ? 0 : use.MainTime;
                    }
                }
            }
        }

        if (instances.Count == 0)
        {
            return;
        }

        var line = document.Text.LineOf(block.Name.Span.Start);
        lenses.Add(new LensText(block.Name.Span, $"{Figures.Plural(instances.Count, "instance")} · {Figures.Time(time)}", LensAction.ShowSchedule, "", line, []));
        if (instances.Count == 1)
        {
            return;
        }

        lenses.Add(new LensText(
            block.Name.Span, $"instance: {document.ChosenInstances.GetValueOrDefault(name, "all")}", LensAction.ChooseInstance, name, line, [.. instances]));
    }
}
