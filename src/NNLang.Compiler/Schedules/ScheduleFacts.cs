using NNLang.Compiler.Allocate;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Findings;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Schedules;

/// <summary>
/// Why a plan is as it is: what each layer's start waited for, when its weights arrived, where its result lives and how long, and what lies on
/// the critical path. Read off the simulated streams; nothing is estimated. Immutable, thread-safe. Making it costs O(instructions).
/// </summary>
public sealed class ScheduleFacts
{
    private readonly Plan _plan;
    private readonly Dictionary<InstructionLocation, int> _ownerOf;
    private readonly bool[] _isCritical;
    private readonly Lazy<BufferUsers> _users;
    private readonly Lazy<Dictionary<int, int>> _resultOf;
    private readonly Lazy<Dictionary<int, int>> _lastOf;

    private ScheduleFacts(Plan plan)
    {
        _plan = plan;
        _ownerOf = EngineGaps.Owners(plan);
        _isCritical = CriticalPath();
        _users = new Lazy<BufferUsers>(() => new BufferUsers(plan.Placed.Problem));
        _resultOf = new Lazy<Dictionary<int, int>>(Results);
        _lastOf = new Lazy<Dictionary<int, int>>(Members);
    }

    /// <summary>The facts of a plan.</summary>
    public static ScheduleFacts Of(Plan plan) => new(plan);

    /// <summary>
    /// Whether an operation is on the critical path: the chain from the last commit back to the program's start, in which each link is what
    /// the start of the next one waited for.
    /// </summary>
    public bool IsCritical(int operation) => _isCritical[operation];

    /// <summary>
    /// The first of some operations that an engine runs, or the first transfer where <paramref name="engine"/> is null; -1 if there is none.
    /// </summary>
    public int FirstOn(Engine? engine, IReadOnlyList<int> operations)
    {
        var first = -1;
        foreach (var operation in operations)
        {
            var choice = _plan.ChoiceOf(operation);
            if ((engine is null ? choice.IsTransfer : !choice.IsTransfer && choice.Engine == engine)
                && (first < 0 || _plan.TimesOf(operation).Start < _plan.TimesOf(first).Start))
            {
                first = operation;
            }
        }

        return first;
    }

    /// <summary>What the start of an operation waited for.</summary>
    public StartCause CauseOf(int first)
    {
        var layer = _plan.Placed.LayerOf(first);
        var code = _plan.CodeOf(first);
        var reason = _plan.Times.Reason(code.Engine)[code.First];
        if (reason == StartReason.ProgramStart || _plan.Times.Binder(code.Engine, code.First) is not { } binder || !_ownerOf.TryGetValue(binder, out var cause))
        {
            return new StartCause(StartCauseKind.ProgramStart, -1, code.Engine, false);
        }

        var causing = _plan.Placed.LayerOf(cause);
        var kind = reason switch
        {
            StartReason.Predecessor => StartCauseKind.EngineFree,
            StartReason.Port => StartCauseKind.PortFree,
            StartReason.Transfer when IsWeightLoad(cause) && causing == layer => StartCauseKind.OwnWeights,
            StartReason.Transfer => StartCauseKind.Transfer,
            _ when ReadsFrom(first, cause) => StartCauseKind.Data,
            _ => StartCauseKind.Place,
        };
        return new StartCause(kind, causing, kind == StartCauseKind.EngineFree ? code.Engine : _plan.ChoiceOf(cause).Engine, HasMore(cause, first));
    }

