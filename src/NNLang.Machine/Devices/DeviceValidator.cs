using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;
using NNLang.Tensors;

namespace NNLang.Machine.Devices;

/// <summary>
/// Checks a merged device as a whole: whatever passes can be compiled for, loaded and timed without further checks of the device. Problems
/// name the part by the path of the language, such as <c>engine vector.clock</c>.
/// </summary>
public static class DeviceValidator
{
    private const long MostClock = 1_000_000_000_000;
    private const long MostTime = 1_000_000_000;

    // Below it the time of a large transfer would leave 64 bits of picoseconds.
    private const long LeastRate = 1_000_000;

    /// <summary>All problems, in the order of the description; empty if it is sound.</summary>
    public static ImmutableArray<DeviceProblem> Validate(DeviceDescription device)
    {
        var problems = ImmutableArray.CreateBuilder<DeviceProblem>();
        Engines(device, problems);
        Dma(device.Dma, problems);
        Memories(device, problems);
        Ports(device, problems);
        if (device.SemaphoreCount is < 24 or > 65535)
        {
            Add(problems, "semaphores.count", "there are 24 to 65535 semaphores: those of the sequencers are 0 to 4, those of the queues 8 to 23");
        }

        if (device.SemaphoreCycles is < 0 or > int.MaxValue)
        {
            Add(problems, "semaphores.cost", "the cost is a number of cycles from 0 to 2147483647");
        }

        Rules(device, problems);
        foreach (var instruction in device.Instructions)
        {
            Instruction(device, instruction, problems);
        }

        return problems.ToImmutable();
    }

    private static void Add(ImmutableArray<DeviceProblem>.Builder problems, string path, string message) =>
        problems.Add(new DeviceProblem(path, message));

    private static void Engines(DeviceDescription device, ImmutableArray<DeviceProblem>.Builder problems)
    {
        if (device.Engines.IsEmpty)
        {
            Add(problems, "engine", "the device has none");
        }

        var seen = 0;
        foreach (var engine in device.Engines)
        {
            var path = $"engine {Machine.Instructions.Engines.Name(engine.Engine)}";
            if ((seen & (1 << (int)engine.Engine)) != 0)
            {
                Add(problems, path, "the engine is declared twice");
            }

            seen |= 1 << (int)engine.Engine;
            if (engine.ClockHz is <= 0 or > MostClock)
            {
                Add(problems, path + ".clock", "a clock is a whole number of Hz above 0, at most 1 THz");
            }

            if (engine.DrainCycles is < 0 or > int.MaxValue)
            {
                Add(problems, path + ".drain", "a drain is a number of cycles from 0 to 2147483647");
            }

            if (engine.FunctionSets.SelectMany(set => set.Functions).GroupBy(function => function).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                Add(problems, path + ".tables", $"the function {Mnemonics.Name(twice.Key)} is in two sets");
            }
        }
    }

    private static void Dma(DmaDescription dma, ImmutableArray<DeviceProblem>.Builder problems)
    {
        if (dma.Count is < 1 or > 16)
        {
            Add(problems, "engine dma.count", "there are 1 to 16 DMA engines");
        }

        if (dma.Queues != 16)
        {
            Add(problems, "engine dma.queues", "there are 16 queues: compiled programs tell their transfers apart by them");
        }

        if (dma.BytesPerSecond < LeastRate)
        {
            Add(problems, "engine dma.rate", "the rate is at least 1 MB per second");
        }

        foreach (var (name, time) in new[]
        {
            ("launch", dma.LaunchPicoseconds), ("land", dma.LandPicoseconds), ("row", dma.RowPicoseconds),
            ("issue.hw", dma.HardwareIssuePicoseconds ?? 0), ("issue.sw", dma.SoftwareIssuePicoseconds ?? 0),
        })
        {
            if (time is < 0 or > MostTime)
            {
                Add(problems, "engine dma." + name, "the time is from 0 to 1 ms");
            }
        }

        if (dma.Completion is < 1 or > 65535)
        {
            Add(problems, "engine dma.completion", "a transfer adds 1 to 65535 to its semaphore");
        }
    }

    private static void Memories(DeviceDescription device, ImmutableArray<DeviceProblem>.Builder problems)
    {
        foreach (var kind in new[] { MemoryKind.Sbuf, MemoryKind.Psum, MemoryKind.Hbm })
        {
            var path = "memory " + Mnemonics.Name(kind);
            if (device.Memory(kind) is not { } memory)
            {
                Add(problems, path, "the device lacks this memory");
                continue;
            }

            var onChip = kind != MemoryKind.Hbm;
            if (memory.Partitions != (onChip ? 128 : 1))
            {
                Add(problems, path + ".partitions", onChip ? "a memory on chip has 128 partitions" : "device memory has no partitions");
            }

            if (memory.Bytes <= 0 || (onChip && (memory.Bytes > 16 << 20 || memory.Bytes % 4 != 0)))
            {
                Add(problems, path + ".bytes", "the size is above 0; of a partition it is a multiple of 4 of at most 16 MiB");
            }

            if (memory.Banks is < 1 or > 8 || (memory.Banks > 1 && memory.Banks * memory.BankBytes != memory.Bytes))
            {
                Add(problems, path + ".banks", "there are 1 to 8 banks, which make up a partition");
            }

            if (memory.BytesPerSecond is < LeastRate)
            {
                Add(problems, path + ".rate", "the rate is at least 1 MB per second");
            }

            if (onChip && !memory.Types.IsEmpty && !memory.Types.Contains(ElementType.F32))
            {
                Add(problems, path + ".types", "f32 is among the types: products add up in it");
            }

            if (!memory.StartPartitions.IsEmpty && !StartsOf(memory).All(memory.StartPartitions.Contains))
            {
                Add(problems, path + ".start_partitions", $"{string.Join(", ", StartsOf(memory))} are among the start partitions");
            }

            foreach (var type in memory.Types)
            {
                if (DeviceTypes.Code(type) < 0)
                {
                    Add(problems, path + ".types", $"{ElementTypes.Name(type)} is not a device type");
                }
            }
        }
    }

