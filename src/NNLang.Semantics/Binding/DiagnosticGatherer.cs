using System.Globalization;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>Collects what is wrong from bound bodies: each problem once, those of instances with the instances they occur in.</summary>
internal sealed class DiagnosticGatherer
{
    private readonly List<Diagnostic> _result = [];
    private readonly HashSet<(string Code, SyntaxLocation Location, string Message)> _seen = [];
    private readonly HashSet<(string Code, SyntaxLocation Location)> _places = [];
    private readonly HashSet<BoundBody> _visited = [];

    /// <summary>The diagnostics so far.</summary>
    public List<Diagnostic> Result => _result;

    /// <summary>Adds diagnostics as they are.</summary>
    public void Add(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            AddOne(diagnostic);
        }
    }

    /// <summary>Adds the diagnostics of a block bound without callers.</summary>
    public void AddBlock(BlockResult block)
    {
        Add(block.Header.Diagnostics);
        AddBody(block.Body, namesOnly: false);
        foreach (var body in Reachable(block.Body))
        {
            AddRecursion(body);
        }
    }

    /// <summary>Adds the diagnostics of a network: its own, and those of instances that the blocks themselves do not have.</summary>
    public void AddNetwork(NetworkResult network)
    {
        Add(network.Header.Diagnostics);
        AddBody(network.Body, namesOnly: false);
        if (network.IsTooLarge)
        {
            var view = (CallableDeclarationSyntax)SyntaxNode.Detached(network.Symbol.Declaration);
            AddOne(Codes.ExpansionTooLarge.At(
                SyntaxLocation.Of(view.Name),
                string.Create(CultureInfo.InvariantCulture, $"'{network.Symbol.Name}' expands to more than {BindingSession.MaximumOperations:N0} operations."),
                "Repeat fewer times, or split it."));
        }

        AddInstances(network);
        foreach (var problem in network.Problems)
        {
            var diagnostic = new Diagnostic(problem.Descriptor, problem.Message, problem.Help, new SyntaxLocation(problem.Anchor.Statement, problem.Span ?? problem.Anchor.Span));
            foreach (var (anchor, message) in problem.Related)
            {
                diagnostic = diagnostic.WithRelated(new SyntaxLocation(anchor.Statement, anchor.Span), message);
            }

            AddOne(diagnostic);
        }
    }

    private void AddOne(Diagnostic diagnostic)
    {
        if (_seen.Add((diagnostic.Code, diagnostic.Location, diagnostic.Message)))
        {
            _places.Add((diagnostic.Code, diagnostic.Location));
            _result.Add(diagnostic);
        }
    }

    private void AddBody(BoundBody body, bool namesOnly)
    {
        if (!_visited.Add(body))
        {
            return;
        }

        foreach (var diagnostic in body.Diagnostics)
        {
            AddOne(diagnostic);
        }

        foreach (var s in body.Notable)
        {
            var statement = body.Statements[s];
            foreach (var diagnostic in statement.Diagnostics)
            {
                if (!namesOnly || diagnostic.Descriptor.Number is >= 2000 and < 3000)
                {
                    AddOne(diagnostic);
                }
            }

            foreach (var other in statement.OtherBodies)
            {
                AddBody(other, namesOnly: true);
            }

            foreach (var piece in statement.Pieces)
            {
                switch (piece)
                {
                    case RepeatPiece repeat:
                        foreach (var iteration in repeat.Iterations)
                        {
                            AddBody(iteration, namesOnly);
                        }

                        break;
                    case BranchPiece branch:
                        AddBody(branch.Body, namesOnly);
                        break;
                }
            }
        }
    }

    private void AddRecursion(BoundBody body)
    {
        foreach (var statement in Statements(body))
        {
            foreach (var diagnostic in statement.Diagnostics)
            {
                if (diagnostic.Descriptor.Number == Codes.Recursion.Number)
                {
                    AddOne(diagnostic);
                }
            }
        }
    }

    private void AddInstances(NetworkResult network)
    {
        var wrong = new Dictionary<BoundBody, List<Diagnostic>>();
        foreach (var body in Reachable(network.Body))
        {
            foreach (var statement in Statements(body))
            {
                foreach (var diagnostic in statement.Diagnostics)
                {
                    // Names, and what the block alone shows, are told there.
                    if (diagnostic.Descriptor.Number is (< 2000 or >= 3000) && !_places.Contains((diagnostic.Code, diagnostic.Location)))
                    {
                        (wrong.TryGetValue(body, out var list) ? list : wrong[body] = []).Add(diagnostic);
                    }
                }
            }
        }

        if (wrong.Count == 0)
        {
            return;
        }

        var instances = new List<(BoundBody Body, string Block, LayerName? Name, SourceAnchor? Call)>();
        if (network.Assembled is { } assembled)
        {
            Collect(assembled, instances);
        }

        var told = new HashSet<(string, SyntaxLocation)>();
        foreach (var (body, diagnostics) in wrong)
        {
            foreach (var diagnostic in diagnostics)
            {
                if (told.Add((diagnostic.Code, diagnostic.Location)))
                {
                    AddOne(WithInstances(diagnostic, body, wrong, instances));
                }
            }
        }
    }

    private static Diagnostic WithInstances(
        Diagnostic diagnostic,
        BoundBody body,
        Dictionary<BoundBody, List<Diagnostic>> wrong,
        List<(BoundBody Body, string Block, LayerName? Name, SourceAnchor? Call)> instances)
    {
        var block = instances.FirstOrDefault(instance => ReferenceEquals(instance.Body, body)).Block;
        var total = instances.Count(instance => instance.Block == block);
        var failing = instances.Where(instance => wrong.TryGetValue(instance.Body, out var list)
            && list.Any(other => other.Code == diagnostic.Code && other.Location == diagnostic.Location)).ToList();
        if (failing.Count == 0 || diagnostic.Severity != DiagnosticSeverity.Error)
        {
            return diagnostic;
        }

        var where = failing[0].Name?.Path ?? block;
        var help = total == 1 ? $"Fails in the only instance, {where}." : $"Fails in {failing.Count} of {total} instances, first {where}.";
        var result = new Diagnostic(
            diagnostic.Descriptor, diagnostic.Message, diagnostic.Help.Length == 0 ? help : $"{diagnostic.Help} {help}", diagnostic.Location,
            diagnostic.Related, diagnostic.Fixes, diagnostic.Severity);
        foreach (var instance in failing.Where(instance => instance.Call is not null).DistinctBy(instance => instance.Call!.Statement).Take(3))
        {
            result = result.WithRelated(new SyntaxLocation(instance.Call!.Statement, instance.Call.Span), $"called here as {instance.Name?.Path}");
        }

        return result;
    }

    private static void Collect(AssembledBody body, List<(BoundBody Body, string Block, LayerName? Name, SourceAnchor? Call)> instances)
    {
        foreach (var statement in body.Statements)
        {
            if (statement is null)
            {
                continue;
            }

            for (var p = 0; p < statement.Pieces.Length; p++)
            {
                var part = statement.Pieces[p];
                if (statement.Statement.Pieces[p] is InstancePiece instance)
                {
                    instances.Add((instance.Body, instance.Block, part.Name, part.Anchor));
                }

                foreach (var inner in part.Bodies ?? [])
                {
                    Collect(inner, instances);
                }
            }
        }
    }

    /// <summary>The bodies of instances that a body uses, directly or not, each once, in the order of the text.</summary>
    private static List<BoundBody> Reachable(BoundBody body)
    {
        var found = new List<BoundBody>();
        var seen = new HashSet<BoundBody>();
        Visit(body);
        return found;

        void Visit(BoundBody from)
        {
            foreach (var s in from.Notable)
            {
                // Instances inside repeats and branches are noted with the statement that holds them.
                foreach (var instance in from.Statements[s].Instances)
                {
                    if (seen.Add(instance.Body))
                    {
                        found.Add(instance.Body);
                        Visit(instance.Body);
                    }
                }
            }
        }
    }

    /// <summary>The statements that hold more than operations, those of inner bodies among them.</summary>
    private static IEnumerable<BoundStatement> Statements(BoundBody body)
    {
        foreach (var s in body.Notable)
        {
            var statement = body.Statements[s];
            yield return statement;
            foreach (var piece in statement.Pieces)
            {
                IEnumerable<BoundBody> inner = piece switch
                {
                    RepeatPiece repeat => repeat.Iterations.Distinct(),
                    BranchPiece branch => [branch.Body],
                    _ => [],
                };
                foreach (var nested in inner.SelectMany(Statements))
                {
                    yield return nested;
                }
            }
        }
    }
}
