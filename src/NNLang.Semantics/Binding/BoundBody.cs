using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>
/// A body bound in one instance: a network, a block with given arguments, an iteration, a branch. Immutable, thread-safe.
/// </summary>
/// <remarks>
/// Tensors bound by the statements are numbered: those of statement s start at <see cref="OutputBase"/>[s]. A statement reads them by
/// number, or, as the complement ~k, the k-th tensor that the body captures from around it.
/// </remarks>
internal sealed class BoundBody
{
    private ImmutableArray<Diagnostic> _diagnostics;
    private int[]? _notable;
    private long _layerCount = -1;
    private BodyTraits _traits = BodyTraits.Unknown;

    /// <summary>Where counting layers stops: repeats of repeats may have more than a number holds.</summary>
    public const long Saturated = long.MaxValue / 4;

    /// <summary>The body's node.</summary>
    public required GreenNode Syntax { get; init; }

    /// <summary>The statements' nodes in text order.</summary>
    public required GreenNode[] Nodes { get; init; }

    /// <summary>The statements in text order.</summary>
    public required BoundStatement[] Statements { get; init; }

    /// <summary>Per statement: the number of its first bound tensor; one more entry at the end.</summary>
    public required int[] OutputBase { get; init; }

    /// <summary>Per statement: where its entries in <see cref="Links"/> begin; one more entry at the end.</summary>
    public required int[] LinkBase { get; init; }

    /// <summary>For each tensor a statement reads: its number in this body, or the complement of a captured one.</summary>
    public required int[] Links { get; init; }

    /// <summary>The names it reads from around it, in order of first use.</summary>
    public required ImmutableArray<StatementInput> Captures { get; init; }

    /// <summary>The names bound at its end with the numbers of their first tensors.</summary>
    public required ImmutableArray<BodyName> Names { get; init; }

    /// <summary>The facts at its end.</summary>
    public required DimensionFacts Facts { get; init; }

    /// <summary>The statement that returns, or -1.</summary>
    public required int ReturnIndex { get; init; }

    /// <summary>The names bound and never read.</summary>
    public required ImmutableArray<UnreadName> Unread { get; init; }

    /// <summary>What is wrong with its <c>return</c>.</summary>
    public required ImmutableArray<Diagnostic> ReturnProblems { get; init; }

    /// <summary>The annotations in force, which its statements merged into their own.</summary>
    public required OperationAnnotations Inherited { get; init; }

    /// <summary>The parameters of the block or network it belongs to.</summary>
    public required GreenNode? Parameters { get; init; }

    /// <summary>
    /// The bodies of the snapshots before that may be started from, too, the latest first. While a number is typed, or an edit undone, shapes go
    /// back and forth: then everything below is what it was in one of them.
    /// </summary>
    public ImmutableArray<BoundBody> Earlier { get; init; } = [];

    /// <summary>What is wrong with the body as a whole: values never read, a missing return.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => _diagnostics.IsDefault ? _diagnostics = Describe() : _diagnostics;

    /// <summary>
    /// The statements, by index, that hold more than operations: something wrong, instances, bodies of their own. Whoever looks for those
    /// need not look at every statement.
    /// </summary>
    public int[] Notable => _notable ??= FindNotable();

    /// <summary>The layers it expands to.</summary>
    public long LayerCount => _layerCount >= 0 ? _layerCount : _layerCount = CountLayers();

    /// <summary>What any of its statements has.</summary>
    public BodyTraits Traits => _traits != BodyTraits.Unknown ? _traits : _traits = FindTraits();

    /// <summary>Whether anything inside reads a weight by a key that depends on the path.</summary>
    public bool HasWeights => (Traits & BodyTraits.Weights) != 0;

    /// <summary>Whether a statement of this body is under order constraints.</summary>
    public bool HasOrder => (Traits & BodyTraits.Order) != 0;

    /// <summary>Whether a key inside may be given by the text, so that two weights may have one key.</summary>
    public bool HasKeyOverrides => (Traits & BodyTraits.Overrides) != 0;

