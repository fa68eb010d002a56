using System.Text;
using NNLang.Syntax;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>A call of a block: its signature, what its instances cost together, when they run. Pure.</summary>
internal static class BlockHover
{
    public static string Describe(Document document, WorkspaceSettings settings, CallableDeclarationSyntax declaration, SyntaxNode call)
    {
        var text = new StringBuilder("```nnlang\n").Append(DeclarationHover.Header(declaration)).Append("\n```\n");
        if (StatementSite.Of(document.Compilation, call) is { } site)
        {
            foreach (var schedule in document.Schedules.Values)
            {
                Append(text, site, call, schedule);
            }
        }

        return declaration.Documentation is { } words ? text.Append("\n\n").Append(words).ToString() : text.ToString();
    }

    private static void Append(StringBuilder text, StatementSite site, SyntaxNode call, NetworkSchedule schedule)
    {
        if (schedule.Schedule is null)
        {
            return;
        }

        var place = call.Span.Start - site.Statement.Position;
        var calls = new HashSet<string>(StringComparer.Ordinal);
        var (start, end, tensor, dma, adds) = (long.MaxValue, 0L, 0L, 0L, 0L);
        foreach (var layer in schedule.LayersOf(site.Statement.Green))
        {
            var anchor = schedule.Network.Layers[layer].Anchor;
            while (anchor is not null && !(ReferenceEquals(anchor.Call?.Statement, site.Statement.Green) && Holds(anchor.Call.Span, place)))
            {
                anchor = anchor.Call;
            }

            if (anchor is null)
            {
                continue;
            }

            var value = schedule.Network.Layers[layer];
            calls.Add(value.Name.Parent?.Path ?? value.Path);
            var use = schedule.UseOf(layer);
            adds += MultiplyAdds(value.Operation);
            if (!use.IsEmpty)
            {
                (start, end) = (Math.Min(start, use.Start), Math.Max(end, use.End));
                tensor += use.TimeOn(Machine.Instructions.Engine.Tensor);
                dma += use.TransferTime;
            }
        }

        if (calls.Count == 0)
        {
            return;
        }

        text.Append(Figures.Plural(calls.Count, "instance")).Append(" · ").Append(Figures.Microseconds(tensor)).Append(" of tensor time");
        if (adds > 0)
        {
            text.Append(" · ").Append(Figures.Large(adds)).Append(" multiply-adds");
        }

        if (dma > 0)
        {
            text.Append(" · ").Append(Figures.Microseconds(dma)).Append(" of DMA");
        }

        if (end > 0)
        {
            text.Append("\n\nFrom ").Append(Figures.Microseconds(start)).Append(" to ").Append(Figures.Microseconds(end)).Append('.');
        }
    }

    private static bool Holds(Syntax.Text.TextSpan span, int place) => span.Start <= place && place <= span.End;

    private static long MultiplyAdds(Semantics.Graph.Operation operation)
    {
        var context = new Operators.Model.InferenceContext(operation.OperandTypes, operation.Attributes, Operators.Shapes.DimensionFacts.Empty);
        return operation.Operator.CountMultiplyAdds(context, operation.Operator.Infer(context))?.Value ?? 0;
    }
}
