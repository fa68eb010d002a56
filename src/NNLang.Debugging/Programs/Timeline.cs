using NNLang.Emulator.Loading;
using NNLang.Emulator.Sessions;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Debugging.Programs;

/// <summary>
/// When everything of a program happens, as positions among the events of a session: a position is the number of events that have happened.
/// Times do not depend on data, so the whole of it is known before the first event. Immutable, thread-safe.
/// </summary>
public sealed class Timeline
{
    private readonly int[][] _starts = new int[Engines.Count][];
    private readonly int[][] _commits = new int[Engines.Count][];
    private readonly int[][] _operationOf = new int[Engines.Count][];
    private readonly int[] _groupOfOperation;
    private readonly int[] _begin;
    private readonly int[] _end;
    private readonly int[] _layerStops;
    private readonly int[] _operationStops;
    private readonly InstructionLocation?[] _startingAt;

    /// <summary>Reads the events of a session. O(events).</summary>
    public Timeline(LoadedProgram program, ReadOnlySpan<SessionEvent> events, LayerMap layers)
    {
        Debug = program.Program.Debug ?? new DebugSection();
        Count = events.Length;
        _groupOfOperation = GroupsOf(Debug, layers);
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            var count = program.Instructions((Engine)engine).Length;
            _starts[engine] = Filled(count);
            _commits[engine] = Filled(count);
            _operationOf[engine] = OperationsOf(Debug, engine, count);
        }

        _begin = new int[layers.Fused.Groups.Length];
        _end = new int[layers.Fused.Groups.Length];
        Array.Fill(_begin, int.MaxValue);
        Array.Fill(_end, -1);
        _startingAt = new InstructionLocation?[events.Length];
        var prepared = new int[layers.Fused.Groups.Length];
        Array.Fill(prepared, int.MaxValue);
        var operations = new List<int>();
        var seen = new HashSet<int>();
        for (var i = 0; i < events.Length; i++)
        {
            var (_, kind, instruction) = events[i];
            if (kind is not (SessionEventKind.Start or SessionEventKind.Commit))
            {
                continue;
            }

            var operation = _operationOf[(int)instruction.Engine][instruction.Index];
            var group = operation < 0 ? -1 : _groupOfOperation[operation];
            if (kind == SessionEventKind.Commit)
            {
                _commits[(int)instruction.Engine][instruction.Index] = i;
                if (group >= 0 && layers.Find(Debug.Operations[operation].LayerPath) is not null)
                {
                    _end[group] = Math.Max(_end[group], i + 1);
                }

                continue;
            }

            _starts[(int)instruction.Engine][instruction.Index] = i;
            _startingAt[i] = instruction;
            if (!Computes(program[instruction]))
            {
                if (group >= 0)
                {
                    prepared[group] = Math.Min(prepared[group], i);
                }

                continue;
            }

            if (group >= 0)
            {
                _begin[group] = Math.Min(_begin[group], i);
            }

            if (operation >= 0 && seen.Add(operation))
            {
                operations.Add(i);
            }
        }

        // A layer that only moves data begins with its first transfer.
        for (var group = 0; group < _begin.Length; group++)
        {
            _begin[group] = Math.Min(_begin[group], _begin[group] == int.MaxValue ? prepared[group] : int.MaxValue);
        }

