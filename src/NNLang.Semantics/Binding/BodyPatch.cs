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
        if (site.Kind is BodyKind.Iteration or BodyKind.Branch || nodes.Length != previous.Nodes.Length || nodes.Length == 0
            || !site.Session.HasSameSurroundings || !previous.Statements[0].FactsBefore.Equals(facts)
            || (previous.ReturnIndex >= 0 && !previous.ReturnProblems.IsEmpty) || !SeesSame(site, previous))
        {
            return null;
        }

        var patch = new BodyPatch(site, body, nodes, previous);
        return patch._end - patch._first <= MaximumStatements && patch.BindChanged() && patch.FindInstances() ? patch.Result() : null;
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

    private bool BindChanged()
    {
        for (var s = _first; s < _nodes.Length && (s < _end || _scope.HasChanges); s++)
        {
            var old = _previous.Statements[s];
            if (!ReferenceEquals(_nodes[s], old.Syntax) || _scope.ReadsChange(old))
            {
                _scope.MoveTo(s, old);
                var now = Rebind(s, old);
                if (now is null || _scope.IsExhausted || _scope.HasNewCapture)
                {
                    return false;
                }

                _statements[s] = now;
                _scope.Pass(old, now);
            }
            else if (_scope.HasChanges)
            {
                _scope.Pass(old, old);
            }

            if (_scope.IsExhausted || _scope.HasNewCapture)
            {
                return false;
            }
        }

        // A message that depends on every name in scope is bound again by the whole body.
        return _affected.Count == 0 || !HasVolatile();
    }

    /// <summary>The statement bound to what it reads now: as before, as at some time before, or anew; null where that is not enough.</summary>
    private BoundStatement? Rebind(int s, BoundStatement old)
    {
        if (ReferenceEquals(_nodes[s], old.Syntax))
        {
            if (FindLinks(old))
            {
                NoteLinks(s);
                return old;
            }

            foreach (var variant in old.Variants is { } variants ? variants.Items : [])
            {
                if (!ReferenceEquals(variant, old) && variant.Instances.IsEmpty && FindLinks(variant)
                    && variant.FitsAround(_site, _scope, old.FactsBefore))
                {
                    return Replaces(s, old, variant) ? variant : null;
                }
            }
        }

        return ++_bound <= MaximumStatements && Bind(s, old) is var now && Replaces(s, old, now) ? now : null;
    }

    private BoundStatement Bind(int s, BoundStatement old)
    {
        _read.Clear();
        var now = new StatementBinder(_site, _scope, old.FactsBefore, _nodes[s], old).Bind(_read);
        if (ReferenceEquals(now.Syntax, old.Syntax))
        {
            now.AddTo(old);
        }

        return now;
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

    private bool HasVolatile()
    {
        foreach (var s in _previous.Notable)
        {
            if (ReferenceEquals(_statements[s], _previous.Statements[s]) && _statements[s].IsVolatile)
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

    private BoundBody Result()
    {
        _site.Session.BoundStatements += _bound;
        _site.Session.ReusedStatements += _nodes.Length - _bound;
        var (linkBase, links) = AllLinks();
        return _previous.With(
            _body, _nodes, _statements, linkBase, links, Unread(),
            _previous.ReturnIndex >= 0 ? [] : BodyBinder.ReturnProblems(_body, _nodes, _statements), CollectionsMarshal.AsSpan(_changed));
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
