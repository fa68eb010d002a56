using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Compiler.Lengths;

/// <summary>
/// The second compilation of a length: groups with operations added that write out the tensors of chosen low-level operations. A tensor
/// in psum is first copied to room in sbuf that nobody uses at that time, because transfers cannot read psum.
/// </summary>
internal sealed class Instrumentation
{
    private readonly FreeRoom _room;

    /// <summary>Prepares for a plan. O(operations).</summary>
    public Instrumentation(Plan full) => _room = new FreeRoom(full);

    /// <summary>Sbuf addresses of the added scratch buffers, by instance and index in the changed body.</summary>
    public Dictionary<(int Instance, int Buffer), int> ScratchAddress { get; } = [];

    /// <summary>One tensor that is written out: the local operation and which of its destinations, how it lies, the operations added.</summary>
    public readonly record struct Probe(
        int Operation, int Part, string Name, MemoryKind Memory, int FirstPartition, int Partitions, int Elements, ElementType Type,
        ImmutableArray<int> Added);

    /// <summary>A body with operations added.</summary>
    public (LoweredGroup Body, List<Probe> Probes) Instrument(CompiledNetwork full, int instance, List<int> operations, int outputs)
    {
        var body = full.Tiled!.Groups[instance].Body;
        var plan = full.Plan!;
        var added = new List<TileOperation>();
        var buffers = body.Buffers.ToBuilder();
        var probes = new List<Probe>();
        var readers = new Dictionary<int, List<int>>();
        foreach (var local in operations.Order())
        {
            var number = plan.Placed.FirstOperation[instance] + local;
            foreach (var (destination, reference, part) in Destinations(plan.ChoiceOf(number)))
            {
                var context = new Context(full, body, buffers, added, instance, local, outputs + probes.Count);
                if (Write(context, number, destination, reference, part) is { } probe)
                {
                    probes.Add(probe);
                    readers.TryAdd(local, []);
                    readers[local].Add(probe.Added[0]);
                }
            }
        }

        var changed = new LoweredGroup
        {
            Key = BoundaryBodies.KeyOf(body.Key, $"instrumented {outputs} {string.Join(",", operations)}"),
            Title = body.Title,
            Inputs = body.Inputs,
            Buffers = buffers.ToImmutable(),
            Results = body.Results,
            Operations = [.. body.Operations.Select(operation => HeldBack(operation, readers)), .. added],
        };
        return (changed, probes);
    }

    /// <summary>The on-chip destinations of an operation, those that later instructions of it write again left out.</summary>
    private static List<(OnChipOperand Destination, BufferRef Buffer, int Part)> Destinations(EngineChoice choice)
    {
        var found = new List<(OnChipOperand, BufferRef, int)>();
        foreach (var template in choice.Instructions)
        {
            var operands = template.Instruction.Operands;
            if (operands.IsEmpty || !operands[0].IsOnChip || template.Buffers[0].Origin == BufferOrigin.None)
            {
                continue;
            }

            var destination = operands[0].OnChip;
            var known = found.FindIndex(f => f.Item1 == destination && f.Item2 == template.Buffers[0]);
            if (known < 0)
            {
                found.Add((destination, template.Buffers[0], found.Count));
            }
        }

        return found;
    }

    private Probe? Write(Context context, int number, OnChipOperand destination, BufferRef reference, int part)
    {
        var elements = destination.ElementsPerPartition;
        var size = DeviceTypes.Bytes(destination.Type);
        var source = destination;
        var sourceBuffer = reference;
        var first = context.Operations;
        var numbers = ImmutableArray.CreateBuilder<int>();
        var before = OperationDependency.On(context.Local);
        if (destination.Memory == MemoryKind.Psum)
        {
            var bytes = (elements * size + MachineModel.GranuleBytes - 1) / MachineModel.GranuleBytes * MachineModel.GranuleBytes;
            if (_room.Find(number, bytes / MachineModel.GranuleBytes) is not { } address)
            {
                return null;
            }

            sourceBuffer = context.AddBuffer(new LocalBuffer($"probe {context.Local}.{part}", BufferKind.Activation, bytes));
            ScratchAddress.Add((context.Instance, sourceBuffer.Index), address);
            source = new OnChipOperand(
                MemoryKind.Sbuf, destination.FirstPartition, destination.Partitions, 0, destination.Type, Compact(destination));
            var copy = new Instruction(Opcode.TensorCopy, [source, destination]);
            numbers.Add(context.Add($"probe copy {context.Local}.{part}", Engine.Vector, null,
                new InstructionTemplate(copy, [sourceBuffer, reference]), [before],
                [new BufferUse(sourceBuffer, BufferAccess.Write), new BufferUse(reference, BufferAccess.Read)]));
            before = OperationDependency.On(numbers[0]);
        }

        var region = context.AddBuffer(new LocalBuffer(
            $"probe of {context.Local}.{part}", BufferKind.OutputRegion, (long)destination.Partitions * elements * size)
        {
            Type = destination.Type,
            Dimensions = [destination.Partitions, elements],
            Output = context.Output,
        });
        var dense = new HbmOperand(
            0, 0, destination.Type, [new HbmOperand.Dimension((uint)destination.Partitions, (long)elements * size)], FreeOf(source, size));
        var store = new Instruction(Opcode.DmaCopy, [dense, source]);
        numbers.Add(context.Add($"probe store {context.Local}.{part}", Engine.Sync, (QueueClass)BoundaryBodies.CutQueue,
            new InstructionTemplate(store, [region, sourceBuffer]), [before],
            [new BufferUse(sourceBuffer, BufferAccess.Read), new BufferUse(region, BufferAccess.Write)]));
        return new Probe(
            context.Local, part, $"{context.Name}.{part}", destination.Memory, destination.FirstPartition, destination.Partitions, elements,
            destination.Type, numbers.ToImmutable());
    }

