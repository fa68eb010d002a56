using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tests.Schedules;

/// <summary>
/// Checks a schedule against the tiled network and the bytes of the program: data, engines, rooms in memory. It finds the addresses by
/// comparing instructions with their templates and follows links itself, so it shares nothing with the passes that it checks.
/// </summary>
internal static class ScheduleChecker
{
    public static void Check(CompiledNetwork compiled)
    {
        var operations = Number(compiled.Tiled!);
        var schedule = compiled.Schedule;
        Assert.Equal(operations.Count, schedule.Operations.Length);
        for (var i = 0; i < operations.Count; i++)
        {
            var (group, operation) = operations[i];
            foreach (var dependency in operation.Dependencies)
            {
                if (Producer(compiled.Tiled!, group, dependency) is { } producer)
                {
                    var before = operations.FindIndex(o => o.Group == producer.Group && ReferenceEquals(o.Operation, producer.Operation));
                    Assert.True(
                        schedule.Operations[before].End <= schedule.Operations[i].Start,
                        $"'{operation.Name}' of group {group} starts before '{producer.Operation.Name}' of group {producer.Group} ends");
                }
            }
        }

        foreach (var engine in schedule.Operations.Where(o => o.Queue < 0).GroupBy(o => o.Engine))
        {
            var end = 0L;
            foreach (var operation in engine.OrderBy(o => o.Start))
            {
                Assert.True(operation.Start >= end, $"two operations at once on {engine.Key}");
                end = operation.End;
            }
        }

        CheckRooms(compiled, operations);
    }

    private static List<(int Group, TileOperation Operation)> Number(TiledNetwork tiled)
    {
        var operations = new List<(int, TileOperation)>();
        for (var g = 0; g < tiled.Groups.Length; g++)
        {
            operations.AddRange(tiled.Groups[g].Body.Operations.Select(operation => (g, operation)));
        }

        return operations;
    }

    private static (int Group, TileOperation Operation)? Producer(TiledNetwork tiled, int group, OperationDependency dependency)
    {
        if (dependency.IsLocal)
        {
            return (group, tiled.Groups[group].Body.Operations[dependency.Index]);
        }

        var link = tiled.Groups[group].Inputs[dependency.Input];
        return link.IsNetworkInput
            ? null
            : Producer(tiled, group - link.Distance, tiled.Groups[group - link.Distance].Body.Results[link.Index].Tiles[dependency.Index].DefinedBy);
    }

    private static (int Group, int Buffer)? Owner(TiledNetwork tiled, int group, BufferRef reference)
    {
        switch (reference.Origin)
        {
            case BufferOrigin.Local:
                return (group, reference.Index);
            case BufferOrigin.Input:
                var link = tiled.Groups[group].Inputs[reference.Index];
                return link.IsNetworkInput
                    ? null
                    : Owner(tiled, group - link.Distance, tiled.Groups[group - link.Distance].Body.Results[link.Index].Buffer);
            default:
                return null;
        }
    }

    private static void CheckRooms(CompiledNetwork compiled, List<(int Group, TileOperation Operation)> operations)
    {
        var code = compiled.Program.Streams.Select(stream => stream.Decode()).ToArray();
        var rooms = new Dictionary<(int Group, int Buffer), Room>();
        for (var i = 0; i < operations.Count; i++)
        {
            var (group, operation) = operations[i];
            var scheduled = compiled.Schedule.Operations[i];
            var place = compiled.Plan!.CodeOf(i);
            var choice = operation.Choices.First(c => c.Engine == scheduled.Engine && (c.Queue is null) == (scheduled.Queue < 0));
            var first = place.First + place.Count - choice.Instructions.Length;
            for (var k = 0; k < choice.Instructions.Length; k++)
            {
                var template = choice.Instructions[k];
                var instruction = code[(int)place.Engine][first + k];
                Assert.Equal(template.Instruction.Opcode, instruction.Opcode);
                for (var o = 0; o < instruction.Operands.Length; o++)
                {
                    if (!instruction.Operands[o].IsOnChip || Owner(compiled.Tiled!, group, template.Buffers[o]) is not { } owner)
                    {
                        continue;
                    }

                    var at = (long)instruction.Operands[o].OnChip.Offset - template.Instruction.Operands[o].OnChip.Offset;
                    var buffer = compiled.Tiled!.Groups[owner.Group].Body.Buffers[owner.Buffer];
                    Assert.Equal(0, at % 64);
                    Assert.InRange(at + buffer.Bytes, 0, compiled.Device.Memory(instruction.Operands[o].Memory)!.Bytes);
                    if (rooms.TryGetValue(owner, out var room))
                    {
                        Assert.Equal(room.Address, at);
                        rooms[owner] = room with { Birth = Math.Min(room.Birth, scheduled.Start), Death = Math.Max(room.Death, scheduled.End) };
                    }
                    else
                    {
                        rooms.Add(owner, new Room(instruction.Operands[o].Memory, at, buffer.Bytes, scheduled.Start, scheduled.End));
                    }
                }
            }
        }

        var all = rooms.ToArray();
        for (var a = 0; a < all.Length; a++)
        {
            for (var b = a + 1; b < all.Length; b++)
            {
                Assert.False(
                    all[a].Value.Meets(all[b].Value), $"buffer {all[a].Key} and buffer {all[b].Key} are in one place at one time");
            }
        }
    }

    private readonly record struct Room(MemoryKind Memory, long Address, long Bytes, long Birth, long Death)
    {
        public bool Meets(Room other) =>
            Memory == other.Memory && Address < other.Address + other.Bytes && other.Address < Address + Bytes && Birth < other.Death && other.Birth < Death;
    }
}
