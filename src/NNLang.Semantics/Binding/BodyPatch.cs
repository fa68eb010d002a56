using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NNLang.Operators.Shapes;

namespace NNLang.Semantics.Binding;

/// <summary>
/// Binds an edited body by looking only at the statements that the edit replaced and at those that see another value because of it: the
/// path of a keystroke. Gives up, and leaves the body to <see cref="BodyBinder"/>, wherever more than that may have changed: statements
/// added or removed, other facts, other captures, a long cascade. What it makes equals what binding the whole body makes.
/// Not thread-safe; lives for one body.
/// </summary>
internal sealed class BodyPatch
{
    /// <summary>Statements that are bound again before binding the whole body is thought cheaper.</summary>
    private const int MaximumStatements = 64;

    /// <summary>Earlier bodies that are kept to start from.</summary>
    private const int MaximumEarlier = 3;

    private readonly BodySite _site;
    private readonly BoundBody _previous;
    private readonly GreenNode _body;
    private readonly GreenNode[] _nodes;
    private readonly BoundStatement[] _statements;
    private readonly PatchScope _scope;
    private readonly List<int> _changed = [];
    private readonly List<int> _read = [];
    private readonly List<(int Statement, int[] Links)> _links = [];
    private readonly HashSet<string> _affected = new(StringComparer.Ordinal);
    private readonly int _first;
    private readonly int _end;
    private int _bound;

    private BodyPatch(BodySite site, GreenNode body, GreenNode[] nodes, BoundBody previous)
    {
        _site = site;
        _previous = previous;
        _body = body;
        _nodes = nodes;
        _statements = [.. previous.Statements];
        _scope = new PatchScope(site.Outer, previous, _statements);
        while (_first < nodes.Length && ReferenceEquals(nodes[_first], previous.Nodes[_first]))
        {
            _first++;
        }

        _end = nodes.Length;
        while (_end > _first && ReferenceEquals(nodes[_end - 1], previous.Nodes[_end - 1]))
        {
            _end--;
        }
    }

    /// <summary>The body bound again; null where the whole body has to be.</summary>
    /// <param name="site">Where the body stands.</param>
    /// <param name="body">The body's node.</param>
    /// <param name="nodes">Its statements.</param>
    /// <param name="facts">The facts before it.</param>
    /// <param name="previous">The body as it was bound before the edit.</param>
    public static BoundBody? TryBind(BodySite site, GreenNode body, GreenNode[] nodes, DimensionFacts facts, BoundBody previous)
    {
        if (!CanStartFrom(previous, site, nodes, facts))
        {
            return null;
        }

        var earlier = Earlier(previous);
        var patch = new BodyPatch(site, body, nodes, previous);
        if (!patch.BindReplaced())
        {
            return null;
        }

        if (patch._scope.HasChanges)
        {
            // Before a cascade: in an earlier snapshot what reads the results may be bound to what they are now.
            foreach (var start in previous.Earlier)
            {
                if (start.Nodes.Length == nodes.Length && new BodyPatch(site, body, nodes, start) is var other
                    && other.BindReplaced() && !other._scope.HasChanges && other.FindInstances() && other.HasNoStaleMessage())
                {
                    return other.Result(earlier);
                }
            }
        }

        return patch.BindReaders() && patch.HasNoStaleMessage() && patch.FindInstances() ? patch.Result(earlier) : null;
    }

    /// <summary>Whether a body may be bound by looking at what differs from an earlier one.</summary>
    public static bool CanStartFrom(BoundBody previous, BodySite site, GreenNode[] nodes, DimensionFacts facts) =>
        site.Kind is BodyKind.Network or BodyKind.Block && nodes.Length == previous.Nodes.Length && nodes.Length > 0
        && site.Session.HasSameSurroundings && previous.Statements[0].FactsBefore.Equals(facts)
        && (previous.ReturnIndex < 0 || previous.ReturnProblems.IsEmpty) && SeesSame(site, previous);

    /// <summary>The bodies that may be started from after one.</summary>
    public static ImmutableArray<BoundBody> Earlier(BoundBody previous)
    {
        var count = Math.Min(previous.Earlier.Length, MaximumEarlier - 1);
        var earlier = ImmutableArray.CreateBuilder<BoundBody>(count + 1);
        earlier.Add(previous.Forgetting());
        earlier.AddRange(previous.Earlier.AsSpan(0, count));
        return earlier.MoveToImmutable();
    }

