using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Gives the streams of an allocated order to the simulation without encoding them: the times are those of the emitted bytes, because
/// both are made from the same templates, addresses and waits. O(instructions).
/// </summary>
internal sealed class TimingFeed
{
    private readonly DeviceDescription _device;
    private readonly TimingInput _input;
    private readonly TimingSimulator _simulator = new();
    private readonly Dictionary<EngineChoice, ChoiceTiming> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes a feed for a device; it keeps the costs of the choices it has seen. Not thread-safe.</summary>
    public TimingFeed(DeviceDescription device)
    {
        _device = device;
        _input = new TimingInput(device);
    }

    /// <summary>Simulates an allocated order and says where each operation's instructions stand.</summary>
    /// <returns>The times, and per operation its instructions.</returns>
    public (TimingResult Times, OperationCode[] Code) Simulate(PlacedNetwork placed, Allocation allocation, Signals signals)
    {
        _input.Clear();
        var code = new OperationCode[placed.OperationCount];
        var addresses = new BaseAddresses(placed, allocation);
        var regions = new int[placed.Problem.BufferCount];
        Span<SemaphoreWait> buffer = stackalloc SemaphoreWait[Agents.Count];
        Span<OperandBox> boxes = stackalloc OperandBox[Instruction.MaximumOperands];
        foreach (var operation in allocation.Sequence)
        {
            var choice = placed.Choice(operation, allocation.Choice[operation]);
            var group = placed.GroupOfOperation[operation];
            var waits = buffer[..signals.WaitsOf(operation, buffer)];
            var first = _input.Count(choice.Engine);
            while (waits.Length > Instruction.MaximumWaits)
            {
                _input.Add(choice.Engine, new Instruction(Opcode.Wait, [], default, waits[..Instruction.MaximumWaits]));
                waits = waits[Instruction.MaximumWaits..];
            }

            var entries = TimingOf(choice).Entries;
            for (var i = 0; i < entries.Length; i++)
            {
                var signal = i == entries.Length - 1 ? signals.SignalOf(operation) : null;
                Add(choice, group, addresses, regions, entries[i], boxes, i == 0 ? waits : [], signal);
            }

            code[operation] = new OperationCode(choice.Engine, first, _input.Count(choice.Engine) - first);
        }

        return (_simulator.Run(_input), code);
    }

    private void Add(
        EngineChoice choice,
        int group,
        BaseAddresses addresses,
        int[] regions,
        in ChoiceTiming.Entry entry,
        Span<OperandBox> boxes,
        ReadOnlySpan<SemaphoreWait> waits,
        ushort? signal)
    {
        switch (entry.Kind)
        {
            case ChoiceTiming.EntryKind.Transfer:
                _input.AddTransfer(choice.Engine, (int)choice.Queue!.Value, entry.Shape, waits, signal);
                break;
            case ChoiceTiming.EntryKind.Whole:
                var instruction = addresses.Instantiate(group, entry.Template, regions, choice.Queue).With(waits, signal);
                if (_input.Add(choice.Engine, instruction) is { } problem)
                {
                    throw new InvalidOperationException($"An instruction has no time: {problem}.");
                }

                break;
            default:
                for (var k = 0; k < entry.Sources.Length; k++)
                {
                    boxes[k] = entry.Sources[k].At(addresses.Of(group, entry.Sources[k].Buffer));
                }

                var destination = entry.Destination.Box.Memory == MemoryKind.Immediate
                    ? default
                    : entry.Destination.At(addresses.Of(group, entry.Destination.Buffer));
                _input.Add(choice.Engine, entry.Cost, entry.Ports, destination, boxes[..entry.Sources.Length], waits, signal);
                break;
        }
    }

    private ChoiceTiming TimingOf(EngineChoice choice)
    {
        if (!_known.TryGetValue(choice, out var timing))
        {
            timing = new ChoiceTiming(choice, _device, _input);
            _known.Add(choice, timing);
        }

        return timing;
    }
}