    private static IEnumerable<int> StartsOf(MemoryDescription memory)
    {
        for (var start = 0; start < memory.Partitions; start += 32)
        {
            yield return start;
        }
    }

    private static void Ports(DeviceDescription device, ImmutableArray<DeviceProblem>.Builder problems)
    {
        var count = 0;
        foreach (var port in device.Ports)
        {
            count += port.Scope == PortScope.Bank ? device.Memory(port.Memory)?.Banks ?? 1 : 1;
            if (port.Memory is not (MemoryKind.Sbuf or MemoryKind.Psum))
            {
                Add(problems, "port " + port.Name, "a port belongs to sbuf or psum");
            }
        }

        if (count > PortSet.MaximumPorts)
        {
            Add(problems, "port", $"there are at most {PortSet.MaximumPorts} ports, a port per bank counting as often as there are banks");
        }
    }

    private static void Rules(DeviceDescription device, ImmutableArray<DeviceProblem>.Builder problems)
    {
        foreach (var rule in device.Rules)
        {
            if (rule.Scale is not null == rule.AddCycles is not null)
            {
                Add(problems, "rule " + rule.Name, "a rule either adds or scales");
            }

            if (rule.AddCycles is < 0 or > int.MaxValue || rule.Scale is not null and not (>= 0 and <= 1_000_000))
            {
                Add(problems, "rule " + rule.Name, "a correction is at least 0 and not absurd");
            }

            Compile("rule " + rule.Name, rule.When, CostType.Bool, null, problems);
        }
    }

    private static void Instruction(
        DeviceDescription device, InstructionDescription instruction, ImmutableArray<DeviceProblem>.Builder problems)
    {
        var path = "instruction " + instruction.Name;
        if (instruction.Variants.IsEmpty)
        {
            Add(problems, path, "no engine runs the instruction");
        }

        if (instruction.Opcode is not { } opcode)
        {
            return;
        }

        foreach (var parameter in instruction.Parameters)
        {
            if (InstructionSignature.Find(opcode, parameter.Name) is not { } known)
            {
                var names = string.Join(", ", InstructionSignature.Of(opcode).Select(p => p.Name));
                Add(problems, $"{path}.{parameter.Name}", $"the instruction has no such parameter; it has {names}");
            }
            else if (known.Kind != parameter.Kind)
            {
                var kind = known.Kind.ToString().ToLowerInvariant();
                Add(problems, $"{path}.{parameter.Name}", $"the parameter is a {kind}");
            }
        }

        foreach (var limit in instruction.Limits)
        {
            Compile(path + ".limits", limit, CostType.Bool, opcode, problems);
        }

        foreach (var variant in instruction.Variants)
        {
            var on = $"{path} on {(variant.Engine is { } engine ? Machine.Instructions.Engines.Name(engine) : "dma")}";
            if (variant.Engine is { } sequencer && device.Engine(sequencer) is null)
            {
                Add(problems, on, "the device has no such engine");
            }

            if (variant.Engine is null)
            {
                continue;
            }

            foreach (var limit in variant.Limits)
            {
                Compile(on + ".limits", limit, CostType.Bool, opcode, problems);
            }

            Compile(on + ".when", variant.When, CostType.Bool, opcode, problems);
            Compile(on + ".cost", variant.Cost, null, opcode, problems);
            Compile(on + ".fixed", variant.Fixed, null, opcode, problems);
            Compile(on + ".setup", variant.Setup, null, opcode, problems);
            if (variant.SetupOn is not null and not CostExpression.Parameter { Name: "function" })
            {
                Add(problems, on + ".setup_on", "setup depends on the parameter 'function'");
            }
        }
    }

    private static void Compile(
        string path, CostExpression? expression, CostType? wanted, Opcode? opcode, ImmutableArray<DeviceProblem>.Builder problems)
    {
        if (expression is null)
        {
            return;
        }

        try
        {
            var compiler = new CostCompiler(opcode);
            if (wanted == CostType.Bool)
            {
                _ = expression.Type == CostType.Bool ? compiler.Bool(expression) : throw new CostTypeException($"a condition is a bool, not {expression.Type}");
            }
            else if (expression.Type.IsNumber)
            {
                _ = compiler.Float(expression);
            }
            else if (expression.Type == CostType.Duration)
            {
                _ = compiler.Quantity(expression);
            }
            else
            {
                throw new CostTypeException($"a cost is a number of cycles or a time, not {expression.Type}");
            }
        }
        catch (CostTypeException problem)
        {
            Add(problems, path, problem.Message);
        }
    }
}

/// <summary>One problem of a device description.</summary>
/// <param name="Path">Where, by the path of the language.</param>
/// <param name="Message">What is wrong.</param>
public sealed record DeviceProblem(string Path, string Message);
