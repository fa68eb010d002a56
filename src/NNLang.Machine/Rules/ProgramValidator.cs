using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.Rules;

/// <summary>
/// Everything about a program that can be told without running it: whoever loads, assembles or emits one rejects it with these problems.
/// O(instructions).
/// </summary>
public static class ProgramValidator
{
    /// <summary>Checks a program for a device.</summary>
    /// <param name="device">A sound device.</param>
    /// <param name="program">The program; its code is well formed.</param>
    /// <param name="limit">After how many problems to stop.</param>
    public static ImmutableArray<ProgramProblem> Validate(DeviceDescription device, MachineProgram program, int limit = 100)
    {
        var problems = new List<ProgramProblem>();
        Declarations(device, program, problems);
        var arguments = new CostArguments();
        var regions = program.Regions.AsSpan();
        var writers = Writers(program);
        foreach (var stream in program.Streams)
        {
            var instructions = stream.Decode();
            for (var i = 0; i < instructions.Length && problems.Count < limit; i++)
            {
                ref readonly var instruction = ref instructions[i];
                var problem = Legality.Check(arguments, device, stream.Engine, instruction, regions)
                    ?? Synchronisation(program, stream.Engine, instruction, writers);
                if (problem is not null)
                {
                    problems.Add(new ProgramProblem(new InstructionLocation(stream.Engine, i), problem));
                }
            }
        }

        return [.. problems.Take(limit)];
    }

    // The writer of each declared semaphore: a sequencer, or 16 + a queue.
    private static Dictionary<ushort, int> Writers(MachineProgram program)
    {
        var writers = new Dictionary<ushort, int>();
        foreach (var semaphore in program.Semaphores)
        {
            writers.TryAdd(semaphore.Number, semaphore.Queue is { } queue ? 16 + queue : (int)(semaphore.Sequencer ?? 0));
        }

        return writers;
    }

    private static string? Synchronisation(MachineProgram program, Engine engine, in Instruction instruction, Dictionary<ushort, int> writers)
    {
        foreach (var wait in instruction.Waits)
        {
            if (!writers.ContainsKey(wait.Semaphore))
            {
                return $"waits for semaphore {wait.Semaphore}, which is not declared";
            }

            if (wait.Value == 0)
            {
                return $"waits for semaphore {wait.Semaphore} to reach 0, which it always has";
            }
        }

        if (instruction.IsTransfer)
        {
            return Transfer(program, engine, instruction);
        }

        return instruction.Increment is { } increment && (!writers.TryGetValue(increment, out var writer) || writer != (int)engine)
            ? $"increments semaphore {increment}, which is not the {Engines.Name(engine)} engine's"
            : null;
    }

    private static string? Transfer(MachineProgram program, Engine engine, in Instruction instruction)
    {
        var number = instruction.Attributes.Queue;
        foreach (var queue in program.Queues)
        {
            if (queue.Number != number)
            {
                continue;
            }

            if (queue.Sequencer != engine)
            {
                return $"uses queue {number}, which the {Engines.Name(queue.Sequencer)} engine triggers";
            }

            if (instruction.Opcode == Opcode.DmaGather && queue.Source != DescriptorSource.Software)
            {
                return $"dma_gather needs a queue of software descriptors; queue {number} is not one";
            }

            return instruction.Increment is { } increment && increment != queue.Semaphore
                ? $"increments semaphore {increment}; queue {number} has semaphore {queue.Semaphore}"
                : null;
        }

        return $"uses queue {number}, which is not declared";
    }

