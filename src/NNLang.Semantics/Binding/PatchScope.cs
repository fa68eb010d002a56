namespace NNLang.Semantics.Binding;

/// <summary>
/// The names of a body that is bound before, seen from one of its statements: what that statement read before it finds at once, what the
/// edit changed is noted here, everything else is looked up backwards in the text. Not thread-safe.
/// </summary>
internal sealed class PatchScope : BodyScope
{
    private readonly BoundBody _previous;
    private readonly BoundStatement[] _statements;
    private readonly Dictionary<string, Entry> _changed = new(StringComparer.Ordinal);
    private int _budget;
    private int _at;
    private BoundStatement? _old;

    /// <summary>Begins before the first statement.</summary>
    /// <param name="outer">What is around the body.</param>
    /// <param name="previous">The body as it was bound before.</param>
    /// <param name="statements">Its statements; those that are bound again are replaced here.</param>
    public PatchScope(IOuterScope outer, BoundBody previous, BoundStatement[] statements)
        : base(outer)
    {
        _previous = previous;
        _statements = statements;
        _budget = (4 * statements.Length) + 1024;
    }

    /// <summary>Whether names have been looked up so often that binding the whole body is cheaper.</summary>
    public bool IsExhausted => _budget < 0;

    /// <summary>Whether a name was read from around the body that the body did not read before, so that captures are numbered anew.</summary>
    public bool HasNewCapture { get; private set; }

    /// <summary>Whether any name stands for something else than before at the place reached.</summary>
    public bool HasChanges => _changed.Count > 0;

    /// <inheritdoc/>
    public override IEnumerable<string> Names
    {
        get
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            for (var s = 0; s < _at; s++)
            {
                foreach (var output in _statements[s].Outputs)
                {
                    names.Add(output.Name);
                }
            }

            return names.Concat(Outer.Names);
        }
    }

    /// <summary>Goes to a statement, as it was bound before.</summary>
    public void MoveTo(int statement, BoundStatement old)
    {
        Clear();
        _at = statement;
        _old = old;
    }

    /// <summary>Whether a statement reads a name that changed.</summary>
    public bool ReadsChange(BoundStatement statement)
    {
        foreach (var input in statement.Inputs)
        {
            if (!input.IsGlobal && _changed.ContainsKey(input.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a name stands for at the place reached.</summary>
    public Entry Find(string name) =>
        _changed.TryGetValue(name, out var changed) ? changed : FoundBefore(name) ?? FindInText(name);

    /// <summary>Notes what the names that a statement binds, or bound, stand for behind it.</summary>
    /// <param name="old">The statement before.</param>
    /// <param name="now">The statement now; the same object where it was found again.</param>
    public void Pass(BoundStatement old, BoundStatement now)
    {
        if (ReferenceEquals(old, now))
        {
            foreach (var output in now.Outputs)
            {
                _changed.Remove(output.Name);
            }

            return;
        }

        Clear();
        foreach (var output in old.Outputs)
        {
            if (output.Name != "_" && IndexOf(now, output.Name) < 0)
            {
                // Behind the statement the name is what it is before it.
                _changed[output.Name] = FindInText(output.Name);
            }
        }

        var leaf = _previous.OutputBase[_at];
        for (var i = 0; i < now.Outputs.Length; i++)
        {
            var output = now.Outputs[i];
            if (output.Name != "_")
            {
                var before = IndexOf(old, output.Name);
                if (before >= 0 && LeafOf(old, before) == leaf - _previous.OutputBase[_at] && old.Outputs[before].Value.Equals(output.Value))
                {
                    _changed.Remove(output.Name);
                }
                else
                {
                    _changed[output.Name] = new Entry { Value = output.Value, First = leaf, Statement = _at, Span = output.Span, Kind = NameKind.Bound };
                }
            }

            leaf += output.Value.LeafCount;
        }
    }

    /// <inheritdoc/>
    protected override Entry FindAround(string name) => Find(name);

    /// <inheritdoc/>
    protected override NameKind KindAround(string name) => Find(name).Kind;

    private static int IndexOf(BoundStatement statement, string name)
    {
        for (var i = 0; i < statement.Outputs.Length; i++)
        {
            if (statement.Outputs[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static int LeafOf(BoundStatement statement, int output)
    {
        var leaf = 0;
        for (var i = 0; i < output; i++)
        {
            leaf += statement.Outputs[i].Value.LeafCount;
        }

        return leaf;
    }

    private Entry FindInText(string name)
    {
        if (_changed.TryGetValue(name, out var changed))
        {
            return changed;
        }

        var isHidden = false;
        for (var s = _at - 1; s >= 0; s--)
        {
            _budget--;
            var statement = _statements[s];
            var index = IndexOf(statement, name);
            if (index >= 0 && !statement.IsReturn)
            {
                var output = statement.Outputs[index];
                return new Entry
                {
                    Value = output.Value,
                    First = _previous.OutputBase[s] + LeafOf(statement, index),
                    Statement = s,
                    Span = output.Span,
                    Kind = NameKind.Bound,
                };
            }

            isHidden |= statement.Hidden.Contains(name);
        }

        var found = Outer.Find(name);
        if (isHidden && found.Kind is NameKind.Missing or NameKind.Constant)
        {
            return new Entry { Kind = NameKind.Hidden, Statement = -1 };
        }

        return Captured(name, found);
    }

    /// <summary>What the statement read under the name before, where its tensors say who makes it.</summary>
    private Entry? FoundBefore(string name)
    {
        if (_old is null)
        {
            return null;
        }

        var link = _previous.LinkBase[_at];
        foreach (var input in _old.Inputs)
        {
            if (input.IsGlobal)
            {
                continue;
            }

            var leaves = input.Value?.LeafCount ?? 0;
            if (input.Name == name)
            {
                if (leaves == 0)
                {
                    return null;
                }

                var first = _previous.Links[link];
                return first < 0
                    ? Captured(name, Outer.Find(name))
                    : new Entry { Value = input.Value, First = first, Statement = -1, Kind = NameKind.Bound };
            }

            link += leaves;
        }

        return null;
    }

    private Entry Captured(string name, OuterName found)
    {
        var entry = new Entry { Value = found.Value, Kind = found.Kind, Statement = -1 };
        if (found.Kind is NameKind.Constant or NameKind.Missing)
        {
            return entry;
        }

        var leaf = 0;
        foreach (var capture in _previous.Captures)
        {
            if (capture.Name == name)
            {
                entry.First = ~leaf;
                return entry;
            }

            leaf += capture.Value?.LeafCount ?? 0;
        }

        HasNewCapture = true;
        return entry;
    }
}
