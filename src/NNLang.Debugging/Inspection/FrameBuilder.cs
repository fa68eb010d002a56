using System.Collections.Immutable;
using System.Globalization;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;

namespace NNLang.Debugging.Inspection;

/// <summary>One row of a call stack.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Place">Where it stands; null for nowhere.</param>
/// <param name="Group">The group whose scopes it has; -1 for none.</param>
/// <param name="Engine">The engine.</param>
public sealed record DebugFrame(string Name, SourcePosition? Place, int Group, Engine Engine)
{
    /// <summary>The instruction; null for frames above it.</summary>
    public InstructionLocation? Instruction { get; init; }
}

/// <summary>Call stacks: instruction, operation, layer, blocks, network; of an engine that is not looked at one line that says what it does.</summary>
public static class FrameBuilder
{
    /// <summary>The stack of an engine.</summary>
    public static ImmutableArray<DebugFrame> Of(RunSession session, Engine engine)
    {
        if (session.Focus.Engine != engine)
        {
            return [Idle(session, engine)];
        }

        var program = session.Program;
        var layers = program.Layers;
        var instruction = session.Focus;
        var group = session.Group;
        var operation = program.Timeline.OperationOf(instruction);
        var layer = operation is not null && layers.Find(operation.LayerPath) is { } own ? own : group >= 0 ? layers.LastLayers[group] : -1;
        var place = layer >= 0 ? layers.PlaceOf(layer) : null;
        var frames = ImmutableArray.CreateBuilder<DebugFrame>();
        frames.Add(new DebugFrame(NameOf(program, instruction), place, group, engine) { Instruction = instruction });
        if (operation is not null)
        {
            frames.Add(new DebugFrame(operation.Name, place, group, engine));
        }

        var outermost = place;
        if (group >= 0)
        {
            var last = layers.LastLayers[group];
            frames.Add(new DebugFrame("layer " + layers.PathOf(group), layers.LineOf(last), group, engine));
            foreach (var call in layers.CallsOf(last))
            {
                frames.Add(new DebugFrame(
                    call.Callee == "repeat" ? "repeat " + call.Path : $"block {call.Callee} @ {call.Path}", call.Place, group, engine));
                outermost = call.Place ?? outermost;
            }
        }

        frames.Add(new DebugFrame("network " + layers.Network.Name, outermost, group, engine));
        return frames.ToImmutable();
    }

    /// <summary>The stack of the queues: one row a transfer in flight.</summary>
    public static ImmutableArray<DebugFrame> OfQueues(RunSession session)
    {
        var transfers = session.State.Transfers();
        return transfers.Count == 0
            ? [new DebugFrame("idle: no transfer in flight", null, -1, Engine.Sync)]
            :
            [
                .. transfers.Select(transfer => new DebugFrame(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{NameOf(session.Program, transfer.Trigger)} on queue {transfer.Queue}: {(transfer.HasRead ? "writes" : "reads")}"),
                    PlaceOf(session, transfer.Trigger), session.Program.Timeline.GroupOf(transfer.Trigger), transfer.Trigger.Engine)
                {
                    Instruction = transfer.Trigger,
                }),
            ];
    }

    /// <summary>An instruction in a few words, <c>nc_matmul #43</c>.</summary>
    public static string NameOf(DebugProgram program, InstructionLocation instruction) =>
        instruction.Index < program.Program.Instructions(instruction.Engine).Length
            ? string.Create(CultureInfo.InvariantCulture, $"{Mnemonics.Name(program.Program[instruction].Opcode)} #{instruction.Index}")
            : "no instruction";

    internal static string WriterOf(SemaphoreDeclaration semaphore) =>
        semaphore.Sequencer is { } engine
            ? Engines.Name(engine)
            : string.Create(CultureInfo.InvariantCulture, $"queue {semaphore.Queue}");

    private static DebugFrame Idle(RunSession session, Engine engine)
    {
        var state = session.State;
        var program = session.Program;
        if (state.InFlight(engine) is { Count: > 0 } flight)
        {
            return Frame("runs: " + NameOf(program, flight[^1]), flight[^1]);
        }

        var next = new InstructionLocation(engine, state.NextInstruction(engine));
        if (next.Index >= program.Program.Instructions(engine).Length)
        {
            return new DebugFrame("idle: queue empty", null, -1, engine);
        }

        foreach (var wait in program.Program[next].Waits)
        {
            if (state.Semaphore(wait.Semaphore) < wait.Value)
            {
                var writer = program.Program.Program.Semaphores.FirstOrDefault(semaphore => semaphore.Number == wait.Semaphore);
                var by = writer is null ? "nothing" : WriterOf(writer);
                return Frame(string.Create(CultureInfo.InvariantCulture, $"waits: semaphore {wait.Semaphore} ≥ {wait.Value} ({by})"), next);
            }
        }

        return Frame("next: " + NameOf(program, next), next);

        DebugFrame Frame(string name, InstructionLocation instruction) =>
            new(name, PlaceOf(session, instruction), program.Timeline.GroupOf(instruction), engine) { Instruction = instruction };
    }

    private static SourcePosition? PlaceOf(RunSession session, InstructionLocation instruction)
    {
        var group = session.Program.Timeline.GroupOf(instruction);
        return group >= 0 ? session.Program.Layers.PlaceOf(session.Program.Layers.LastLayers[group]) : null;
    }
}