        _layerStops = [.. _begin.Where(position => position != int.MaxValue).Order()];
        _operationStops = [.. operations];
    }

    /// <summary>The number of events.</summary>
    public int Count { get; }

    /// <summary>The source map of the program.</summary>
    public DebugSection Debug { get; }

    /// <summary>The positions at which a layer begins, ascending.</summary>
    public ReadOnlySpan<int> LayerStops => _layerStops;

    /// <summary>The positions at which a low-level operation begins to compute, ascending.</summary>
    public ReadOnlySpan<int> OperationStops => _operationStops;

    /// <summary>The position before the first computing instruction of a group; null if the program has none.</summary>
    public int? BeginOf(int group) => _begin[group] == int.MaxValue ? null : _begin[group];

    /// <summary>The position after the last commit of a group; null if the program has none.</summary>
    public int? EndOf(int group) => _end[group] < 0 ? null : _end[group];

    /// <summary>The positions before the starts of a stream's instructions, ascending; those that never start are left out.</summary>
    public ReadOnlySpan<int> StartsOf(Engine engine)
    {
        ReadOnlySpan<int> starts = _starts[(int)engine];
        var never = starts.IndexOf(-1);
        return never < 0 ? starts : starts[..never];
    }

    /// <summary>The position before an instruction starts; null if it never does.</summary>
    public int? StartOf(InstructionLocation instruction) => Known(_starts, instruction);

    /// <summary>The position before an instruction's commit; null if it never does.</summary>
    public int? CommitOf(InstructionLocation instruction) => Known(_commits, instruction);

    /// <summary>The instruction that starts next at a position; null if the next event is none of a start.</summary>
    public InstructionLocation? StartingAt(int position) => position < _startingAt.Length ? _startingAt[position] : null;

    /// <summary>The low-level operation of an instruction; null if the map does not say.</summary>
    public DebugOperation? OperationOf(InstructionLocation instruction) =>
        OperationIndex(instruction) is >= 0 and var index ? Debug.Operations[index] : null;

    /// <summary>The fused group an instruction works for, the loads before it included; -1 for none.</summary>
    public int GroupOf(InstructionLocation instruction) =>
        OperationIndex(instruction) is >= 0 and var index ? _groupOfOperation[index] : -1;

    /// <summary>The next position of an ascending list after a position; null if there is none.</summary>
    public static int? After(ReadOnlySpan<int> stops, int position)
    {
        var index = stops.BinarySearch(position + 1);
        index = index < 0 ? ~index : index;
        return index < stops.Length ? stops[index] : null;
    }

    /// <summary>The last position of an ascending list before a position; null if there is none.</summary>
    public static int? Before(ReadOnlySpan<int> stops, int position)
    {
        var index = stops.BinarySearch(position);
        index = index < 0 ? ~index : index;
        return index > 0 ? stops[index - 1] : null;
    }

    private int OperationIndex(InstructionLocation instruction)
    {
        var operations = _operationOf[(int)instruction.Engine];
        return (uint)instruction.Index < (uint)operations.Length ? operations[instruction.Index] : -1;
    }

    private static int? Known(int[][] positions, InstructionLocation instruction)
    {
        var stream = positions[(int)instruction.Engine];
        return (uint)instruction.Index < (uint)stream.Length && stream[instruction.Index] >= 0 ? stream[instruction.Index] : null;
    }

    private static int[] Filled(int count)
    {
        var values = new int[count];
        Array.Fill(values, -1);
        return values;
    }

    private static int[] OperationsOf(DebugSection debug, int engine, int count)
    {
        var operations = Filled(count);
        var next = 0;
        foreach (var run in debug.Runs[engine])
        {
            for (var i = 0; i < run.Count && next < count; i++)
            {
                operations[next++] = (uint)run.Operation < (uint)debug.Operations.Length ? run.Operation : -1;
            }
        }

        return operations;
    }

    // Loads and fills are made ahead of time, while earlier layers compute: they are no sign that a layer begins.
    private static bool Computes(in Instruction instruction) =>
        !instruction.IsTransfer && instruction.Opcode is not (Opcode.None or Opcode.Wait or Opcode.Memset);

    // Operations that carry no layer prepare the group that follows them.
    private static int[] GroupsOf(DebugSection debug, LayerMap layers)
    {
        var groups = new int[debug.Operations.Length];
        var following = -1;
        for (var i = groups.Length - 1; i >= 0; i--)
        {
            if (layers.Find(debug.Operations[i].LayerPath) is { } layer)
            {
                following = layers.GroupOf(layer);
            }

            groups[i] = following;
        }

        return groups;
    }
}
