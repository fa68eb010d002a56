using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Queries;

/// <summary>A body in one instance: that of a network, of a block with given arguments, an iteration, a branch. Immutable, thread-safe.</summary>
public sealed class BodyBinding
{
    private readonly BoundBody _body;

    internal BodyBinding(BoundBody body, ImmutableArray<KeyValuePair<string, Value>> arguments = default)
    {
        _body = body;
        Arguments = arguments.IsDefault ? [] : arguments;
    }

    /// <summary>The body's node.</summary>
    public GreenNode Syntax => _body.Syntax;

    /// <summary>Parameters and dimensions with their values; empty for iterations and branches.</summary>
    public ImmutableArray<KeyValuePair<string, Value>> Arguments { get; }

    /// <summary>Number of statements.</summary>
    public int Count => _body.Statements.Length;

    /// <summary>A statement, in text order.</summary>
    public StatementBinding this[int index] => new(_body.Statements[index]);

    /// <summary>The statement of a node; null if it is not one of this body. O(statements).</summary>
    public StatementBinding? Find(GreenNode statement)
    {
        var index = IndexOf(statement, 0);
        return index < 0 ? null : this[index];
    }

    /// <summary>The index of a statement, looked for from a place on; -1 if it is not there.</summary>
    public int IndexOf(GreenNode statement, int from)
    {
        for (var i = from; i < _body.Nodes.Length; i++)
        {
            if (ReferenceEquals(_body.Nodes[i], statement))
            {
                return i;
            }
        }

        return -1;
    }
}
