using System.Text;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Queries;
using NNLang.Syntax;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>An operation: its result, its shape equation, what it costs on every engine and when it runs. Pure.</summary>
internal static class OperationHover
{
    // Lines of one paragraph: a hover has room for few margins.
    private const string LineBreak = "  \n";

    /// <summary>The operation whose word is at a token; null if there is none there.</summary>
    public static string? Describe(Document document, WorkspaceSettings settings, StatementSite site, SyntaxToken token)
    {
        if (site.Bindings.IsEmpty)
        {
            return null;
        }

        var at = token.Span.Start - site.Statement.Position;
        // A block over its own parameters may know too little of them to have operations; its instances have them.
        OperationBinding? found = null;
        foreach (var binding in site.Bindings)
        {
            found ??= Innermost(binding, at);
        }

        if (found is not { } operation)
        {
            return null;
        }

        var layers = LayersOf(document, site, operation.Span);
        return layers.Count > 1 || (site.IsInBlock && layers.Count > 0) ? InstancesHover.Describe(document, site, operation, layers)
            : Single(document, site, operation, layers);
    }

    /// <summary>A layer of a schedule.</summary>
    internal readonly record struct ScheduledAt(NetworkSchedule Schedule, int Layer)
    {
        public Layer Value => Schedule.Network.Layers[Layer];
    }

    /// <summary>The layers that an operation of a statement became, in all networks.</summary>
    internal static List<ScheduledAt> LayersOf(Document document, StatementSite site, Syntax.Text.TextSpan span)
    {
        var found = new List<ScheduledAt>();
        foreach (var schedule in document.Schedules.Values)
        {
            foreach (var layer in schedule.LayersOf(site.Statement.Green))
            {
                var anchor = schedule.Network.Layers[layer].Anchor;
                if (ReferenceEquals(anchor.Statement, site.Statement.Green) && anchor.Span == span)
                {
                    found.Add(new ScheduledAt(schedule, layer));
                }
            }
        }

        return found;
    }

    private static OperationBinding? Innermost(StatementBinding binding, int at)
    {
        OperationBinding? found = null;
        foreach (var operation in binding.Operations)
        {
            if (operation.Span.Start <= at && at <= operation.Span.End && (found is null || operation.Span.Length < found.Value.Span.Length))
            {
                found = operation;
            }
        }

        return found;
    }

    private static string Single(Document document, StatementSite site, OperationBinding operation, List<ScheduledAt> layers)
    {
        var layer = layers.Count == 1 ? layers[0] : (ScheduledAt?)null;
        var binding = layer?.Schedule.Network.Binding ?? BindingOf(document, site);
        var results = layer?.Value.Operation.ResultTypes ?? operation.Operation.ResultTypes;
        var name = site.Bindings[0].Names.Select(bound => bound.Name).FirstOrDefault() ?? operation.Word;
        var text = new StringBuilder("```nnlang\n");
        text.Append(name).Append(": ").AppendJoin(", ", results.Select(type => type.Bind(binding).ToString())).Append("\n```\n");
        text.Append("**").Append(operation.Word).Append("**");
        if (layer is { } known)
        {
            text.Append(" · layer `").Append(known.Value.Path).Append('`');
        }

        AppendSizes(text, operation, results, binding);
        if (layer is { } reader && WeightHover.OfLayer(document, reader.Value) is { Length: > 0 } weights)
        {
            text.Append(LineBreak).Append(weights);
        }

        AppendEquations(text, operation);
        if (layer is { Schedule: { Schedule: not null } schedule } scheduled)
        {
            text.Append('\n').Append(EngineTable.Write(schedule, scheduled.Layer));
        }

        return text.Append(layer is { Schedule.Schedule: not null } ? " " : LineBreak).Append(Links(document, site.Declaration.Name.ValueText)).ToString();
    }

    internal static string Links(Document document, string network)
    {
        var argument = Uri.EscapeDataString($"[{{\"uri\":{Quoted(document.Uri)},\"network\":{Quoted(network)}}}]");
        return $"[Show in schedule](command:nnlang.showSchedule?{argument}) · [Bisect to here](command:nnlang.bisect?{argument})";
    }

    private static string Quoted(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static IReadOnlyDictionary<string, long> BindingOf(Document document, StatementSite site) =>
        document.Compilation.BindingOf(site.Declaration.Name.ValueText);

    private static void AppendSizes(
        StringBuilder text, OperationBinding operation, System.Collections.Immutable.ImmutableArray<TensorType> results, IReadOnlyDictionary<string, long> binding)
    {
        if (MultiplyAdds(operation)?.Bind(binding).Value is > 0 and var count)
        {
            text.Append(" · ").Append(Figures.Large(count)).Append(" multiply-adds");
        }

        var bytes = results.Select(type => Types.Bytes(type.Bind(binding))).ToList();
        if (bytes.TrueForAll(size => size is not null))
        {
            text.Append(" · result ").Append(Figures.Bytes(bytes.Sum(size => size!.Value)));
        }

        var weights = 0L;
        foreach (var slot in operation.Operation.SlotTypes)
        {
            weights += slot is null ? 0 : Types.Bytes(slot.Bind(binding)) ?? 0;
        }

        if (weights > 0)
        {
            text.Append(" · weights ").Append(Figures.Bytes(weights));
        }
    }

    internal static Dimension? MultiplyAdds(OperationBinding operation) => operation.Inference.Results.IsEmpty
        ? null
        : operation.Operation.Operator.CountMultiplyAdds(
            new InferenceContext(operation.Operation.OperandTypes, operation.Operation.Attributes, DimensionFacts.Empty), operation.Inference);

    // Rows and columns are often alike: then the second equation is a word.
    private static void AppendEquations(StringBuilder text, OperationBinding operation)
    {
        var equations = operation.Inference.Equations;
        if (equations.IsEmpty)
        {
            return;
        }

        text.Append(LineBreak).Append('`').Append(equations[0]).Append('`');
        for (var i = 1; i < equations.Length; i++)
        {
            var (first, next) = (Split(equations[i - 1]), Split(equations[i]));
            text.Append(first.Right.Replace('H', 'W') == next.Right ? $", `{next.Left}` alike" : $", `{equations[i]}`");
        }
    }

    private static (string Left, string Right) Split(string equation)
    {
        var sign = equation.IndexOf('=', StringComparison.Ordinal);
        return sign < 0 ? ("", equation) : (equation[..sign].Trim(), equation[(sign + 1)..].Trim());
    }
}
