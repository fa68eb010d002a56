using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>
/// Binds the statements of a body in order, each only if its node, what it reads, or the facts before it changed since the binding
/// before. One walk; O(1) a statement that is found again. Not thread-safe.
/// </summary>
internal sealed class BodyBinder
{
    private readonly BodySite _site;
    private readonly BindingSession _session;
    private readonly BodyScope _scope;
    private readonly List<UnreadName> _unread = [];

    private BodyBinder(BodySite site, int capacity)
    {
        _site = site;
        _session = site.Session;
        _scope = new BodyScope(site.Outer, capacity);
    }

    /// <summary>Binds a block with given arguments.</summary>
    public static BoundBody BindBlock(BindingSession session, BlockSymbol block, InstanceKey key, BoundBody? previous)
    {
        var scope = new ParameterScope(session.File, block, key.Arguments);
        return Bind(new BodySite(session, scope, BodyKind.Block, key.Inherited, block), block.Body, key.Facts, previous);
    }

    /// <summary>Binds a body.</summary>
    /// <param name="site">Where it stands.</param>
    /// <param name="body">Its node.</param>
    /// <param name="facts">The facts before it.</param>
    /// <param name="previous">The body of the snapshot before, or null.</param>
    public static BoundBody Bind(BodySite site, GreenNode body, DimensionFacts facts, BoundBody? previous)
    {
        if (previous is not null && !previous.Inherited.Equals(site.Inherited))
        {
            previous = null;
        }

        var nodes = previous is not null && ReferenceEquals(previous.Syntax, body) ? previous.Nodes : StatementsOf(body, previous);
        return previous is not null && BodyPatch.TryBind(site, body, nodes, facts, previous) is { } patched
            ? patched
            : new BodyBinder(site, previous?.Statements.Length ?? 0).Bind(body, nodes, facts, previous);
    }

    /// <summary>What is wrong with the <c>return</c>s of a network or a block: none, several, or one that is not last.</summary>
    public static ImmutableArray<Diagnostic> ReturnProblems(GreenNode body, GreenNode[] nodes, BoundStatement[] statements)
    {
        List<Diagnostic>? problems = null;
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
                (problems ??= []).Add(Codes.Return.At(
                    SyntaxLocation.Of(((ReturnSyntax)view).Keyword),
                    returns > 1 ? "A body has one 'return' only." : "'return' is not the last statement of the body.",
                    returns > 1 ? "Return all results at once: 'return a: e, b: f'." : "Move it to the end."));
            }
        }

        if (returns == 0)
        {
            var view = (BodySyntax)SyntaxNode.Detached(body);
            var place = view.CloseBrace.IsMissing ? SyntaxLocation.Of(view) : SyntaxLocation.Of(view.CloseBrace);
            return [Codes.Return.At(place, "The body ends without 'return'.", "Write 'return' and what it gives, as its last statement.")];
        }

        return problems is null ? [] : [.. problems];
    }

    private BoundBody Bind(GreenNode body, GreenNode[] nodes, DimensionFacts facts, BoundBody? previous)
    {
        var before = facts;
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
                statement = new StatementBinder(_site, _scope, facts, nodes[s], old).Bind(links);
                _session.BoundStatements++;
            }

            statements[s] = statement;
            Declare(statement, s, outputBase);
            facts = statement.FactsAfter;
            if (statement.IsReturn)
            {
                returnIndex = returnIndex < 0 ? s : returnIndex;
            }
        }

        linkBase[nodes.Length] = links.Count;
        var isOwn = _site.Kind is BodyKind.Network or BodyKind.Block;
        ImmutableArray<Diagnostic> returns = [];
        if (isOwn)
        {
            returns = ReturnProblems(body, nodes, statements);
            _scope.CollectUnread(_unread);
        }

        if (previous is not null && reused == nodes.Length && previous.Statements.Length == nodes.Length && alignment is null
            && previous.Captures.Length == _scope.Captures.Count && SameUnread(previous.Unread) && returns.IsEmpty && previous.ReturnProblems.IsEmpty && SameCaptures(previous.Captures)
            && CollectionsMarshal.AsSpan(links).SequenceEqual(previous.Links) && previous.Facts.Equals(facts))
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
            Names = isOwn ? []
                : [.. _scope.Bound.Select(entry => new BodyName(entry.Key, entry.Value.Value!, entry.Value.First, entry.Value.Statement))],
            Facts = facts,
            ReturnIndex = returnIndex,
            Unread = [.. _unread],
            ReturnProblems = returns,
            Inherited = _site.Inherited,
            Parameters = _site.Block?.Parameters.Green,
            Earlier = previous is not null && BodyPatch.CanStartFrom(previous, _site, nodes, before) ? BodyPatch.Earlier(previous) : [],
        };
    }

    private static GreenNode[] StatementsOf(GreenNode body, BoundBody? previous)
    {
        var list = ((BodySyntax)SyntaxNode.Detached(body)).Statements;
        if (previous is not null && list.NodesAfter(((BodySyntax)SyntaxNode.Detached(previous.Syntax)).Statements, previous.Nodes) is { } shared)
        {
            return shared;
        }

        var nodes = new List<GreenNode>();
        foreach (var element in list.Greens)
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
        if (!old.FitsAround(_site, _scope, facts))
        {
            return false;
        }

        foreach (var input in old.Inputs)
        {
            if (input.IsGlobal)
            {
                continue;
            }

            ref var entry = ref _scope.Read(input.Name);
            if (!input.IsSame(entry.Value, entry.Kind == NameKind.Hidden))
            {
                return false;
            }

            var leaves = entry.Value?.LeafCount ?? 0;
            for (var i = 0; i < leaves; i++)
            {
                links.Add(entry.Leaf(i));
            }
        }

        if (_site.Kind is BodyKind.Iteration or BodyKind.Branch)
        {
            // A name that is bound again carries out of the body: to ask what it is around the body counts as reading it there.
            foreach (var output in old.Outputs)
            {
                _scope.KindOf(output.Name);
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

    private void Declare(BoundStatement statement, int index, int[] outputBase)
    {
        var leaf = outputBase[index];
        foreach (var output in statement.Outputs)
        {
            if (!statement.IsReturn && output.Name != "_")
            {
                var unread = _scope.Bind(output.Name, output.Value, leaf, index, output.Span, out var span);
                if (unread >= 0 && unread != index && span.Length > 0)
                {
                    _unread.Add(new UnreadName(unread, output.Name, span));
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

    private bool SameUnread(ImmutableArray<UnreadName> old) => old.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(_unread));

    private bool SameCaptures(ImmutableArray<StatementInput> old)
    {
        for (var i = 0; i < old.Length; i++)
        {
            var now = _scope.Captures[i];
            if (old[i].Name != now.Name || !old[i].IsSame(now.Value, now.IsHidden))
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
