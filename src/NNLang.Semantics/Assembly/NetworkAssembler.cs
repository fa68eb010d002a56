using System.Buffers;
using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Assembly;

/// <summary>Where a tensor of the whole network comes from.</summary>
internal readonly record struct NetworkReference(ValueKind Kind, int Index, int Result, TensorSource? Source);

/// <summary>
/// Turns a bound body into the layers of a network: expands instances and iterations in text order, names layers and weights, makes
/// operands relative. Linear in the number of layers; parts that an edit does not concern are the objects of the assembly before.
/// Not thread-safe; lives for one assembly.
/// </summary>
internal sealed partial class NetworkAssembler(IWeightKeys keys, bool keysChanged)
{
    private readonly ImmutableArray<Layer>.Builder _layers = ImmutableArray.CreateBuilder<Layer>();
    private readonly OrderResolver _order = new();
    private PieceResult[] _results = new PieceResult[64];
    private ValueRef[] _operands = new ValueRef[16];
    private TensorSource?[] _sources = new TensorSource?[32];
    private int _resultCount;

    /// <summary>Problems that only the assembled network shows.</summary>
    public List<AssemblyProblem> Problems { get; } = [];

    /// <summary>The layers so far.</summary>
    public ImmutableArray<Layer>.Builder Layers => _layers;

    /// <summary>Assembles a network's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="captures">The inputs that it reads, in the order of its captures.</param>
    /// <param name="previous">The assembly before, or null.</param>
    /// <param name="results">The tensors it returns.</param>
    public AssembledBody Assemble(
        BoundBody body, NetworkReference[] captures, AssembledBody? previous, out NetworkReference[] results)
    {
        _layers.Capacity = (int)Math.Min(body.LayerCount, 1_000_000);
        var place = new Place(null, null, string.Empty, true, NewScope(body), false, false);
        var assembled = Expand(body, captures, place, previous, out var leaves);
        results = Returned(body, leaves);
        ArrayPool<NetworkReference>.Shared.Return(leaves, clearArray: true);
        _order.Finish(_layers, Problems);
        return assembled;
    }

    private static PathScope NewScope(BoundBody body)
    {
        var scope = new PathScope(body.Statements.Length);
        scope.Count(body);
        return scope;
    }

    private static NetworkReference[] Returned(BoundBody body, NetworkReference[] leaves) =>
        body.ReturnIndex < 0 ? [] : leaves[body.OutputBase[body.ReturnIndex]..body.OutputBase[body.ReturnIndex + 1]];

    /// <summary>Expands a body; the tensors it binds are in a rented array, by number.</summary>
    private AssembledBody Expand(
        BoundBody body, NetworkReference[] captures, in Place place, AssembledBody? previous, out NetworkReference[] leaves)
    {
        var statements = body.Statements;
        leaves = ArrayPool<NetworkReference>.Shared.Rent(Math.Max(body.OutputBase[statements.Length], 1));
        var assembled = new AssembledBody(body, place.Parent, place.Call, place.Prefix);
        var same = previous is not null && ReferenceEquals(previous.Body, body);
        var alignment = previous is null || same ? null : new StatementAlignment(previous.Body.Statements, body.Nodes);
        var inputs = ArrayPool<NetworkReference>.Shared.Rent(16);
        var firstLayer = _layers.Count;
        var starts = body.HasOrder ? new int[statements.Length + 1] : null;
        for (var s = 0; s < statements.Length; s++)
        {
            var statement = statements[s];
            var linkStart = body.LinkBase[s];
            var linkCount = body.LinkBase[s + 1] - linkStart;
            if (linkCount > inputs.Length)
            {
                ArrayPool<NetworkReference>.Shared.Return(inputs, clearArray: true);
                inputs = ArrayPool<NetworkReference>.Shared.Rent(linkCount);
            }

            for (var i = 0; i < linkCount; i++)
            {
                var link = body.Links[linkStart + i];
                inputs[i] = link >= 0 ? leaves[link] : captures[~link];
            }

            AssembledStatement? old = null;
            if (same)
            {
                old = previous!.Statements[s];
            }
            else if (alignment is not null)
            {
                var index = alignment.Find(s, statement.Syntax);
                index = index < 0 ? alignment.Guess(s) : index;
                old = index < 0 ? null : previous!.Statements[index];
            }

            if (starts is not null)
            {
                starts[s] = _layers.Count;
            }

            assembled.Statements[s] = statement.Pieces.IsEmpty ? null : ExpandPieces(statement, inputs, place, old);
            SetOutputs(statement, inputs, leaves, body.OutputBase[s]);
        }

        ArrayPool<NetworkReference>.Shared.Return(inputs, clearArray: true);
        if (starts is not null)
        {
            starts[statements.Length] = _layers.Count;
            _order.Resolve(body, assembled, starts, _layers, Problems);
        }

        if (place.Scope.HasNameOverrides && !place.IsBranch)
        {
            CheckNames(firstLayer, place.Parent);
        }

        return assembled;
    }

