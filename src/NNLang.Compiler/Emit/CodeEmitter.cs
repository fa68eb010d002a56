using System.Collections.Immutable;
using NNLang.Compiler.Allocate;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Compiler.Place;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Emit;

/// <summary>
/// The emit pass: one in-order stream per sequencer out of an allocated order. Code templates are copied, addresses, regions and waits
/// filled in. O(bytes of code).
/// </summary>
internal sealed class CodeEmitter(
    PlacedNetwork placed, Allocation allocation, Signals signals, int[] regionOf, EncodedChoices templates)
{
    private readonly BaseAddresses _addresses = new(placed, allocation);

    /// <summary>Writes all streams.</summary>
    public ImmutableArray<InstructionStream> Emit()
    {
        var encoders = new InstructionEncoder[Engines.Count];
        for (var e = 0; e < encoders.Length; e++)
        {
            encoders[e] = new InstructionEncoder();
        }

        Span<SemaphoreWait> buffer = stackalloc SemaphoreWait[Agents.Count];
        foreach (var operation in allocation.Sequence)
        {
            var choice = placed.Choice(operation, allocation.Choice[operation]);
            var waits = buffer[..signals.WaitsOf(operation, buffer)];
            Emit(encoders[(int)choice.Engine], operation, choice, waits);
        }

        var streams = ImmutableArray.CreateBuilder<InstructionStream>(Engines.Count);
        for (var e = 0; e < Engines.Count; e++)
        {
            streams.Add(encoders[e].ToStream((Engine)e));
        }

        return streams.MoveToImmutable();
    }

    private void Emit(InstructionEncoder encoder, int operation, EngineChoice choice, Span<SemaphoreWait> waits)
    {
        while (waits.Length > Instruction.MaximumWaits)
        {
            encoder.Write(Opcode.Wait, [], default, waits[..Instruction.MaximumWaits]);
            waits = waits[Instruction.MaximumWaits..];
        }

        var template = templates.Of(choice);
        var group = placed.GroupOfOperation[operation];
        for (var i = 0; i < template.Count; i++)
        {
            var signal = i == template.Count - 1 ? signals.SignalOf(operation) : null;
            var body = encoder.Append(template.Instruction(i), i == 0 ? waits : [], signal);
            foreach (ref readonly var patch in template.Patches(i))
            {
                if (patch.Memory == MemoryKind.Hbm)
                {
                    EncodedInstruction.SetRegion(encoder.Written, body + patch.Position, regionOf[placed.Resolve(group, patch.Buffer)]);
                }
                else
                {
                    var offset = patch.Offset + _addresses.Of(group, patch.Buffer);
                    EncodedInstruction.SetOffset(encoder.Written, body + patch.Position, (uint)offset);
                }
            }
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