    // What overwrites the tensor within its own buffer waits until it has been read.
    private static TileOperation HeldBack(TileOperation operation, Dictionary<int, List<int>> readers)
    {
        var dependencies = operation.Dependencies;
        foreach (var dependency in operation.Dependencies)
        {
            if (dependency.IsLocal && readers.TryGetValue(dependency.Index, out var added))
            {
                dependencies = dependencies.AddRange(added.Select(OperationDependency.On));
            }
        }

        return dependencies.Length == operation.Dependencies.Length ? operation : new TileOperation
        {
            Name = operation.Name,
            Member = operation.Member,
            Tile = operation.Tile,
            Choices = operation.Choices,
            Dependencies = dependencies,
            Uses = operation.Uses,
            EndsTile = operation.EndsTile,
        };
    }

    private static OnChipOperand.Dimension[] Compact(in OnChipOperand operand)
    {
        var dimensions = operand.Dimensions.ToArray();
        var stride = 1;
        for (var d = dimensions.Length - 1; d >= 0; d--)
        {
            dimensions[d] = new OnChipOperand.Dimension(dimensions[d].Count, (short)stride);
            stride *= dimensions[d].Count;
        }

        return dimensions;
    }

    private static ImmutableArray<HbmOperand.Dimension> FreeOf(in OnChipOperand operand, int size)
    {
        var dimensions = new HbmOperand.Dimension[operand.Rank];
        var stride = (long)size;
        for (var d = dimensions.Length - 1; d >= 0; d--)
        {
            dimensions[d] = new HbmOperand.Dimension(operand.Dimensions[d].Count, stride);
            stride *= operand.Dimensions[d].Count;
        }

        return [.. dimensions];
    }

    private sealed class Context(
        CompiledNetwork full,
        LoweredGroup body,
        ImmutableArray<LocalBuffer>.Builder buffers,
        List<TileOperation> added,
        int instance,
        int local,
        int output)
    {
        public int Instance => instance;

        public int Local => local;

        public int Output => output;

        public int Operations => body.Operations.Length + added.Count;

        public string Name => body.Operations[local].Name;

        public BufferRef AddBuffer(LocalBuffer buffer)
        {
            buffers.Add(buffer);
            return BufferRef.Local(buffers.Count - 1);
        }

        public int Add(
            string name, Engine engine, QueueClass? queue, InstructionTemplate template, ImmutableArray<OperationDependency> before,
            ImmutableArray<BufferUse> uses)
        {
            added.Add(new TileOperation
            {
                Name = name,
                Member = -1,
                Tile = 0,
                Choices = [new EngineChoice { Engine = engine, Queue = queue, Instructions = [template], Duration = DurationOf(engine, queue, template) }],
                Dependencies = before,
                Uses = uses,
            });
            return Operations - 1;
        }

        private long DurationOf(Engine engine, QueueClass? queue, InstructionTemplate template) => queue is null
            ? full.Device.Costs.Evaluate(engine, template.Instruction, Opcode.None, out _)?.Busy ?? 0
            : 1;
    }
}

/// <summary>Room in sbuf that a plan leaves free around an operation.</summary>
internal sealed class FreeRoom
{
    private readonly Plan _plan;
    private readonly int[] _place;
    private readonly int[] _birth;
    private readonly int[] _death;
    private readonly List<(int Address, int Size, int Place)> _taken = [];

    /// <summary>Reads a plan. O(operations).</summary>
    public FreeRoom(Plan plan)
    {
        _plan = plan;
        var problem = plan.Placed.Problem;
        _place = new int[plan.OperationCount];
        _birth = new int[problem.BufferCount];
        _death = new int[problem.BufferCount];
        Array.Fill(_birth, int.MaxValue);
        Array.Fill(_death, -1);
        for (var k = 0; k < _place.Length; k++)
        {
            var operation = plan.Allocation.Sequence[k];
            _place[operation] = k;
            for (var u = problem.UseStart[operation]; u < problem.UseStart[operation + 1]; u++)
            {
                _birth[problem.Uses[u]] = Math.Min(_birth[problem.Uses[u]], k);
                _death[problem.Uses[u]] = k;
            }
        }
    }

    /// <summary>The address of granules that no buffer uses when an operation has just run; null if there are none.</summary>
    public int? Find(int operation, int granules)
    {
        var problem = _plan.Placed.Problem;
        var place = _place[operation];
        var occupied = new List<(int Address, int Size)>();
        for (var b = 0; b < problem.BufferCount; b++)
        {
            if (_plan.Allocation.Address[b] >= 0 && _birth[b] <= place && _death[b] >= place
                && problem.BufferClass[b] is BufferClass.Activation or BufferClass.Weight)
            {
                occupied.Add((_plan.Allocation.Address[b], problem.BufferSize[b]));
            }
        }

        occupied.AddRange(_taken.Where(t => t.Place == place).Select(t => (t.Address, t.Size)));
        occupied.Sort();
        var free = 0;
        foreach (var (address, size) in occupied)
        {
            if (address - free >= granules)
            {
                break;
            }

            free = Math.Max(free, address + size);
        }

        if (free + granules > problem.Machine.SbufGranules)
        {
            return null;
        }

        _taken.Add((free, granules, place));
        return free;
    }
}
