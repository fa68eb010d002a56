namespace NNLang.Semantics.Binding;

/// <summary>
/// Finds the statements of an older body again: unchanged ones at the beginning and the end by position, those between by identity.
/// O(n) reference comparisons, O(changed) else.
/// </summary>
internal sealed class StatementAlignment
{
    private readonly int _prefix;
    private readonly int _suffix;
    private readonly int _oldLength;
    private readonly int _newLength;
    private readonly Dictionary<GreenNode, int>? _middle;

    public StatementAlignment(BoundStatement[] old, ReadOnlySpan<GreenNode> statements)
    {
        _oldLength = old.Length;
        _newLength = statements.Length;
        var shorter = Math.Min(_oldLength, _newLength);
        while (_prefix < shorter && ReferenceEquals(old[_prefix].Syntax, statements[_prefix]))
        {
            _prefix++;
        }

        while (_suffix < shorter - _prefix
            && ReferenceEquals(old[_oldLength - 1 - _suffix].Syntax, statements[_newLength - 1 - _suffix]))
        {
            _suffix++;
        }

        var end = _oldLength - _suffix;
        if (_prefix < end && _prefix < _newLength - _suffix)
        {
            _middle = new Dictionary<GreenNode, int>(end - _prefix, ReferenceEqualityComparer.Instance);
            for (var i = _prefix; i < end; i++)
            {
                _middle.TryAdd(old[i].Syntax, i);
            }
        }
    }

    /// <summary>The old index of a statement, or -1.</summary>
    public int Find(int index, GreenNode statement) =>
        index < _prefix ? index
        : index >= _newLength - _suffix ? index - _newLength + _oldLength
        : _middle is not null && _middle.TryGetValue(statement, out var old) ? old
        : -1;

    /// <summary>
    /// The old statement that most likely became a changed one: the one at its place, counted from the beginning of what changed; or -1.
    /// Only a guess where to look for reusable parts.
    /// </summary>
    public int Guess(int index)
    {
        var changed = _oldLength - _suffix - _prefix;
        var offset = index - _prefix;
        return offset >= 0 && offset < changed ? _prefix + offset : -1;
    }
}
