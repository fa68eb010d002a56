using System.Globalization;
using NNLang.DebugAdapter.Presentation;
using NNLang.Debugging.Evaluation;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Running;
using NNLang.Machine.AssemblerText;
using NNLang.Machine.Instructions;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Sessions;

// Looking at a session that stands still, and saying where to stop.
internal sealed partial class Adapter
{
    private const int RowsWithoutPaging = 10_000;
    private const int MostBytesRead = 1 << 20;
    private const int MostInstructions = 10_000;

    private SetBreakpointsResponseBody SetBreakpoints(SetBreakpointsArguments arguments, DebugRequest request)
    {
        IEnumerable<SourceBreakpoint> wanted = arguments.Breakpoints ?? [.. (arguments.Lines ?? []).Select(line => new SourceBreakpoint { Line = line })];
        var file = _format.FileOf(arguments.Source) ?? throw new DebugRequestException("The source has no path.");
        return new SetBreakpointsResponseBody { Breakpoints = _breakpoints.SetLines(file, wanted, _format) };
    }

    private SetFunctionBreakpointsResponseBody SetFunctionBreakpoints(SetFunctionBreakpointsArguments arguments, DebugRequest request) =>
        new() { Breakpoints = _breakpoints.SetNames(arguments.Breakpoints, _format) };

    private SetExceptionBreakpointsResponseBody SetExceptionBreakpoints(SetExceptionBreakpointsArguments arguments, DebugRequest request)
    {
        _filters = AdapterCapabilities.FiltersOf(arguments.Filters.Concat((arguments.FilterOptions ?? []).Select(option => option.FilterId)));
        return new SetExceptionBreakpointsResponseBody();
    }

    private BreakpointLocationsResponseBody BreakpointLocations(BreakpointLocationsArguments? arguments, DebugRequest request)
    {
        var run = _run;
        if (run is null || arguments is null || _format.FileOf(arguments.Source) != run.File)
        {
            return new BreakpointLocationsResponseBody { Breakpoints = [] };
        }

        var first = _format.LineOf(arguments.Line);
        var last = Math.Min(_format.LineOf(arguments.EndLine ?? arguments.Line), first + MostInstructions);
        var found = new List<BreakpointLocation>();
        for (var line = first; line <= last; line++)
        {
            if (run.Layers.OnLine(line).Any())
            {
                found.Add(new BreakpointLocation { Line = line - 1 + _format.FirstLine });
            }
        }

        return new BreakpointLocationsResponseBody { Breakpoints = [.. found] };
    }

    private async Task<ThreadsResponseBody> ThreadsAsync(Protocol.Nothing? arguments, DebugRequest request)
    {
        Engine? first = null;
        lock (_gate)
        {
            first = _stop?.Engine;
        }

        var engines = Enumerable.Range(0, Engines.Count).Select(engine => (Engine)engine).OrderBy(engine => engine == first ? 0 : 1);
        return await Task.FromResult(new ThreadsResponseBody
        {
            Threads =
            [
                .. engines.Select(engine => new DebugThread { Id = ThreadOf(engine), Name = Engines.Name(engine) + " engine" }),
                new DebugThread { Id = QueueThread, Name = "DMA queues" },
            ],
        }).ConfigureAwait(false);
    }

    private Task<StackTraceResponseBody> StackTraceAsync(StackTraceArguments arguments, DebugRequest request) =>
        LookAsync(request, (_, session, _, handles) =>
        {
            if (arguments.ThreadId is < 1 or > QueueThread)
            {
                throw new DebugRequestException($"There is no thread {arguments.ThreadId}.");
            }

            var frames = arguments.ThreadId == QueueThread
                ? FrameBuilder.OfQueues(session)
                : FrameBuilder.Of(session, (Engine)(arguments.ThreadId - 1));
            var start = (int)Math.Clamp(arguments.StartFrame ?? 0, 0, frames.Length);
            var count = arguments.Levels is > 0 and var levels ? (int)Math.Min(levels, frames.Length - start) : frames.Length - start;
            return new StackTraceResponseBody
            {
                StackFrames = [.. frames.Skip(start).Take(count).Select(frame => Describe(frame, handles))],
                TotalFrames = frames.Length,
            };
        });

