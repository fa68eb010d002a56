using System.Collections.Immutable;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.DebugAdapter.Presentation;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Sessions;

/// <summary>
/// What the client asked to stop at, and what that means in the network that is loaded. Breakpoints set before there is one are resolved
/// when it comes. Thread-safe.
/// </summary>
internal sealed class BreakpointStore
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImmutableArray<Wanted>> _bySource = new(StringComparer.Ordinal);
    private ImmutableArray<Wanted> _named = [];
    private LayerMap? _layers;
    private int _next;

    /// <summary>Breakpoints of the loaded network.</summary>
    public ImmutableArray<LayerBreakpoint> Resolved
    {
        get
        {
            lock (_gate)
            {
                return [.. All().Select(wanted => Resolve(wanted, out _)).OfType<LayerBreakpoint>()];
            }
        }
    }

    /// <summary>Replaces the breakpoints of a file.</summary>
    public Breakpoint[] SetLines(string file, IEnumerable<SourceBreakpoint> breakpoints, ClientFormat format)
    {
        lock (_gate)
        {
            _bySource[file] =
            [
                .. breakpoints.Take(Most).Select(b => new Wanted(++_next, file, format.LineOf(b.Line), null, b.Condition, b.HitCondition, b.LogMessage)),
            ];
            return [.. _bySource[file].Select(wanted => Answer(wanted, format))];
        }
    }

    /// <summary>Replaces the breakpoints on layers and operators.</summary>
    public Breakpoint[] SetNames(IEnumerable<FunctionBreakpoint> breakpoints, ClientFormat format)
    {
        lock (_gate)
        {
            _named = [.. breakpoints.Take(Most).Select(b => new Wanted(++_next, null, 0, b.Name, b.Condition, b.HitCondition, null))];
            return [.. _named.Select(wanted => Answer(wanted, format))];
        }
    }

    /// <summary>Resolves everything in another network.</summary>
    /// <returns>All breakpoints as they are now.</returns>
    public Breakpoint[] Load(LayerMap layers, ClientFormat format)
    {
        lock (_gate)
        {
            _layers = layers;
            return [.. All().Select(wanted => Answer(wanted, format))];
        }
    }

    /// <summary>The file and line that a breakpoint stands on; null for one that has none.</summary>
    public SourcePosition? PlaceOf(int id)
    {
        lock (_gate)
        {
            return All().FirstOrDefault(wanted => wanted.Id == id) is { File: { } file } found ? new SourcePosition(file, found.Line, 1) : null;
        }
    }

    private IEnumerable<Wanted> All() => _bySource.Values.SelectMany(wanted => wanted).Concat(_named);

    private Breakpoint Answer(Wanted wanted, ClientFormat format)
    {
        var resolved = Resolve(wanted, out var problem);
        return new Breakpoint
        {
            Id = wanted.Id,
            Verified = resolved is not null,
            Message = problem,
            Source = wanted.File is null ? null : format.SourceOf(wanted.File),
            Line = wanted.File is null ? null : format.Line(new SourcePosition(wanted.File, wanted.Line, 1)),
        };
    }

    private LayerBreakpoint? Resolve(Wanted wanted, out string? problem)
    {
        if (_layers is not { } layers)
        {
            problem = "the network is not loaded yet";
            return null;
        }

        if (wanted.File is { } file && file != Path.GetFullPath(layers.File))
        {
            problem = $"this session runs {Path.GetFileName(layers.File)}";
            return null;
        }

        var hits = string.IsNullOrWhiteSpace(wanted.Hits) ? null : HitCondition.Parse(wanted.Hits);
        if (hits is null && !string.IsNullOrWhiteSpace(wanted.Hits))
        {
            problem = $"'{wanted.Hits}' is no hit count: write 5, >= 5 or % 5";
            return null;
        }

        var found = wanted.Name is { } name
            ? BreakpointTable.Named(layers, name, out problem)
            : BreakpointTable.OnLine(layers, wanted.Line, out problem);
        return found.IsEmpty
            ? null
            : new LayerBreakpoint(wanted.Id, found)
            {
                Condition = wanted.Condition,
                Hits = hits,
                LogMessage = string.IsNullOrEmpty(wanted.LogMessage) ? null : wanted.LogMessage,
            };
    }

    private sealed record Wanted(int Id, string? File, int Line, string? Name, string? Condition, string? Hits, string? LogMessage);
}
