using System.Collections.Immutable;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Machine;

namespace NNLang.Compiler.Emit;

/// <summary>
/// The emit pass: one in-order stream per sequencer out of an allocated order. Code templates are copied, addresses, regions and waits
/// filled in. O(bytes of code).
/// </summary>
internal sealed class CodeEmitter
{
    private readonly PlacedNetwork _placed;
    private readonly Allocation _allocation;
    private readonly AgentTable _agents;
    private readonly WaitPlan _waits;
    private readonly int[] _regionOf;
    private readonly EncodedChoices _templates;
    private readonly ushort _completion;
    private readonly InstructionEncoder[] _encoders = new InstructionEncoder[Engines.Count];
    private readonly List<int>[] _streamOperations = new List<int>[Engines.Count];

    public CodeEmitter(
        PlacedNetwork placed, Allocation allocation, AgentTable agents, WaitPlan waits, int[] regionOf, EncodedChoices templates, int completion)
    {
        _placed = placed;
        _allocation = allocation;
        _agents = agents;
        _waits = waits;
        _regionOf = regionOf;
        _templates = templates;
        _completion = (ushort)completion;
        Code = new OperationCode[placed.OperationCount];
        for (var e = 0; e < Engines.Count; e++)
        {
            _encoders[e] = new InstructionEncoder();
            _streamOperations[e] = [];
        }
    }

    /// <summary>Per operation: where its instructions went.</summary>
    public OperationCode[] Code { get; }

    /// <summary>Per stream: its operations in order.</summary>
    public IReadOnlyList<int> StreamOperations(Engine engine) => _streamOperations[(int)engine];

    /// <summary>The first semaphore of queues: queue q signals semaphore <c>FirstQueueSemaphore + q</c>.</summary>
    public const int FirstQueueSemaphore = 8;

    /// <summary>Writes all streams.</summary>
    public ImmutableArray<InstructionStream> Emit()
    {
        Span<SemaphoreWait> waits = stackalloc SemaphoreWait[Agents.Count];
        foreach (var operation in _allocation.Sequence)
        {
            var count = 0;
            for (var w = _waits.Start[operation]; w < _waits.Start[operation + 1]; w++)
            {
                waits[count++] = WaitFor(_waits.For[w]);
            }

            Emit(operation, waits[..count]);
        }

        var streams = ImmutableArray.CreateBuilder<InstructionStream>(Engines.Count);
        for (var e = 0; e < Engines.Count; e++)
        {
            streams.Add(_encoders[e].ToStream((Engine)e));
        }

        return streams.MoveToImmutable();
    }

    private SemaphoreWait WaitFor(int operation)
    {
        var agent = _agents.NumberOf[_agents.Agent[operation]];
        var count = (uint)_waits.SignalCount[operation];
        return Agents.IsQueue(agent)
            ? new SemaphoreWait(Semaphore(agent), count * _completion)
            : new SemaphoreWait(Semaphore(agent), count);
    }

    private static ushort Semaphore(int agent) =>
        (ushort)(Agents.IsQueue(agent) ? FirstQueueSemaphore + agent - Agents.FirstQueue : agent);

    private void Emit(int operation, Span<SemaphoreWait> waits)
    {
        var choice = _placed.Choice(operation, _allocation.Choice[operation]);
        var template = _templates.Of(choice);
        var encoder = _encoders[(int)choice.Engine];
        var first = encoder.Count;
        var group = _placed.GroupOfOperation[operation];
        waits.Sort(static (a, b) => a.Semaphore.CompareTo(b.Semaphore));
        while (waits.Length > Instruction.MaximumWaits)
        {
            encoder.Write(Opcode.Wait, [], default, waits[..Instruction.MaximumWaits]);
            waits = waits[Instruction.MaximumWaits..];
        }

        ushort? signal = _waits.Signals[operation] ? Semaphore(_agents.NumberOf[_agents.Agent[operation]]) : null;
        for (var i = 0; i < template.Count; i++)
        {
            var body = encoder.Append(template.Instruction(i), i == 0 ? waits : [], i == template.Count - 1 ? signal : null);
            foreach (ref readonly var patch in template.Patches(i))
            {
                Patch(encoder.Written, body + patch.Position, patch, _placed.Resolve(group, patch.Buffer));
            }
        }

        Code[operation] = new OperationCode(choice.Engine, first, encoder.Count - first);
        _streamOperations[(int)choice.Engine].Add(operation);
    }

    private void Patch(Span<byte> written, int position, in AddressPatch patch, int buffer)
    {
        switch (patch.Memory)
        {
            case MemoryKind.Hbm:
                EncodedInstruction.SetRegion(written, position, _regionOf[buffer]);
                break;
            case MemoryKind.Psum:
                var bank = _allocation.Address[buffer] * _placed.Problem.Machine.PsumBankBytes;
                EncodedInstruction.SetOffset(written, position, (uint)(patch.Offset + bank));
                break;
            default:
                var address = _allocation.Address[buffer] * MachineModel.GranuleBytes;
                EncodedInstruction.SetOffset(written, position, (uint)(patch.Offset + address));
                break;
        }
    }
}

/// <summary>Encoded choices by identity. Not thread-safe.</summary>
internal sealed class EncodedChoices
{
    private readonly Dictionary<EngineChoice, EncodedChoice> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The encoded form of a choice, made on first use.</summary>
    public EncodedChoice Of(EngineChoice choice)
    {
        if (!_known.TryGetValue(choice, out var encoded))
        {
            encoded = new EncodedChoice(choice);
            _known.Add(choice, encoded);
        }

        return encoded;
    }
}