    /// <summary>
    /// When the weights of a layer were there; null if it loads none. The margin is from the end of the last load that the first reader needs
    /// to that reader's start, in ps.
    /// </summary>
    public WeightArrival? WeightsOf(IReadOnlyList<int> operations)
    {
        var (transfer, reader, arrived) = (0L, -1, 0L);
        foreach (var operation in operations)
        {
            if (IsWeightLoad(operation))
            {
                transfer += _plan.ChoiceOf(operation).Duration;
            }
            else if (!_plan.ChoiceOf(operation).IsTransfer && (reader < 0 || _plan.TimesOf(operation).Start < _plan.TimesOf(reader).Start)
                && Arrival(operation) is { } end)
            {
                (reader, arrived) = (operation, end);
            }
        }

        var isAll = !operations.Any(operation => _plan.ChoiceOf(operation).IsTransfer && !IsWeightLoad(operation));
        return reader < 0 || transfer == 0 ? null : new WeightArrival(_plan.TimesOf(reader).Start - arrived, transfer, isAll);
    }

    /// <summary>
    /// Where the result of a layer lives and how long; null for a layer inside a fused group, whose result is never in memory. The result of
    /// a layer that only renames is that of the layer it reads.
    /// </summary>
    public TensorLife? LifeOf(int layer)
    {
        if (!_resultOf.Value.TryGetValue(layer, out var buffer))
        {
            return null;
        }

        var (group, index) = _plan.Placed.OwnerOf(buffer);
        if (group < 0)
        {
            return null;
        }

        var local = _plan.Placed.Tiled.Groups[group].Body.Buffers[index];
        var users = _users.Value;
        var (from, until) = (long.MaxValue, 0L);
        for (var i = users.Start[buffer]; i < users.Start[buffer + 1]; i++)
        {
            var (start, end) = _plan.TimesOf(users.Items[i]);
            (from, until) = (Math.Min(from, start), Math.Max(until, end));
        }

        return until == 0 ? null : local.Kind switch
        {
            BufferKind.Psum => new TensorLife("psum", local.Bytes * TensorStorage.PartitionCount, from, until),
            BufferKind.Activation or BufferKind.Weight => new TensorLife("sbuf", local.Bytes * TensorStorage.PartitionCount, from, until),
            _ => new TensorLife("hbm", local.Bytes, from, until),
        };
    }

    /// <summary>The layer at the end of the fused group that a layer is inside of; -1 for a layer that ends its group, or is alone.</summary>
    public int FusedInto(int layer) => _lastOf.Value.GetValueOrDefault(layer, -1);

    private Dictionary<int, int> Members()
    {
        var placed = _plan.Placed;
        var last = new Dictionary<int, int>();
        for (var g = 0; g < placed.Tiled.Groups.Length; g++)
        {
            foreach (var back in placed.Tiled.Groups[g].Layers)
            {
                if (back > 0)
                {
                    last[placed.LastLayer[g] - back] = placed.LastLayer[g];
                }
            }
        }

        return last;
    }

    private Dictionary<int, int> Results()
    {
        var placed = _plan.Placed;
        var results = new Dictionary<int, int>();
        for (var g = 0; g < placed.Tiled.Groups.Length; g++)
        {
            var group = placed.Tiled.Groups[g];
            if (!group.IsConversion && !group.Layers.IsEmpty && !group.Body.Results.IsEmpty)
            {
                results[placed.LastLayer[g]] = placed.ResultBuffer[placed.FirstResult[g]];
            }
        }

        return results;
    }

    private long? Arrival(int operation)
    {
        long? arrival = null;
        var problem = _plan.Placed.Problem;
        for (var d = problem.DependencyStart[operation]; d < problem.DependencyStart[operation + 1]; d++)
        {
            var producer = problem.Dependencies[d];
            if (IsWeightLoad(producer))
            {
                arrival = Math.Max(arrival ?? 0, _plan.TimesOf(producer).End);
            }
        }

        return arrival;
    }

    private bool IsWeightLoad(int operation)
    {
        if (!_plan.ChoiceOf(operation).IsTransfer)
        {
            return false;
        }

        var problem = _plan.Placed.Problem;
        for (var u = problem.UseStart[operation]; u < problem.UseStart[operation + 1]; u++)
        {
            if (problem.BufferClass[problem.Uses[u]] == BufferClass.Weight)
            {
                return true;
            }
        }

        return false;
    }

