using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>What kind of body it is.</summary>
internal enum BodyKind : byte
{
    Network,
    Block,
    Iteration,
    Branch,
}

/// <summary>
/// Binds the statements of a body in order, each only if its node, what it reads, or the facts before it changed since the binding
/// before. One walk; O(1) a statement that is found again. Not thread-safe.
/// </summary>
internal sealed class BodyBinder
{
    private readonly BindingSession _session;
    private readonly BodyScope _scope;
    private readonly BodyKind _kind;
    private readonly OperationAnnotations _inherited;
    private readonly BlockSymbol? _block;
    private readonly List<Diagnostic> _diagnostics = [];

    private BodyBinder(BindingSession session, IOuterScope outer, BodyKind kind, OperationAnnotations inherited, BlockSymbol? block, int capacity)
    {
        _session = session;
        _scope = new BodyScope(outer, capacity);
        _kind = kind;
        _inherited = inherited;
        _block = block;
    }

    /// <summary>Binds a block with given arguments.</summary>
    public static BoundBody BindBlock(BindingSession session, BlockSymbol block, InstanceKey key, BoundBody? previous)
    {
        var scope = new ParameterScope(session.File, block, key.Arguments);
        return Bind(session, block.Body, scope, BodyKind.Block, key.Inherited, block, key.Facts, previous);
    }

    /// <summary>Binds a body.</summary>
    public static BoundBody Bind(
        BindingSession session,
        GreenNode body,
        IOuterScope outer,
        BodyKind kind,
        OperationAnnotations inherited,
        BlockSymbol? block,
        DimensionFacts facts,
        BoundBody? previous) =>
        new BodyBinder(session, outer, kind, inherited, block, previous?.Statements.Length ?? 0).Bind(body, facts, previous);

    private BoundBody Bind(GreenNode body, DimensionFacts facts, BoundBody? previous)
    {
        var nodes = previous is not null && ReferenceEquals(previous.Syntax, body) ? previous.Nodes : StatementsOf(body, previous?.Nodes.Length + 4 ?? 4);
        var statements = new BoundStatement[nodes.Length];
        var outputBase = new int[nodes.Length + 1];
        var linkBase = new int[nodes.Length + 1];
        var links = new List<int>(previous?.Links.Length ?? nodes.Length * 2);
        var alignment = previous is null || ReferenceEquals(previous.Nodes, nodes) ? null : new StatementAlignment(previous.Statements, nodes);
        var reused = 0;
        var returnIndex = -1;
        for (var s = 0; s < nodes.Length; s++)
        {
            var oldIndex = previous is null ? -1 : alignment is null ? s : alignment.Find(s, nodes[s]);
            var old = oldIndex < 0 ? null : previous!.Statements[oldIndex];
            linkBase[s] = links.Count;
            BoundStatement statement;
            if (old is not null && CanReuse(old, facts, links))
            {
                statement = old;
                _session.ReusedStatements++;
                reused++;
            }
            else
            {
                links.RemoveRange(linkBase[s], links.Count - linkBase[s]);
                old ??= alignment is not null && alignment.Guess(s) is >= 0 and var guess ? previous!.Statements[guess] : null;
                statement = new StatementBinder(_session, _scope, _kind, _inherited, _block, facts, nodes[s], old, _diagnostics).Bind(links);
                _session.BoundStatements++;
            }

            statements[s] = statement;
            Declare(statement, s, outputBase, statements);
            facts = statement.FactsAfter;
            if (statement.IsReturn)
            {
                returnIndex = returnIndex < 0 ? s : returnIndex;
            }
        }

        linkBase[nodes.Length] = links.Count;
        CheckReturn(body, nodes, statements);
        CheckUnread(statements);
        if (previous is not null && reused == nodes.Length && previous.Statements.Length == nodes.Length && alignment is null
            && previous.Captures.Length == _scope.Captures.Count && SameDiagnostics(previous.Diagnostics) && SameCaptures(previous.Captures)
            && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(links).SequenceEqual(previous.Links) && previous.Facts.Equals(facts))
        {
            return previous;
        }

        return new BoundBody
        {
            Syntax = body,
            Nodes = nodes,
            Statements = statements,
            OutputBase = outputBase,
            LinkBase = linkBase,
            Links = [.. links],
            Captures = [.. _scope.Captures],
            Names = _kind is BodyKind.Iteration or BodyKind.Branch
                ? [.. _scope.Bound.Select(entry => new BodyName(entry.Key, entry.Value.Value!, entry.Value.First, entry.Value.Statement))]
                : [],
            Facts = facts,
            ReturnIndex = returnIndex,
            Diagnostics = [.. _diagnostics],
        };
    }

    private static GreenNode[] StatementsOf(GreenNode body, int capacity)
    {
        var nodes = new List<GreenNode>(capacity);
        foreach (var element in ((BodySyntax)SyntaxNode.Detached(body)).Statements.Greens)
        {
            if (!element.Node.IsToken && element.Node.Kind != SyntaxKind.SkippedTokens)
            {
                nodes.Add(element.Node);
            }
        }

        return [.. nodes];
    }

