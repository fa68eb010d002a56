using System.Collections.Immutable;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Queries;
using NNLang.Semantics.Values;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Text;
using NNLang.Tensors;
using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features;

/// <summary>A hint between the words.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Label">The text.</param>
/// <param name="IsType">Whether it is a shape; else engine and time at the line's end.</param>
/// <param name="Tooltip">Markdown; may be empty.</param>
/// <param name="Network">For times: the network whose schedule it is of.</param>
public sealed record HintText(int Position, string Label, bool IsType, string Tooltip = "", string? Network = null);

/// <summary>
/// Shapes behind bound names, engine and time at the end of lines that matter. Times are those of the last schedule, for statements that are
/// unchanged since. Pure; O(statements of the bodies that the range touches).
/// </summary>
public static class InlayHintFeature
{
    private const int MostColumns = 96;
    private const int MostHintCharacters = 43;
    private const int LeastShare = 100;

    /// <summary>The hints of a range, in the order of the text.</summary>
    public static ImmutableArray<HintText> Compute(Document document, WorkspaceSettings settings, TextSpan range)
    {
        if (settings.Hints == HintMode.None)
        {
            return [];
        }

        var hints = ImmutableArray.CreateBuilder<HintText>();
        var errors = new HashSet<int>();
        foreach (var diagnostic in document.Compilation.Diagnostics)
        {
            if (diagnostic.Severity == DiagnosticSeverity.Error)
            {
                errors.Add(document.Text.LineOf(diagnostic.Location.Span.Start));
            }
        }

        foreach (var member in document.Tree.Root.Members)
        {
            if (member is CallableDeclarationSyntax declaration && declaration.FullSpan.Touches(range))
            {
                var name = declaration.Name.ValueText;
                var body = declaration is NetworkDeclarationSyntax ? document.Compilation.NetworkBody(name) : document.Compilation.BlockBody(name);
                if (body is not null)
                {
                    new Writer(document, settings, range, declaration, errors, hints).Body(declaration.Body, body, declaration is BlockDeclarationSyntax);
                }
            }
        }

        return hints.ToImmutable();
    }