    private bool ReadsFrom(int operation, int producer) => _plan.Placed.Problem.DependenciesOf(operation).Contains(producer);

    // Whether the layer of an operation goes on after another one has started: then it was a part of it that was waited for.
    private bool HasMore(int cause, int operation)
    {
        var layer = _plan.Placed.LayerOf(cause);
        var start = _plan.TimesOf(operation).Start;
        var group = _plan.Placed.GroupOf(cause);
        for (var i = _plan.Placed.FirstOperation[group]; layer >= 0 && i < _plan.Placed.FirstOperation[group + 1]; i++)
        {
            if (_plan.Placed.LayerOf(i) == layer && _plan.TimesOf(i).End > start)
            {
                return true;
            }
        }

        return false;
    }

    private bool[] CriticalPath()
    {
        var critical = new bool[_plan.OperationCount];
        var (at, latest) = ((InstructionLocation?)null, -1L);
        for (var e = 0; e < Engines.Count; e++)
        {
            var commits = _plan.Times.Commit((Engine)e);
            for (var i = 0; i < commits.Length; i++)
            {
                if (commits[i] > latest)
                {
                    (at, latest) = (new InstructionLocation((Engine)e, i), commits[i]);
                }
            }
        }

        var transfers = Transfers();
        while (at is { } instruction)
        {
            if (_ownerOf.TryGetValue(instruction, out var operation))
            {
                critical[operation] = true;
            }

            at = transfers.TryGetValue(instruction, out var transfer) && _plan.Times.Transfers[transfer].BlockedBy is >= 0 and var before
                ? _plan.Times.Transfers[before].Trigger
                : _plan.Times.Binder(instruction.Engine, instruction.Index);
        }

        return critical;
    }

    private Dictionary<InstructionLocation, int> Transfers()
    {
        var byTrigger = new Dictionary<InstructionLocation, int>(_plan.Times.Transfers.Length);
        for (var i = 0; i < _plan.Times.Transfers.Length; i++)
        {
            byTrigger[_plan.Times.Transfers[i].Trigger] = i;
        }

        return byTrigger;
    }
}

/// <summary>Kinds of what a layer's start waited for.</summary>
public enum StartCauseKind : byte
{
    /// <summary>Nothing: it starts with the program.</summary>
    ProgramStart,
    /// <summary>Its engine, which another layer held.</summary>
    EngineFree,
    /// <summary>A shared port, which another engine held.</summary>
    PortFree,
    /// <summary>What it reads.</summary>
    Data,
    /// <summary>A place in memory, or an order that an annotation asks for.</summary>
    Place,
    /// <summary>Its own weights.</summary>
    OwnWeights,
    /// <summary>Another transfer: an input, a reload.</summary>
    Transfer,
}

/// <summary>What a start waited for last.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Layer">The layer that was waited for; -1 for none.</param>
/// <param name="Engine">The engine of what was waited for.</param>
/// <param name="IsPart">Whether only a part of that layer was waited for: it goes on.</param>
public readonly record struct StartCause(StartCauseKind Kind, int Layer, Engine Engine, bool IsPart);

/// <summary>When weights were there.</summary>
/// <param name="Margin">From the end of their transfer to the start of the first reader, ps.</param>
/// <param name="TransferTime">The transfers of all of them, summed, ps.</param>
/// <param name="IsAll">Whether these are all transfers of the layer.</param>
public readonly record struct WeightArrival(long Margin, long TransferTime, bool IsAll);

/// <summary>Where a tensor lives.</summary>
/// <param name="Memory">sbuf, psum or hbm.</param>
/// <param name="Bytes">The bytes that are kept for it there, with padding and the partitions that it leaves empty.</param>
/// <param name="From">When its first writer starts, ps.</param>
/// <param name="Until">When its last reader ends, ps.</param>
public readonly record struct TensorLife(string Memory, long Bytes, long From, long Until);