    private static bool SeesSame(BodySite site, BoundBody previous)
    {
        if (!ReferenceEquals(previous.Parameters, site.Block?.Parameters.Green)
            || (previous.ReturnIndex >= 0 && !ReferenceEquals(previous.Statements[previous.ReturnIndex].Results, site.Block?.Results?.Green)))
        {
            return false;
        }

        foreach (var capture in previous.Captures)
        {
            var found = site.Outer.Find(capture.Name);
            if (!capture.IsSame(found.Value, found.Kind == NameKind.Hidden))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Binds the statements that were replaced, and what stands between them.</summary>
    private bool BindReplaced() => _end - _first <= MaximumStatements && Bind(_first, _end);

    /// <summary>Binds the statements behind that see another value, until none does.</summary>
    private bool BindReaders() => Bind(_end, _nodes.Length);

    private bool Bind(int from, int to)
    {
        for (var s = from; s < to && (s < _end || _scope.HasChanges); s++)
        {
            var old = _previous.Statements[s];
            var now = old;
            if (!ReferenceEquals(_nodes[s], old.Syntax) || _scope.ReadsChange(old))
            {
                _scope.MoveTo(s, old);
                if (Rebind(s, old) is not { } rebound)
                {
                    return false;
                }

                now = rebound;
                _statements[s] = now;
            }

            if (_scope.HasChanges || !ReferenceEquals(now, old))
            {
                _scope.Pass(old, now);
            }

            if (_scope.IsExhausted || _scope.HasNewCapture)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every message that depends on all names in scope still holds: only the whole body binds those again.</summary>
    private bool HasNoStaleMessage()
    {
        foreach (var s in _affected.Count == 0 ? [] : _previous.Notable)
        {
            if (ReferenceEquals(_statements[s], _previous.Statements[s]) && _statements[s].IsVolatile)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The statement bound to what it reads now: as before, or anew; null where that is not enough.</summary>
    private BoundStatement? Rebind(int s, BoundStatement old)
    {
        if (ReferenceEquals(_nodes[s], old.Syntax) && FindLinks(old))
        {
            NoteLinks(s);
            return old;
        }

        if (++_bound > MaximumStatements)
        {
            return null;
        }

        _read.Clear();
        var now = new StatementBinder(_site, _scope, old.FactsBefore, _nodes[s], old).Bind(_read);
        return Replaces(s, old, now) ? now : null;
    }

    /// <summary>Finds the tensors that a statement reads; false if a name stands for something else than when it was bound.</summary>
    private bool FindLinks(BoundStatement statement)
    {
        _read.Clear();
        foreach (var input in statement.Inputs)
        {
            if (input.IsGlobal)
            {
                continue;
            }

            var entry = _scope.Find(input.Name);
            if (!input.IsSame(entry.Value, entry.Kind == NameKind.Hidden))
            {
                return false;
            }

            for (var i = 0; i < (entry.Value?.LeafCount ?? 0); i++)
            {
                _read.Add(entry.Leaf(i));
            }
        }

        return true;
    }

    /// <summary>Puts a statement into the place of another; false where more than what reads its results would have to be looked at.</summary>
    private bool Replaces(int s, BoundStatement old, BoundStatement now)
    {
        if (now.IsReturn != old.IsReturn || !now.Hidden.IsEmpty || !old.Hidden.IsEmpty || !now.FactsAfter.Equals(old.FactsAfter)
            || now.OutputLeaves.Length != old.OutputLeaves.Length || HasDoubleName(now) || !HasSameCaptures(s, old, now))
        {
            return false;
        }

        _changed.Add(s);
        NoteLinks(s);
        NoteDifference(old, now);
        NoteDifference(now, old);
        return true;
    }

    private void NoteLinks(int s)
    {
        if (!CollectionsMarshal.AsSpan(_read).SequenceEqual(LinksBefore(s)))
        {
            _links.Add((s, [.. _read]));
        }
    }

    private ReadOnlySpan<int> LinksBefore(int s) => _previous.Links.AsSpan(_previous.LinkBase[s].._previous.LinkBase[s + 1]);

    private static bool HasDoubleName(BoundStatement statement)
    {
        for (var i = 1; i < statement.Outputs.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (statement.Outputs[i].Name == statement.Outputs[j].Name && !statement.IsReturn)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether two bindings of a statement read the same names from around the body, which numbers captures in order of first use.</summary>
    private bool HasSameCaptures(int s, BoundStatement old, BoundStatement now)
    {
        if (_previous.Captures.IsEmpty)
        {
            return true;
        }

        var before = LinksBefore(s);
        ReadOnlySpan<int> after = CollectionsMarshal.AsSpan(_read);
        var (i, j, oldLink, link) = (0, 0, 0, 0);
        while (true)
        {
            var oldName = NextCaptured(old, before, ref i, ref oldLink);
            if (oldName != NextCaptured(now, after, ref j, ref link))
            {
                return false;
            }

            if (oldName is null)
            {
                return true;
            }
        }
    }

    private string? NextCaptured(BoundStatement statement, ReadOnlySpan<int> links, ref int index, ref int link)
    {
        while (index < statement.Inputs.Length)
        {
            var input = statement.Inputs[index++];
            if (input.IsGlobal)
            {
                continue;
            }

            var leaves = input.Value?.LeafCount ?? 0;
            var isCaptured = leaves == 0 ? IsCaptured(input.Name) : links[link] < 0;
            link += leaves;
            if (isCaptured)
            {
                return input.Name;
            }
        }

        return null;
    }

    private bool IsCaptured(string name)
    {
        foreach (var capture in _previous.Captures)
        {
            if (capture.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes the names that one binding of a statement reads or binds and the other does not.</summary>
    private void NoteDifference(BoundStatement one, BoundStatement other)
    {
        foreach (var input in one.Inputs)
        {
            if (!input.IsGlobal && !Reads(other, input.Name))
            {
                _affected.Add(input.Name);
            }
        }

        foreach (var output in one.Outputs)
        {
            if (!Binds(other, output.Name))
            {
                _affected.Add(output.Name);
            }
        }
    }

    private static bool Reads(BoundStatement statement, string name)
    {
        foreach (var input in statement.Inputs)
        {
            if (!input.IsGlobal && input.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Binds(BoundStatement statement, string name)
    {
        foreach (var output in statement.Outputs)
        {
            if (output.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Asks for the instances of blocks that the body uses; false if one is another than before.</summary>
    private bool FindInstances()
    {
        foreach (var s in _previous.Notable)
        {
            if (!ReferenceEquals(_statements[s], _previous.Statements[s]))
            {
                continue;
            }

            foreach (var instance in _statements[s].Instances)
            {
                if (!ReferenceEquals(_site.Session.Instance(instance.Key), instance.Body))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private BoundBody Result(ImmutableArray<BoundBody> earlier)
    {
        _site.Session.BoundStatements += _bound;
        _site.Session.ReusedStatements += _nodes.Length - _bound;
        var (linkBase, links) = AllLinks();
        return _previous.With(
            _body, _nodes, _statements, linkBase, links, Unread(),
            _previous.ReturnIndex >= 0 ? [] : BodyBinder.ReturnProblems(_body, _nodes, _statements), earlier, CollectionsMarshal.AsSpan(_changed));
    }

    private (int[] LinkBase, int[] Links) AllLinks()
    {
        if (_links.Count == 0)
        {
            return (_previous.LinkBase, _previous.Links);
        }

        var linkBase = new int[_previous.LinkBase.Length];
        var links = new List<int>(_previous.Links.Length + 8);
        var next = 0;
        for (var s = 0; s < _nodes.Length; s++)
        {
            linkBase[s] = links.Count;
            if (next < _links.Count && _links[next].Statement == s)
            {
                links.AddRange(_links[next++].Links);
            }
            else
            {
                links.AddRange(LinksBefore(s));
            }
        }

        linkBase[^1] = links.Count;
        return (linkBase, [.. links]);
    }

    /// <summary>The names never read: those of before, except where the edit has a say.</summary>
    private ImmutableArray<UnreadName> Unread()
    {
        if (_changed.Count == 0)
        {
            return _previous.Unread;
        }

        var unread = ImmutableArray.CreateBuilder<UnreadName>();
        foreach (var name in _previous.Unread)
        {
            if (!_affected.Contains(name.Name) && _changed.BinarySearch(name.Statement) < 0)
            {
                unread.Add(name);
            }
        }

        foreach (var s in _changed)
        {
            foreach (var output in _statements[s].Outputs)
            {
                if (!_affected.Contains(output.Name))
                {
                    AddUnread(s, output, unread);
                }
            }
        }

        if (_affected.Count > 0)
        {
            for (var s = 0; s < _statements.Length; s++)
            {
                foreach (var output in _statements[s].Outputs)
                {
                    if (_affected.Contains(output.Name))
                    {
                        AddUnread(s, output, unread);
                    }
                }
            }
        }

        return unread.ToImmutable();
    }

    private void AddUnread(int s, in BoundName output, ImmutableArray<UnreadName>.Builder unread)
    {
        if (output.Name == "_" || output.Span.Length == 0 || _statements[s].IsReturn)
        {
            return;
        }

        for (var t = s + 1; t < _statements.Length; t++)
        {
            if (Reads(_statements[t], output.Name))
            {
                return;
            }

            if (!_statements[t].IsReturn && Binds(_statements[t], output.Name))
            {
                break;
            }
        }

        unread.Add(new UnreadName(s, output.Name, output.Span));
    }
}