    private static void Declarations(DeviceDescription device, MachineProgram program, List<ProgramProblem> problems)
    {
        void Add(string message) => problems.Add(new ProgramProblem(null, message));
        if (program.Streams.Length != Engines.Count || program.Streams.Where((stream, i) => (int)stream.Engine != i).Any())
        {
            Add("a program has five streams, in the order tensor, vector, scalar, gpsimd, sync");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        Int128 total = 0;
        foreach (var region in program.Regions)
        {
            if (!names.Add(region.Name))
            {
                Add($"two regions are named {region.Name}");
            }

            if (RegionProblem(region) is { } problem)
            {
                Add($"region {region.Name} {problem}");
            }

            total += Region.Aligned(region.Bytes);
        }

        if (device.Memory(MemoryKind.Hbm) is { } hbm && total > hbm.Bytes)
        {
            Add($"the regions take {total} bytes of {hbm.Bytes}");
        }

        foreach (var (tensors, kind) in new[] { (program.Inputs, RegionKind.Input), (program.Outputs, RegionKind.Output) })
        {
            foreach (var tensor in tensors)
            {
                if (TensorProblem(program, tensor, kind) is { } problem)
                {
                    Add($"{(kind == RegionKind.Input ? "input" : "output")} {tensor.Name} {problem}");
                }
            }
        }

        Semaphores(device, program, Add);
        Queues(device, program, Add);
    }

    private static string? RegionProblem(Region region)
    {
        if (DeviceTypes.Code(region.Type) < 0)
        {
            return $"holds {ElementTypes.Name(region.Type)}, which is no device type";
        }

        if (region.Bytes <= 0)
        {
            return "has no bytes";
        }

        if (!region.Dimensions.IsEmpty)
        {
            Int128 bytes = DeviceTypes.Bytes(region.Type);
            foreach (var dimension in region.Dimensions)
            {
                bytes = dimension is > 0 and <= long.MaxValue ? Int128.Min(bytes * dimension, long.MaxValue) : -1;
            }

            if (bytes != region.Bytes)
            {
                return $"has {region.Bytes} bytes, which do not fit its type and extents";
            }
        }

        var needsRecipe = region.Kind is RegionKind.Weight or RegionKind.Constant;
        if (needsRecipe != region.Recipe is not null)
        {
            return needsRecipe ? "has no recipe" : "has a recipe, but its kind needs none";
        }

        return region.Recipe is null ? null : RecipeChecker.Check(region.Recipe, region.Kind == RegionKind.Constant);
    }

    private static string? TensorProblem(MachineProgram program, ProgramTensor tensor, RegionKind kind)
    {
        if ((uint)tensor.Region >= (uint)program.Regions.Length || program.Regions[tensor.Region].Kind != kind)
        {
            return "is in no region of its kind";
        }

        var region = program.Regions[tensor.Region];
        if (DeviceTypes.Of(tensor.Type) != region.Type)
        {
            return $"is {ElementTypes.Name(tensor.Type)}, its region holds {ElementTypes.Name(region.Type)}";
        }

        Int128 bytes = DeviceTypes.Bytes(region.Type);
        foreach (var dimension in tensor.Shape.Dimensions)
        {
            bytes = Int128.Min(bytes * dimension, long.MaxValue);
        }

        return bytes == region.Bytes ? null : $"has {bytes} bytes, its region {region.Bytes}";
    }

    private static void Semaphores(DeviceDescription device, MachineProgram program, Action<string> add)
    {
        var last = -1;
        foreach (var semaphore in program.Semaphores)
        {
            if (semaphore.Number <= last)
            {
                add($"semaphore {semaphore.Number} is not above the one before it");
            }

            last = semaphore.Number;
            if (semaphore.Number >= device.SemaphoreCount)
            {
                add($"semaphore {semaphore.Number} does not exist; {device.Name} has {device.SemaphoreCount}");
            }

            if (semaphore.Sequencer is null == semaphore.Queue is null)
            {
                add($"semaphore {semaphore.Number} has one writer: a sequencer or a queue");
            }
            else if (semaphore.Queue is { } queue && !program.Queues.Any(q => q.Number == queue && q.Semaphore == semaphore.Number))
            {
                add($"semaphore {semaphore.Number} belongs to queue {queue}, which does not declare it");
            }
        }
    }

    private static void Queues(DeviceDescription device, MachineProgram program, Action<string> add)
    {
        var last = -1;
        foreach (var queue in program.Queues)
        {
            if (queue.Number <= last || queue.Number >= device.Dma.Queues)
            {
                add($"queue {queue.Number} is not above the one before it, or does not exist");
            }

            last = queue.Number;
            if (!program.Semaphores.Any(semaphore => semaphore.Number == queue.Semaphore && semaphore.Queue == queue.Number))
            {
                add($"queue {queue.Number} has semaphore {queue.Semaphore}, which is not declared as its own");
            }

            if (queue.Source == DescriptorSource.Hardware
                && (device.Dma.HardwareIssuePicoseconds is null || queue.Sequencer is not (Engine.Scalar or Engine.Sync)))
            {
                add($"queue {queue.Number}: hardware descriptors are made for scalar and sync, on devices that have generators");
            }

            if (queue.Source == DescriptorSource.Software && device.Dma.SoftwareIssuePicoseconds is null)
            {
                add($"queue {queue.Number}: {device.Name} makes no software descriptors");
            }
        }
    }
}

/// <summary>One problem of a program.</summary>
/// <param name="Instruction">The instruction; null for a declaration.</param>
/// <param name="Message">What is wrong; for an instruction, a clause that follows its place.</param>
public sealed record ProgramProblem(InstructionLocation? Instruction, string Message)
{
    /// <summary>Place and message.</summary>
    public override string ToString() => Instruction is { } at ? $"{Engines.Name(at.Engine)} {at.Index}: {Message}" : Message;
}