    private StackFrame Describe(DebugFrame frame, StopHandles handles) => new()
    {
        Id = handles.Add(frame),
        Name = frame.Name,
        Source = frame.Place is { } place ? _format.SourceOf(place.File) : null,
        Line = _format.Line(frame.Place),
        Column = _format.Column(frame.Place),
        InstructionPointerReference = frame.Instruction is { } instruction ? ReferenceOf(instruction) : null,
        PresentationHint = frame.Place is null ? "subtle" : null,
    };

    private Task<ScopesResponseBody> ScopesAsync(ScopesArguments arguments, DebugRequest request) =>
        LookAsync(request, (_, session, _, handles) =>
        {
            if (handles.IsFrameGone(arguments.FrameId))
            {
                return new ScopesResponseBody { Scopes = [] };
            }

            var frame = handles.Frame(arguments.FrameId) ?? throw new DebugRequestException($"There is no frame {arguments.FrameId}.");
            var scopes = new List<Scope>();
            foreach (var scope in session.Inspector.Scopes(frame.Group, frame.Engine))
            {
                // A scope has a number even if it has no rows: the client asks for them only when it is opened.
                scopes.Add(new Scope
                {
                    Name = scope.Name,
                    Expensive = scope.IsExpensive,
                    VariablesReference = handles.Add(new ListNode(scope.Name, "", 1, scope.Rows)),
                });
            }

            return new ScopesResponseBody { Scopes = [.. scopes] };
        });

    private Task<VariablesResponseBody> VariablesAsync(VariablesArguments arguments, DebugRequest request) =>
        LookAsync(request, (_, _, _, handles) =>
        {
            if (handles.IsNodeGone(arguments.VariablesReference))
            {
                return new VariablesResponseBody { Variables = [] };
            }

            var node = handles.Node(arguments.VariablesReference)
                ?? throw new DebugRequestException($"There are no variables {arguments.VariablesReference}.");
            var hex = arguments.Format?.Hex == true;
            var rows = new List<DebugNode>();
            if (arguments.Filter != VariablesFilter.Indexed)
            {
                rows.AddRange(node.Named());
            }

            if (arguments.Filter != VariablesFilter.Named)
            {
                var start = (int)Math.Clamp(arguments.Start ?? 0, 0, int.MaxValue);
                var count = arguments.Count is > 0 and var some ? (int)Math.Min(some, int.MaxValue) : RowsWithoutPaging;
                rows.AddRange(node.Indexed(start, Math.Min(count, RowsWithoutPaging)));
            }

            return new VariablesResponseBody { Variables = [.. rows.Select(row => Describe(row, handles, hex))] };
        });

    private static Variable Describe(DebugNode row, StopHandles handles, bool hex) => new()
    {
        Name = row.Name,
        Value = hex ? row.HexValue : row.Value,
        Type = row.Type,
        EvaluateName = row.EvaluateName,
        MemoryReference = row.MemoryReference,
        VariablesReference = handles.Add(row),
        NamedVariables = row.NamedCount > 0 ? row.NamedCount : null,
        IndexedVariables = row.IndexedCount > 0 ? row.IndexedCount : null,
    };

    private Task<EvaluateResponseBody> EvaluateAsync(EvaluateArguments arguments, DebugRequest request) =>
        LookAsync(request, (_, session, _, handles) =>
        {
            var value = Evaluator.Evaluate(session, arguments.Expression);
            if (value.Error is { } error)
            {
                throw new DebugRequestException(error);
            }

            var node = value.ToNode(arguments.Expression.Trim());
            return new EvaluateResponseBody
            {
                Result = arguments.Format?.Hex == true ? node.HexValue : node.Value,
                Type = node.Type,
                VariablesReference = handles.Add(node),
                NamedVariables = node.NamedCount > 0 ? node.NamedCount : null,
                IndexedVariables = node.IndexedCount > 0 ? node.IndexedCount : null,
                MemoryReference = node.MemoryReference,
            };
        });