    private sealed class Writer(
        Document document, WorkspaceSettings settings, TextSpan range, CallableDeclarationSyntax declaration, HashSet<int> errors,
        ImmutableArray<HintText>.Builder hints)
    {
        private readonly IReadOnlyDictionary<string, long> _binding =
            document.Compilation.BindingOf(declaration.Name.ValueText);

        // A line has one time, whatever stands on it: that of the whole comes first.
        private readonly HashSet<int> _timed = [];

        private Dictionary<string, List<int>>? _byName;

        private readonly ElementType? _usual =
            document.Compilation.InputsOf(declaration.Name.ValueText) is [var first, ..] ? first.Value.Element : null;

        public void Body(BodySyntax body, BodyBinding binding, bool isRepeated)
        {
            var index = 0;
            foreach (var element in body.Statements.Greens)
            {
                var place = new TextSpan(element.Position, element.Node.Width);
                var found = binding.IndexOf(element.Node, index);
                if (found < 0)
                {
                    continue;
                }

                index = found + 1;
                if (place.Start > range.End)
                {
                    break;
                }

                if (!place.Touches(range) || document.Tree.Root.FindNode(Content(element.Node, element.Position)) is not { } node
                    || Statement(node, element.Node) is not { } statement)
                {
                    continue;
                }

                Write(statement, binding[found], isRepeated);
            }
        }

        private static TextSpan Content(Syntax.Green.GreenNode node, int position) =>
            new(position + node.LeadingWidth, Math.Max(0, node.Width - node.LeadingWidth - node.TrailingWidth));

        private static StatementSyntax? Statement(SyntaxNode node, Syntax.Green.GreenNode wanted)
        {
            for (var at = node; at is not null; at = at.Parent)
            {
                if (ReferenceEquals(at.Green, wanted))
                {
                    return at as StatementSyntax;
                }
            }

            return null;
        }

        private void Write(StatementSyntax statement, StatementBinding binding, bool isRepeated)
        {
            var line = document.Text.LineOf(statement.Span.End);
            var shapes = 0;
            if (statement is BindingSyntax && !errors.Contains(document.Text.LineOf(statement.Span.Start)))
            {
                foreach (var name in binding.Names)
                {
                    if (name.Name != "_" && Shape(statement, name, isRepeated) is { } type)
                    {
                        var label = Shorten(type);
                        hints.Add(new HintText(statement.Position + name.Span.End, label, IsType: true, label == type ? "" : $"`{name.Name}{type}`"));
                        shapes += label.Length;
                    }
                }
            }

            if (statement is RepeatSyntax repeat)
            {
                if (settings.Hints == HintMode.ShapesAndEngines && !repeat.Body.OpenBrace.IsMissing)
                {
                    Total(statement, document.Text.LineOf(repeat.Body.OpenBrace.Span.Start), 0);
                }

                Inner(repeat.Body, binding);
                return;
            }

            if (statement is IfSyntax choice)
            {
                foreach (var clause in choice.Clauses)
                {
                    Inner(clause.Body, binding);
                }

                return;
            }

            if (settings.Hints == HintMode.ShapesAndEngines && !errors.Contains(line))
            {
                Time(statement, binding, line, shapes);
                if (binding.Calls.Any())
                {
                    Total(statement, line, shapes);
                }
            }
        }

        // What everything below a line costs: the iterations of a repeat, the layers of a block that is called.
        private void Total(StatementSyntax statement, int line, int shapes)
        {
            foreach (var schedule in document.Schedules.Values)
            {
                if (schedule.Schedule is not { Makespan: > 0 } known)
                {
                    continue;
                }

                var layers = schedule.LayersOf(statement.Green);
                if (layers.Count == 0 || layers.All(layer => ReferenceEquals(schedule.Network.Layers[layer].Anchor.Statement, statement.Green)))
                {
                    continue;
                }

                var (engine, time, _, _) = Sum(schedule, layers);
                var label = $"{engine} {Figures.Time(time)}";
                var end = document.Text.Line(line);
                if (time * LeastShare >= known.Makespan && end.Length + shapes <= MostColumns && shapes + label.Length <= MostHintCharacters && _timed.Add(line))
                {
                    hints.Add(new HintText(end.End, label, IsType: false, Network: schedule.Network.Name));
                }

                return;
            }
        }

        // Sizes that are long formulas are left out, the longest first, until the rest fits: the editor would cut it anywhere.
        private static string Shorten(string label)
        {
            var open = label.IndexOf('[', StringComparison.Ordinal);
            if (label.Length <= MostHintCharacters || open < 0 || label[^1] != ']')
            {
                return label;
            }

            var sizes = label[(open + 1)..^1].Split(", ");
            while (open + 2 + sizes.Sum(size => size.Length) + (2 * (sizes.Length - 1)) > MostHintCharacters
                && sizes.Max(size => size.Length) is > 1 and var longest)
            {
                // Rows and columns have formulas of one length: both go, or the one that is left would look like the odd one out.
                sizes = [.. sizes.Select(size => size.Length == longest ? "…" : size)];
            }

            return $"{label[..open]}[{string.Join(", ", sizes)}]";
        }

        private void Inner(BodySyntax body, StatementBinding binding)
        {
            if (binding.Inside(body.Green).FirstOrDefault() is { } inside)
            {
                Body(body, inside, isRepeated: true);
            }
        }

        private string? Shape(StatementSyntax statement, NameBinding name, bool isRepeated)
        {
            if (name.Value is not TensorValue { Type: { } type })
            {
                return null;
            }

            if (isRepeated && document.ChosenInstances.TryGetValue(declaration.Name.ValueText, out var instance))
            {
                foreach (var schedule in document.Schedules.Values)
                {
                    foreach (var layer in schedule.LayersOf(statement.Green))
                    {
                        var value = schedule.Network.Layers[layer];
                        if (ReferenceEquals(value.Anchor.Statement, statement.Green) && value.Name.Parent?.Path == instance)
                        {
                            type = value.Operation.ResultTypes[0];
                        }
                    }
                }
            }

            var bound = type.Bind(_binding);
            return ": " + (_usual is null || bound.Element == _usual ? Types.Shape(bound) : bound.ToString());
        }

        private void Time(StatementSyntax statement, StatementBinding binding, int line, int shapes)
        {
            foreach (var schedule in document.Schedules.Values)
            {
                if (schedule.Schedule is not { Makespan: > 0 } known)
                {
                    continue;
                }

                var holds = Held(schedule, statement);
                var layers = LayersOf(schedule, statement, binding);
                var (engine, time, worst, instances) = Sum(schedule, layers);
                var hasFinding = holds > 0 || schedule.Findings.Any(finding => finding.IsShown && ReferenceEquals(finding.Diagnostic.Location.Anchor, statement.Green));
                if (time == 0 || (time * LeastShare < known.Makespan && !hasFinding))
                {
                    continue;
                }

                var label = instances > 1 ? $"{Figures.Count(instances)} × ≤ {Figures.Time(worst)}" : $"{engine} {Figures.Time(time)}";
                if (holds > 0)
                {
                    // Where there is no room for both, what the annotation costs is the news.
                    var cost = $"holds back {Figures.Time(holds)}";
                    label = shapes + label.Length + cost.Length + 3 <= MostHintCharacters ? $"{label} · {cost}" : cost;
                }

                var end = document.Text.Line(line);
                if (end.Length + shapes <= MostColumns && shapes + label.Length <= MostHintCharacters && _timed.Add(line))
                {
                    hints.Add(new HintText(end.End, label, IsType: false, Tooltip(schedule, layers, instances), schedule.Network.Name));
                }

                return;
            }
        }

        private static long Held(NetworkSchedule schedule, StatementSyntax statement)
        {
            foreach (var finding in schedule.Findings)
            {
                if (finding.Change is TextRemedy.RemoveAnnotation { Annotation: "pin" or "before" or "after" } removal
                    && ReferenceEquals(removal.Place.Anchor, statement.Green))
                {
                    return finding.Finding.Saving;
                }
            }

            return 0;
        }

        // The engine that works longest for the whole line, however many operations are on it.
        private static (string Engine, long Time, long Worst, int Instances) Sum(NetworkSchedule schedule, IReadOnlyList<int> statementLayers)
        {
            Span<long> times = stackalloc long[Engines.Count + 1];
            var worst = 0L;
            var operations = new HashSet<TextSpan>();
            var layers = 0;
            foreach (var layer in statementLayers)
            {
                layers++;
                operations.Add(schedule.Network.Layers[layer].Anchor.Span);
                var use = schedule.UseOf(layer);
                worst = Math.Max(worst, use.IsEmpty ? 0 : use.MainTime);
                for (var e = 0; e < Engines.Count; e++)
                {
                    times[e] += use.TimeOn((Engine)e);
                }

                times[Engines.Count] += use.MainEngine is null ? use.TransferTime : 0;
            }

            var best = 0;
            for (var e = 1; e < times.Length; e++)
            {
                best = times[e] > times[best] ? e : best;
            }

            return (best < Engines.Count ? Engines.Name((Engine)best) : "dma", times[best], worst, operations.Count == 0 ? 0 : layers / operations.Count);
        }

        private static string Tooltip(NetworkSchedule schedule, List<int> layers, int instances) =>
            instances == 1 && layers.Count == 1 ? EngineTable.Write(schedule, layers[0]).Trim() : "";

        private List<int> LayersOf(NetworkSchedule schedule, StatementSyntax statement, StatementBinding binding)
        {
            var layers = new List<int>();
            foreach (var layer in schedule.LayersOf(statement.Green))
            {
                if (ReferenceEquals(schedule.Network.Layers[layer].Anchor.Statement, statement.Green))
                {
                    layers.Add(layer);
                }
            }

            // A statement that is being changed keeps what it had under its name until the schedule that is in the making tells better: a text
            // that dances with every key is worse than a figure that is a moment old.
            if (layers.Count == 0 && !document.IsScheduled && declaration is NetworkDeclarationSyntax && declaration.Name.ValueText == schedule.Network.Name)
            {
                _byName ??= ByName(schedule);
                foreach (var name in binding.Names)
                {
                    layers.AddRange(_byName.GetValueOrDefault(name.Name, []));
                }
            }

            return layers;
        }

        private static Dictionary<string, List<int>> ByName(NetworkSchedule schedule)
        {
            var byName = new Dictionary<string, List<int>>(StringComparer.Ordinal);
            for (var i = 0; i < schedule.Network.Layers.Length; i++)
            {
                var layer = schedule.Network.Layers[i];
                if (layer.Anchor.Call is null)
                {
                    var path = layer.Path;
                    var top = path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : path;
                    (byName.TryGetValue(top, out var layers) ? layers : byName[top] = []).Add(i);
                }
            }

            return byName;
        }
    }
}
