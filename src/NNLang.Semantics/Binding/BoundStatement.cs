using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Syntax.Diagnostics;
using NNLang.Semantics.Values;

namespace NNLang.Semantics.Binding;

/// <summary>A name that a statement read, and what it was.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsGlobal">Whether it was looked up in the file, past the body (defaults of parameters are).</param>
/// <param name="Value">What it stood for; null where there was none.</param>
/// <param name="IsHidden">Whether there was none because only some branches of an <c>if</c> bind it.</param>
internal readonly record struct StatementInput(string Name, bool IsGlobal, Value? Value, bool IsHidden = false)
{
    /// <summary>Whether the name stands for the same in another place.</summary>
    public bool IsSame(Value? value, bool isHidden) =>
        ReferenceEquals(value, Value) ? isHidden == IsHidden : value is not null && value.Equals(Value);
}

/// <summary>A name before a parenthesis, and what it was.</summary>
internal readonly record struct CallableInput(string Name, Callable? Callable);

/// <summary>An instance of a block that a statement used, and how it was bound.</summary>
internal readonly record struct InstanceInput(InstanceKey Key, BoundBody Body);

/// <summary>A name that a statement binds.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">Its value; tensors inside refer to inputs and pieces of the statement.</param>
/// <param name="Span">Where the name stands, relative to the statement.</param>
internal readonly record struct BoundName(string Name, Value Value, TextSpan Span);

/// <summary>
/// A statement bound in one body instance: what it read, what it computes, what it binds. Valid for every snapshot in which the same
/// green node meets equal inputs. Immutable, thread-safe.
/// </summary>
internal sealed class BoundStatement
{
    private BodyTraits _traits = BodyTraits.Unknown;
    private long _layerCount = -1;

    /// <summary>The statement.</summary>
    public required GreenNode Syntax { get; init; }

    /// <summary>The names it read, in order of first use.</summary>
    public required ImmutableArray<StatementInput> Inputs { get; init; }

    /// <summary>The callables it named.</summary>
    public required ImmutableArray<CallableInput> Callables { get; init; }

    /// <summary>The block instances it used.</summary>
    public required ImmutableArray<InstanceInput> Instances { get; init; }

    /// <summary>What it computes, in evaluation order.</summary>
    public required ImmutableArray<Piece> Pieces { get; init; }

    /// <summary>What it binds; for <c>return</c> the results.</summary>
    public required ImmutableArray<BoundName> Outputs { get; init; }

    /// <summary>Where the tensors of the outputs come from, in order.</summary>
    public required ImmutableArray<TensorReference> OutputLeaves { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>The facts before it, which its checks relied on.</summary>
    public required DimensionFacts FactsBefore { get; init; }

    /// <summary>The facts after it.</summary>
    public required DimensionFacts FactsAfter { get; init; }

    /// <summary>Whether it is the <c>return</c>.</summary>
    public bool IsReturn { get; init; }

    /// <summary>For a <c>return</c>: the declared results it was checked against.</summary>
    public GreenNode? Results { get; init; }

    /// <summary>Whether a message depends on all names in scope (did-you-mean), so that it is bound anew for every snapshot.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Names that an <c>if</c> binds in some branches only.</summary>
    public ImmutableArray<string> Hidden { get; init; } = [];

    /// <summary>Values of names and calls inside, for hovers: relative span and value.</summary>
    public ImmutableArray<ExpressionFact> Expressions { get; init; } = [];

    /// <summary>The bodies inside that are bound without being computed: branches not taken.</summary>
    public ImmutableArray<BoundBody> OtherBodies { get; init; } = [];

    /// <summary>The layers it expands to, up to a quarter of what a number holds: repeats of repeats may have more.</summary>
    public long LayerCount => _layerCount >= 0 ? _layerCount : _layerCount = CountLayers();

    /// <summary>What it has.</summary>
    public BodyTraits Traits => _traits != BodyTraits.Unknown ? _traits : _traits = FindTraits();

    /// <summary>
    /// Whether it holds where facts, callables, constants of the file and declared results are those of a place; the names of the body it reads
    /// are not looked at.
    /// </summary>
    public bool FitsAround(BodySite site, BodyScope scope, DimensionFacts facts)
    {
        if (IsVolatile || (!ReferenceEquals(FactsBefore, facts) && !FactsBefore.Equals(facts))
            || (IsReturn && !ReferenceEquals(Results, site.Block?.Results?.Green)))
        {
            return false;
        }

        foreach (var callable in Callables)
        {
            var now = site.Block?.Find(callable.Name) is { Kind: ParameterKind.Stage, IsList: false }
                ? StatementBinder.StageOf(callable.Name, scope.Read(callable.Name).Value)
                : site.Session.File.FindCallable(callable.Name);
            if (now is null ? callable.Callable is not null : !now.Equals(callable.Callable))
            {
                return false;
            }
        }

        foreach (var input in Inputs)
        {
            if (input.IsGlobal && !input.IsSame(site.Session.File.FindConstant(input.Name), false))
            {
                return false;
            }
        }

        return true;
    }

    private long CountLayers()
    {
        var count = 0L;
        foreach (var piece in Pieces)
        {
            count = Math.Min(count + piece.LayerCount, BoundBody.Saturated);
        }

        return count;
    }

    private BodyTraits FindTraits() =>
        Pieces.AsSpan().Traits() | (Diagnostics.IsEmpty && Instances.IsEmpty && OtherBodies.IsEmpty ? BodyTraits.None : BodyTraits.Notable);
}

/// <summary>What an expression inside a statement stands for.</summary>
/// <param name="Span">The name, call or index, relative to the statement.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct ExpressionFact(TextSpan Span, Value Value);
