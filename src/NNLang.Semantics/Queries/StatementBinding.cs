using NNLang.Operators.Model;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Queries;

/// <summary>
/// What a statement is in one instance of its body: what editors show about it. Spans count from the statement's full start, so that they
/// stay true while other statements are edited. Immutable, thread-safe.
/// </summary>
public sealed class StatementBinding
{
    private readonly BoundStatement _statement;

    internal StatementBinding(BoundStatement statement) => _statement = statement;

    /// <summary>The statement.</summary>
    public GreenNode Syntax => _statement.Syntax;

    /// <summary>The names it binds, in order.</summary>
    public IEnumerable<NameBinding> Names => _statement.Outputs.Select(output => new NameBinding(output.Name, output.Value, output.Span));

    /// <summary>The operations it consists of, in evaluation order; those of blocks and inner bodies not among them.</summary>
    public IEnumerable<OperationBinding> Operations => _statement.Pieces.OfType<OperationPiece>()
        .Select(piece => new OperationBinding(piece.Span, piece.Word, piece.Operation, piece.Inference));

    /// <summary>The blocks it calls.</summary>
    public IEnumerable<BlockCall> Calls => _statement.Pieces.OfType<InstancePiece>()
        .Select(piece => new BlockCall(piece.Span, piece.Block, piece.LayerCount));

    /// <summary>The value of the innermost name, call or index that holds a place; null where nothing is known.</summary>
    /// <param name="position">A place, from the statement's full start.</param>
    public Value? ValueAt(int position)
    {
        Value? found = null;
        var length = int.MaxValue;
        foreach (var fact in _statement.Expressions)
        {
            if (fact.Span.Start <= position && position <= fact.Span.End && fact.Span.Length < length)
            {
                (found, length) = (fact.Value, fact.Span.Length);
            }
        }

        return found;
    }

    /// <summary>The instances of a body inside the statement: iterations of a <c>repeat</c>, a branch of an <c>if</c>.</summary>
    public IEnumerable<BodyBinding> Inside(GreenNode body)
    {
        foreach (var piece in _statement.Pieces)
        {
            switch (piece)
            {
                case RepeatPiece repeat:
                    foreach (var iteration in repeat.Iterations)
                    {
                        if (ReferenceEquals(iteration.Syntax, body))
                        {
                            yield return new BodyBinding(iteration);
                        }
                    }

                    break;
                case BranchPiece branch when ReferenceEquals(branch.Body.Syntax, body):
                    yield return new BodyBinding(branch.Body);
                    break;
            }
        }

        foreach (var other in _statement.OtherBodies)
        {
            if (ReferenceEquals(other.Syntax, body))
            {
                yield return new BodyBinding(other);
            }
        }
    }
}

/// <summary>A name that a statement binds.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">What it stands for.</param>
/// <param name="Span">Where the name stands.</param>
public readonly record struct NameBinding(string Name, Value Value, TextSpan Span);

/// <summary>An operation of a statement.</summary>
/// <param name="Span">Callee to closing parenthesis.</param>
/// <param name="Word">The callee as written.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inference">What its shape rule answered, equations included.</param>
public readonly record struct OperationBinding(TextSpan Span, string Word, Operation Operation, Inference Inference);

/// <summary>A call of a block.</summary>
/// <param name="Span">Callee to closing parenthesis.</param>
/// <param name="Block">The block.</param>
/// <param name="LayerCount">The layers it expands to.</param>
public readonly record struct BlockCall(TextSpan Span, string Block, long LayerCount);