    /// <summary>The same body without the bodies before it, so that remembering one does not remember all.</summary>
    public BoundBody Forgetting() => Earlier.IsEmpty ? this : With(Syntax, Nodes, Statements, LinkBase, Links, Unread, ReturnProblems, [], []);

    /// <summary>
    /// The body with some statements bound again, as long as they make as many tensors under the same facts. What is known of the others
    /// is kept. O(n) copies of references.
    /// </summary>
    /// <param name="syntax">The body's node.</param>
    /// <param name="nodes">The statements' nodes.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="linkBase">Where the links of each begin.</param>
    /// <param name="links">The links.</param>
    /// <param name="unread">The names never read.</param>
    /// <param name="returnProblems">What is wrong with its return.</param>
    /// <param name="earlier">The bodies that may be started from next.</param>
    /// <param name="changed">The indices of the statements that are other objects than before, ascending.</param>
    public BoundBody With(
        GreenNode syntax, GreenNode[] nodes, BoundStatement[] statements, int[] linkBase, int[] links,
        ImmutableArray<UnreadName> unread, ImmutableArray<Diagnostic> returnProblems, ImmutableArray<BoundBody> earlier, ReadOnlySpan<int> changed)
    {
        var result = new BoundBody
        {
            Syntax = syntax,
            Nodes = nodes,
            Statements = statements,
            OutputBase = OutputBase,
            LinkBase = linkBase,
            Links = links,
            Captures = Captures,
            Names = Names,
            Facts = Facts,
            ReturnIndex = ReturnIndex,
            Unread = unread,
            ReturnProblems = returnProblems,
            Inherited = Inherited,
            Parameters = Parameters,
            Earlier = earlier,
        };
        var layers = LayerCount;
        var isSame = true;
        foreach (var s in changed)
        {
            layers += statements[s].LayerCount - Statements[s].LayerCount;
            isSame &= statements[s].Traits == Statements[s].Traits;
        }

        result._layerCount = LayerCount < Saturated ? layers : -1;
        if (isSame)
        {
            result._traits = Traits;
            result._notable = Notable;
        }

        return result;
    }

    private BodyTraits FindTraits()
    {
        var traits = BodyTraits.None;
        foreach (var statement in Statements)
        {
            traits |= statement.Traits;
        }

        return traits;
    }

    private int[] FindNotable()
    {
        var notable = new List<int>();
        for (var s = 0; s < Statements.Length; s++)
        {
            if ((Statements[s].Traits & BodyTraits.Notable) != 0)
            {
                notable.Add(s);
            }
        }

        return [.. notable];
    }

    private ImmutableArray<Diagnostic> Describe()
    {
        if (Unread.IsEmpty)
        {
            return ReturnProblems;
        }

        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>(Unread.Length + ReturnProblems.Length);
        foreach (var unread in Unread)
        {
            diagnostics.Add(Codes.NeverRead.At(new SyntaxLocation(Statements[unread.Statement].Syntax, unread.Span), unread.Name));
        }

        diagnostics.AddRange(ReturnProblems);
        return diagnostics.MoveToImmutable();
    }

    private long CountLayers()
    {
        var count = 0L;
        foreach (var statement in Statements)
        {
            count = Math.Min(count + statement.LayerCount, Saturated);
        }

        return count;
    }
}

/// <summary>A name bound at a body's end.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">Its value.</param>
/// <param name="FirstLeaf">The number of its first tensor in the body; the rest follow.</param>
/// <param name="Statement">The statement that bound it.</param>
internal readonly record struct BodyName(string Name, Value Value, int FirstLeaf, int Statement);

/// <summary>A name bound and never read.</summary>
/// <param name="Statement">The statement that bound it.</param>
/// <param name="Name">The name.</param>
/// <param name="Span">Where it stands, relative to the statement.</param>
internal readonly record struct UnreadName(int Statement, string Name, TextSpan Span);