    private ExceptionInfoResponseBody ExceptionInfo(ExceptionInfoArguments arguments, DebugRequest request)
    {
        SessionStop? stop;
        lock (_gate)
        {
            stop = _stop;
        }

        if (stop?.Title is not { } title)
        {
            throw stop is null ? DebugRequestException.NotStopped() : new DebugRequestException("The session did not stop at an exception.");
        }

        return new ExceptionInfoResponseBody
        {
            ExceptionId = title,
            Description = stop.Text,
            BreakMode = ExceptionBreakMode.Always,
            Details = new ExceptionDetails
            {
                Message = stop.Text,
                TypeName = stop.Reason == StopReason.Divergence ? "divergence" : stop.Description.ToLowerInvariant(),
            },
        };
    }

    private Task<ReadMemoryResponseBody> ReadMemoryAsync(ReadMemoryArguments arguments, DebugRequest request) =>
        LookAsync(request, (_, session, _, _) =>
        {
            var reference = MemoryAddress.Parse(arguments.MemoryReference)
                ?? throw new DebugRequestException($"'{arguments.MemoryReference}' is no address, as in sbuf:0x4000.");
            var address = reference with { Offset = unchecked(reference.Offset + (arguments.Offset ?? 0)) };
            var count = (int)Math.Clamp(arguments.Count, 0, MostBytesRead);
            var bytes = address.Read(session.Program, session.State, count);
            return new ReadMemoryResponseBody
            {
                Address = string.Create(CultureInfo.InvariantCulture, $"0x{Math.Max(0, address.Offset):x}"),
                Data = bytes.Length == 0 ? null : Convert.ToBase64String(bytes),
                UnreadableBytes = bytes.Length < arguments.Count ? arguments.Count - bytes.Length : null,
            };
        });

    private Task<DisassembleResponseBody> DisassembleAsync(DisassembleArguments arguments, DebugRequest request) =>
        LookAsync(request, (run, session, _, _) =>
        {
            var (engine, origin) = ParseReference(arguments.MemoryReference)
                ?? throw new DebugRequestException($"'{arguments.MemoryReference}' is no instruction, as in tensor:43.");
            var program = session.Program;
            var stream = program.Program.Instructions(engine);
            var count = (int)Math.Clamp(arguments.InstructionCount, 0, MostInstructions);
            var first = origin + Math.Clamp(arguments.InstructionOffset ?? 0, -MostInstructions, MostInstructions) + (arguments.Offset ?? 0);
            var listed = new DisassembledInstruction[count];
            for (var i = 0; i < count; i++)
            {
                var index = first + i;
                if (index < 0 || index >= stream.Length)
                {
                    listed[i] = new DisassembledInstruction
                    {
                        Address = string.Create(CultureInfo.InvariantCulture, $"{AddressOf(engine, index)}"),
                        Instruction = "",
                        PresentationHint = DisassembledInstructionPresentationHint.Invalid,
                    };
                    continue;
                }

                var location = new InstructionLocation(engine, (int)index);
                var group = program.Timeline.GroupOf(location);
                var place = group >= 0 ? run.Layers.LineOf(run.Layers.LastLayers[group]) : null;
                listed[i] = new DisassembledInstruction
                {
                    Address = AddressOf(engine, index),
                    Instruction = Disassembler.Disassemble(program.Program[location], program.Program.Program.Regions),
                    Symbol = program.Timeline.OperationOf(location)?.Name,
                    Location = place is { } known ? _format.SourceOf(known.File) : null,
                    Line = place is null ? null : _format.Line(place),
                };
            }

            return new DisassembleResponseBody { Instructions = listed };
        });

    // Clients compare addresses as numbers: the engine is the upper part, instructions count from 0.
    private static string AddressOf(Engine engine, long index) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{(((long)engine + 1) << 32) + index:x}");

    private static string ReferenceOf(InstructionLocation instruction) => AddressOf(instruction.Engine, instruction.Index);

    private static (Engine Engine, long Index)? ParseReference(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address))
        {
            var engine = (address >> 32) - 1;
            return engine is >= 0 and < Engines.Count ? ((Engine)engine, address & 0xFFFFFFFF) : null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Engines.Parse(text[..colon]) is { } named
            && long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (named, index)
            : null;
    }
}
