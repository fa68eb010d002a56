using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Findings;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Green;

namespace NNLang.Workspaces.Schedules;

/// <summary>Problems and findings of a compiled network as diagnostics anchored at statements. Pure.</summary>
internal static class ScheduleDiagnostics
{
    /// <summary>The problems; that dimensions need values is the lens's to tell.</summary>
    public static ImmutableArray<Diagnostic> Problems(CompiledNetwork compiled)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var problem in compiled.Problems)
        {
            if (problem.Code != CompilerCodes.NeedsDimension.Code && PlaceOf(compiled.Network, problem.Layer) is { } place)
            {
                diagnostics.Add(new Diagnostic(CompilerCodes.Get(problem.Code), problem.Message, problem.Help, place));
            }
        }

        return diagnostics.ToImmutable();
    }

    /// <summary>The findings, tied to the text.</summary>
    public static ImmutableArray<ScheduleFinding> Findings(Network network, ImmutableArray<Finding> findings)
    {
        var result = ImmutableArray.CreateBuilder<ScheduleFinding>();
        foreach (var finding in findings)
        {
            if (PlaceOf(network, finding.Layer) is { } place)
            {
                result.Add(new ScheduleFinding(finding, Describe(network, finding, place), ChangeOf(network, finding.Remedy)));
            }
        }

        return result.ToImmutable();
    }

    /// <summary>Where a layer stands; what belongs to no layer is told at the first.</summary>
    private static SyntaxLocation? PlaceOf(Network network, int layer) =>
        network.Layers.IsEmpty ? null
        : network.Layers[Math.Max(0, layer)].Anchor is { } anchor ? new SyntaxLocation(anchor.Statement, anchor.Span)
        : null;

    private static Diagnostic Describe(Network network, Finding finding, SyntaxLocation place)
    {
        var related = ImmutableArray.CreateBuilder<RelatedLocation>();
        foreach (var layer in finding.Related)
        {
            if (PlaceOf(network, layer.Layer) is { } other)
            {
                related.Add(new RelatedLocation(other, layer.Text));
            }
        }

        return new Diagnostic(
            CompilerCodes.Get(finding.Code), finding.Message, finding.Help, place, related.ToImmutable(),
            severity: finding.Kind is FindingKind.Hint or FindingKind.PanelOnly ? DiagnosticSeverity.Hint : DiagnosticSeverity.Warning);
    }

    private static TextRemedy? ChangeOf(Network network, Remedy remedy)
    {
        switch (remedy)
        {
            case Remedy.Move move when StatementOf(network, move.Layer) is { } statement && StatementOf(network, move.Target) is { } target:
                return new TextRemedy.Move(statement, target, move.Above);
            case Remedy.RemoveAnnotation removal when PlaceOf(network, removal.Layer) is { } place:
                return new TextRemedy.RemoveAnnotation(place, removal.Annotation);
            case Remedy.OrderBranches order:
                var statements = ImmutableArray.CreateBuilder<GreenNode>();
                foreach (var branch in order.Branches)
                {
                    foreach (var layer in branch)
                    {
                        if (StatementOf(network, layer) is { } part && !statements.Contains(part))
                        {
                            statements.Add(part);
                        }
                    }
                }

                return statements.Count > 1 ? new TextRemedy.Reorder(statements.ToImmutable()) : null;
            default:
                return null;
        }
    }

    private static GreenNode? StatementOf(Network network, int layer) => network.Layers[layer].Anchor?.Statement;
}