    private void SetOutputs(BoundStatement statement, NetworkReference[] inputs, NetworkReference[] leaves, int first)
    {
        var from = _resultCount;
        foreach (var leaf in statement.OutputLeaves)
        {
            leaves[first++] = leaf.Kind switch
            {
                ReferenceKind.Input => inputs[leaf.Index],
                ReferenceKind.Piece => _results[from + leaf.Index].Of(leaf.Result),
                _ => default,
            };
        }
    }

    /// <summary>Expands the pieces of a statement; their results lie above <see cref="_resultCount"/> until the next call.</summary>
    private AssembledStatement ExpandPieces(BoundStatement statement, NetworkReference[] inputs, in Place place, AssembledStatement? old)
    {
        var pieces = statement.Pieces;
        var first = _resultCount;
        if (_results.Length < first + pieces.Length)
        {
            Array.Resize(ref _results, Math.Max(_results.Length * 2, first + pieces.Length));
        }

        _resultCount = first + pieces.Length;
        AssembledStatement? assembled = null;
        if (old is null || !ReferenceEquals(old.Statement, statement))
        {
            assembled = new AssembledStatement(statement);
        }

        for (var p = 0; p < pieces.Length; p++)
        {
            var part = old is not null && p < old.Pieces.Length ? old.Pieces[p] : default;
            if (part.Piece?.GetType() != pieces[p].GetType())
            {
                part = default;
            }

            var changed = false;
            switch (pieces[p])
            {
                case OperationPiece operation:
                    changed = ExpandOperation(statement, operation, inputs, first, place, ref part);
                    _results[first + p] = new PieceResult(_layers.Count - 1, null);
                    break;
                case WeightPiece weight:
                    changed = ExpandWeight(statement, weight, place, ref part);
                    _results[first + p] = new PieceResult(-1, [new NetworkReference(ValueKind.Source, 0, 0, part.Weight)]);
                    break;
                case InstancePiece instance:
                    _results[first + p] = new PieceResult(-1, ExpandInstance(statement, instance, inputs, first, place, ref part));
                    changed = true;
                    break;
                case RepeatPiece repeat:
                    _results[first + p] = new PieceResult(-1, ExpandRepeat(statement, repeat, inputs, first, place, ref part));
                    changed = true;
                    break;
                case BranchPiece branch:
                    _results[first + p] = new PieceResult(-1, ExpandBranch(branch, inputs, first, place, ref part));
                    changed = true;
                    break;
            }

            part.Piece = pieces[p];
            if (changed && assembled is null)
            {
                assembled = new AssembledStatement(statement);
                Array.Copy(old!.Pieces, assembled.Pieces, p);
            }

            if (assembled is not null)
            {
                assembled.Pieces[p] = part;
            }
        }

        _resultCount = first;
        return assembled ?? old!;
    }

    private NetworkReference Resolve(in PieceOperand operand, NetworkReference[] inputs, int first) =>
        operand.Constant is not null
            ? new NetworkReference(ValueKind.Source, 0, 0, operand.Constant)
            : operand.Reference.Kind switch
            {
                ReferenceKind.Input => inputs[operand.Reference.Index],
                ReferenceKind.Piece => _results[first + operand.Reference.Index].Of(operand.Reference.Result),
                _ => default,
            };

    private NetworkReference[] ResolveAll(ImmutableArray<PieceOperand> operands, NetworkReference[] inputs, int first)
    {
        var resolved = new NetworkReference[operands.Length];
        for (var i = 0; i < resolved.Length; i++)
        {
            resolved[i] = Resolve(operands[i], inputs, first);
        }

        return resolved;
    }
}
