using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Queries;

/// <summary>A name that a statement binds, with what is known of it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Span">Where it stands, absolute.</param>
/// <param name="Value">Its value.</param>
public sealed record NameType(string Name, TextSpan Span, Value Value)
{
    /// <summary>The type of a tensor; null for other values, or where it is not known.</summary>
    public TensorType? Type => (Value as TensorValue)?.Type;
}

/// <summary>An instance of a block in a network.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Block">The block.</param>
/// <param name="Call">Where it is called.</param>
public sealed record BlockInstance(string Path, string Block, SourceAnchor Call)
{
    internal BoundBody? Body { get; init; }
}

/// <summary>What the editor asks about types, instances and layers. Pure functions of a snapshot; thread-safe.</summary>
public static class TypeQueries
{
    /// <summary>
    /// The names bound in a span of the text with their types: of networks under the values of dimensions, of blocks over their own
    /// dimensions, or as in <paramref name="instance"/> where its block is meant. Linear in the statements of the span's declarations.
    /// </summary>
    public static ImmutableArray<NameType> NamesIn(Compilation compilation, TextSpan span, BlockInstance? instance = null)
    {
        var names = ImmutableArray.CreateBuilder<NameType>();
        foreach (var (statement, position, binding) in StatementsIn(compilation, span, instance))
        {
            foreach (var output in statement.Outputs)
            {
                if (output.Span.Length > 0)
                {
                    names.Add(new NameType(output.Name, output.Span.Moved(position), Bind(output.Value, binding)));
                }
            }
        }

        return names.ToImmutable();
    }

    /// <summary>The value of the smallest expression at a position that has one: a name, a call, a stage, an index; null if there is none.</summary>
    public static NameType? ValueAt(Compilation compilation, int position, BlockInstance? instance = null)
    {
        NameType? best = null;
        foreach (var (statement, start, binding) in StatementsIn(compilation, new TextSpan(position, 0), instance))
        {
            foreach (var fact in statement.Expressions)
            {
                var span = fact.Span.Moved(start);
                if (position >= span.Start && position <= span.End && (best is null || span.Length < best.Span.Length))
                {
                    best = new NameType(string.Empty, span, Bind(fact.Value, binding));
                }
            }

            foreach (var output in statement.Outputs)
            {
                var span = output.Span.Moved(start);
                if (span.Length > 0 && position >= span.Start && position <= span.End)
                {
                    return new NameType(output.Name, span, Bind(output.Value, binding));
                }
            }
        }

        return best;
    }