    private bool CanReuse(BoundStatement old, DimensionFacts facts, List<int> links)
    {
        if (old.IsVolatile)
        {
            return false;
        }

        if (!ReferenceEquals(old.FactsBefore, facts) && !old.FactsBefore.Equals(facts))
        {
            return false;
        }

        if (old.IsReturn && !ReferenceEquals(old.Results, _block?.Results?.Green))
        {
            return false;
        }

        foreach (var callable in old.Callables)
        {
            var now = FindCallable(callable.Name);
            if (now is null ? callable.Callable is not null : !now.Equals(callable.Callable))
            {
                return false;
            }
        }

        foreach (var input in old.Inputs)
        {
            if (input.IsGlobal)
            {
                var constant = _session.File.FindConstant(input.Name);
                if (constant is null ? input.Value is not null : !constant.Equals(input.Value))
                {
                    return false;
                }

                continue;
            }

            ref var entry = ref _scope.Read(input.Name);
            if (!ReferenceEquals(entry.Value, input.Value) && (entry.Value is null || !entry.Value.Equals(input.Value)))
            {
                return false;
            }

            var leaves = entry.Value?.LeafCount ?? 0;
            for (var i = 0; i < leaves; i++)
            {
                links.Add(entry.Leaf(i));
            }
        }

        foreach (var instance in old.Instances)
        {
            if (!ReferenceEquals(_session.Instance(instance.Key), instance.Body))
            {
                return false;
            }
        }

        return true;
    }

    private Callable? FindCallable(string name)
    {
        if (_block?.Find(name) is { Kind: ParameterKind.Stage, IsList: false })
        {
            return StatementBinder.StageOf(name, _scope.Read(name).Value);
        }

        return _session.File.FindCallable(name);
    }

    private void Declare(BoundStatement statement, int index, int[] outputBase, BoundStatement[] statements)
    {
        var leaf = outputBase[index];
        foreach (var output in statement.Outputs)
        {
            if (!statement.IsReturn && output.Name != "_")
            {
                var unread = _scope.Bind(output.Name, output.Value, leaf, index, output.Span, out var span);
                if (unread >= 0 && unread != index)
                {
                    NeverRead(statements[unread], output.Name, span);
                }
            }

            leaf += output.Value.LeafCount;
        }

        foreach (var hidden in statement.Hidden)
        {
            _scope.Hide(hidden);
        }

        outputBase[index + 1] = leaf;
    }

    private void NeverRead(BoundStatement statement, string name, TextSpan span)
    {
        if (span.Length > 0)
        {
            _diagnostics.Add(Codes.NeverRead.At(new SyntaxLocation(statement.Syntax, span), name));
        }
    }

    private void CheckUnread(BoundStatement[] statements)
    {
        if (_kind is BodyKind.Iteration or BodyKind.Branch)
        {
            return;
        }

        var unread = new List<(string Name, int Statement, TextSpan Span)>();
        _scope.CollectUnread(unread);
        foreach (var (name, statement, span) in unread)
        {
            NeverRead(statements[statement], name, span);
        }
    }

    private void CheckReturn(GreenNode body, GreenNode[] nodes, BoundStatement[] statements)
    {
        if (_kind is BodyKind.Iteration or BodyKind.Branch)
        {
            return;
        }

        var returns = 0;
        for (var i = 0; i < statements.Length; i++)
        {
            if (!statements[i].IsReturn)
            {
                continue;
            }

            if (++returns > 1 || i + 1 < statements.Length)
            {
                var view = SyntaxNode.Detached(nodes[i]);
                _diagnostics.Add(Codes.Return.At(
                    SyntaxLocation.Of(((ReturnSyntax)view).Keyword),
                    returns > 1 ? "A body has one 'return' only." : "'return' is not the last statement of the body.",
                    returns > 1 ? "Return all results at once: 'return a: e, b: f'." : "Move it to the end."));
            }
        }

        if (returns == 0)
        {
            var view = (BodySyntax)SyntaxNode.Detached(body);
            var place = view.CloseBrace.IsMissing ? SyntaxLocation.Of(view) : SyntaxLocation.Of(view.CloseBrace);
            _diagnostics.Add(Codes.Return.At(place, "The body ends without 'return'.", "Write 'return' and what it gives, as its last statement."));
        }
    }

    private bool SameDiagnostics(ImmutableArray<Diagnostic> old)
    {
        if (old.Length != _diagnostics.Count)
        {
            return false;
        }

        for (var i = 0; i < old.Length; i++)
        {
            if (old[i].Code != _diagnostics[i].Code || old[i].Message != _diagnostics[i].Message || old[i].Location != _diagnostics[i].Location)
            {
                return false;
            }
        }

        return true;
    }

    private bool SameCaptures(ImmutableArray<StatementInput> old)
    {
        for (var i = 0; i < old.Length; i++)
        {
            var (before, now) = (old[i].Value, _scope.Captures[i].Value);
            if (old[i].Name != _scope.Captures[i].Name || !(before is null ? now is null : before.Equals(now)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The parameters and dimensions of a block or network, behind them the file.</summary>
internal sealed class ParameterScope : IOuterScope
{
    private readonly FileScope _file;
    private readonly BlockSymbol _block;
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);

    public ParameterScope(FileScope file, BlockSymbol block, ImmutableArray<KeyValuePair<string, Value>> arguments)
    {
        _file = file;
        _block = block;
        foreach (var (name, value) in arguments)
        {
            _values.TryAdd(name, value);
        }
    }

    public IEnumerable<string> Names => _values.Keys.Concat(_file.ConstantNames);

    public OuterName Find(string name)
    {
        if (_values.TryGetValue(name, out var value))
        {
            return new OuterName(value, _block.Find(name) is not { } parameter ? NameKind.Dimension
                : parameter.IsTensor ? NameKind.TensorParameter
                : NameKind.Parameter);
        }

        return _file.FindConstant(name) is { } constant ? new OuterName(constant, NameKind.Constant) : new OuterName(null, NameKind.Missing);
    }
}