    /// <summary>The instances of a block in a network, in program order.</summary>
    public static ImmutableArray<BlockInstance> Instances(Compilation compilation, string network, string block)
    {
        var found = ImmutableArray.CreateBuilder<BlockInstance>();
        if (compilation.State.FindNetwork(network)?.Assembled is { } assembled)
        {
            Collect(assembled, block, found);
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// The layers of a network that stand at a position: those of the operation there, or else of the whole statement; in program order.
    /// For a call of a block all layers inside.
    /// </summary>
    public static ImmutableArray<int> LayersAt(Compilation compilation, string network, int position)
    {
        if (compilation.GetNetwork(network) is not { } graph || StatementAt(compilation, position) is not { } statement)
        {
            return [];
        }

        var offset = position - statement.Position;
        var all = ImmutableArray.CreateBuilder<int>();
        var here = new List<(int Layer, int Length)>();
        for (var i = 0; i < graph.Layers.Length; i++)
        {
            for (var anchor = graph.Layers[i].Anchor; anchor is not null; anchor = anchor.Call)
            {
                if (ReferenceEquals(anchor.Statement, statement.Green))
                {
                    all.Add(i);
                    if (offset >= anchor.Span.Start && offset <= anchor.Span.End)
                    {
                        here.Add((i, anchor.Span.Length));
                    }

                    break;
                }
            }
        }

        if (here.Count == 0)
        {
            return all.ToImmutable();
        }

        var least = here.Min(entry => entry.Length);
        return [.. here.Where(entry => entry.Length == least).Select(entry => entry.Layer)];
    }

    /// <summary>Where a layer stands in the text, absolute; null if the anchor is of another snapshot.</summary>
    public static TextSpan? Resolve(Compilation compilation, SourceAnchor anchor) =>
        compilation.Tree.PositionOf(anchor.Statement) is { } position ? anchor.Span.Moved(position) : null;

    /// <summary>The innermost statement at a position.</summary>
    internal static StatementSyntax? StatementAt(Compilation compilation, int position)
    {
        var root = compilation.Tree.Root;
        for (SyntaxNode? node = root.FindToken(position).Parent; node is not null; node = node.Parent)
        {
            if (node is StatementSyntax statement)
            {
                return statement;
            }
        }

        return null;
    }

    private static void Collect(AssembledBody body, string block, ImmutableArray<BlockInstance>.Builder found)
    {
        foreach (var statement in body.Statements)
        {
            foreach (var part in statement?.Pieces ?? [])
            {
                if (part is { Piece: InstancePiece instance, Name: { } name, Anchor: { } anchor } && instance.Block == block)
                {
                    found.Add(new BlockInstance(name.Path, block, anchor) { Body = instance.Body });
                }

                foreach (var inner in part.Bodies ?? [])
                {
                    Collect(inner, block, found);
                }
            }
        }
    }

    private static IEnumerable<(BoundStatement Statement, int Position, IReadOnlyDictionary<string, long> Binding)> StatementsIn(
        Compilation compilation, TextSpan span, BlockInstance? instance)
    {
        foreach (var member in compilation.Tree.Root.Members)
        {
            if (member is not CallableDeclarationSyntax declaration || !member.FullSpan.Touches(span))
            {
                continue;
            }

            var name = declaration.Name.ValueText;
            var network = declaration is NetworkDeclarationSyntax ? compilation.State.FindNetwork(name) : null;
            var body = network?.Body ?? (instance?.Block == name ? instance.Body : null) ?? compilation.State.FindBlock(name)?.Body;
            if (body is null)
            {
                continue;
            }

            IReadOnlyDictionary<string, long> binding = network?.Header.Binding ?? ImmutableSortedDictionary<string, long>.Empty;
            var index = new Dictionary<GreenNode, BoundStatement>(ReferenceEqualityComparer.Instance);
            AddAll(body, index);
            foreach (var (node, position) in NodesIn(declaration.Body, span))
            {
                if (index.TryGetValue(node, out var statement))
                {
                    yield return (statement, position, binding);
                }
            }
        }
    }

    private static IEnumerable<(GreenNode Node, int Position)> NodesIn(BodySyntax body, TextSpan span)
    {
        foreach (var statement in body.Statements)
        {
            if (!statement.FullSpan.Touches(span))
            {
                continue;
            }

            yield return (statement.Green, statement.Position);
            IEnumerable<BodySyntax> inner = statement switch
            {
                RepeatSyntax repeat => [repeat.Body],
                IfSyntax choosing => choosing.Clauses.Select(clause => clause.Body),
                _ => [],
            };
            foreach (var nested in inner.SelectMany(b => NodesIn(b, span)))
            {
                yield return nested;
            }
        }
    }

    private static void AddAll(BoundBody body, Dictionary<GreenNode, BoundStatement> index)
    {
        foreach (var statement in body.Statements)
        {
            index.TryAdd(statement.Syntax, statement);
            foreach (var piece in statement.Pieces)
            {
                switch (piece)
                {
                    case RepeatPiece { Iterations: [var first, ..] }:
                        AddAll(first, index);
                        break;
                    case BranchPiece branch:
                        AddAll(branch.Body, index);
                        break;
                }
            }

            foreach (var other in statement.OtherBodies)
            {
                AddAll(other, index);
            }
        }
    }

    private static Value Bind(Value value, IReadOnlyDictionary<string, long> binding) =>
        binding.Count == 0 ? value : value switch
        {
            TensorValue { Type: { } type } tensor => new TensorValue(type.Bind(binding), TensorReference.None, tensor.Constant, tensor.IsWeight),
            IntValue number => new IntValue(number.Number.Bind(binding)),
            ListValue list => new ListValue([.. list.Values.Select(item => Bind(item, binding))]),
            BundleValue bundle => new BundleValue(bundle.Names, [.. bundle.Values.Select(item => Bind(item, binding))]),
            _ => value,
        };
}
