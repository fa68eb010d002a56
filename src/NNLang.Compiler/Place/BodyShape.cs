using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Place;

/// <summary>
/// A lowered group as arrays, ready to be copied into the problem of a network: made once for each body, however many layers share it.
/// Immutable once built.
/// </summary>
internal sealed class BodyShape
{
    /// <summary>Flattens a body. O(its operations).</summary>
    public BodyShape(LoweredGroup body, MachineModel machine, DeviceDescription device)
    {
        var n = body.Operations.Length;
        OperationCount = n;
        ChoiceStart = new int[n + 1];
        DependencyStart = new int[n + 1];
        UseStart = new int[n + 1];
        for (var i = 0; i < n; i++)
        {
            ChoiceStart[i + 1] = ChoiceStart[i] + body.Operations[i].Choices.Length;
            DependencyStart[i + 1] = DependencyStart[i] + body.Operations[i].Dependencies.Length;
            UseStart[i + 1] = UseStart[i] + body.Operations[i].Uses.Length;
        }

        UnitEnds = Units(body);
        ChoiceAgent = new byte[ChoiceStart[n]];
        ChoiceSequencer = new byte[ChoiceStart[n]];
        ChoiceDuration = new long[ChoiceStart[n]];
        ChoicePorts = new byte[ChoiceStart[n]];
        Dependencies = new OperationDependency[DependencyStart[n]];
        Uses = new BufferRef[UseStart[n]];
        for (var i = 0; i < n; i++)
        {
            var operation = body.Operations[i];
            operation.Dependencies.CopyTo(Dependencies, DependencyStart[i]);
            for (var u = 0; u < operation.Uses.Length; u++)
            {
                Uses[UseStart[i] + u] = operation.Uses[u].Buffer;
            }

            for (var c = 0; c < operation.Choices.Length; c++)
            {
                var choice = operation.Choices[c];
                var at = ChoiceStart[i] + c;
                ChoiceSequencer[at] = (byte)choice.Engine;
                ChoiceAgent[at] = (byte)(choice.Queue is { } queue ? Agents.OfQueue((int)queue) : (int)choice.Engine);
                ChoiceDuration[at] = choice.Duration;
                ChoicePorts[at] = PortMask(body, choice, device);
            }
        }

        BufferClass = new BufferClass[body.Buffers.Length];
        BufferSize = new int[body.Buffers.Length];
        for (var b = 0; b < body.Buffers.Length; b++)
        {
            var buffer = body.Buffers[b];
            (BufferClass[b], BufferSize[b]) = buffer.Kind switch
            {
                BufferKind.Activation => (Order.BufferClass.Activation, Granules(buffer.Bytes)),
                BufferKind.Weight => (Order.BufferClass.Weight, Granules(buffer.Bytes)),
                BufferKind.Psum => (Order.BufferClass.Psum, (int)((buffer.Bytes + machine.PsumBankBytes - 1) / machine.PsumBankBytes)),
                _ => (Order.BufferClass.Region, 0),
            };
        }
    }

    /// <summary>Number of operations.</summary>
    public int OperationCount { get; }

    /// <summary>Where a region may end: after a tile once a unit has about 64 operations, and after the last operation.</summary>
    public int[] UnitEnds { get; }

    /// <summary>First choice of each operation; one entry more than operations.</summary>
    public int[] ChoiceStart { get; }

    /// <summary>As in <see cref="OrderProblem.ChoiceAgent"/>.</summary>
    public byte[] ChoiceAgent { get; }

    /// <summary>As in <see cref="OrderProblem.ChoiceSequencer"/>.</summary>
    public byte[] ChoiceSequencer { get; }

    /// <summary>As in <see cref="OrderProblem.ChoiceDuration"/>.</summary>
    public long[] ChoiceDuration { get; }

    /// <summary>As in <see cref="OrderProblem.ChoicePorts"/>.</summary>
    public byte[] ChoicePorts { get; }

    /// <summary>First dependency of each operation; one entry more than operations.</summary>
    public int[] DependencyStart { get; }

    /// <summary>The dependencies, still relative.</summary>
    public OperationDependency[] Dependencies { get; }

    /// <summary>First use of each operation; one entry more than operations.</summary>
    public int[] UseStart { get; }

    /// <summary>The buffers used, still relative.</summary>
    public BufferRef[] Uses { get; }

    /// <summary>Class of each local buffer.</summary>
    public BufferClass[] BufferClass { get; }

    /// <summary>Size of each local buffer, in granules or banks.</summary>
    public int[] BufferSize { get; }

    private static int[] Units(LoweredGroup body)
    {
        const int UnitLength = 64;
        var ends = new List<int>();
        var start = 0;
        for (var i = 0; i < body.Operations.Length; i++)
        {
            if (i + 1 == body.Operations.Length || (body.Operations[i].EndsTile && i + 1 - start >= UnitLength))
            {
                ends.Add(i + 1);
                start = i + 1;
            }
        }

        return [.. ends];
    }

    private static int Granules(long bytes) =>
        (int)Math.Min(int.MaxValue / 4, Math.Max(1, (bytes + MachineModel.GranuleBytes - 1) / MachineModel.GranuleBytes));

    // A port counts where every instruction holds it: what one of several instructions does delays others for a moment only.
    private static byte PortMask(LoweredGroup body, EngineChoice choice, DeviceDescription device)
    {
        if (choice.IsTransfer)
        {
            return 0;
        }

        var mask = 0;
        for (var p = 0; p < device.Ports.Length && p < 8; p++)
        {
            var port = device.Ports[p];
            if (port.Scope == PortScope.Memory && port.Engines.Contains(choice.Engine) && AllTouch(body, choice, port.Memory))
            {
                mask |= 1 << p;
            }
        }

        return (byte)mask;
    }

    private static bool AllTouch(LoweredGroup body, EngineChoice choice, MemoryKind memory)
    {
        foreach (var template in choice.Instructions)
        {
            if (!Touches(body, template, memory))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Touches(LoweredGroup body, InstructionTemplate template, MemoryKind memory)
    {
        foreach (var buffer in template.Buffers)
        {
            var kind = buffer.Origin switch
            {
                BufferOrigin.Local => body.Buffers[buffer.Index].Kind switch
                {
                    BufferKind.Activation or BufferKind.Weight => MemoryKind.Sbuf,
                    BufferKind.Psum => MemoryKind.Psum,
                    _ => MemoryKind.Hbm,
                },
                BufferOrigin.Input => body.Inputs[buffer.Index].IsDense ? MemoryKind.Hbm : MemoryKind.Sbuf,
                _ => MemoryKind.Immediate,
            };

            if (kind == memory)
            {
                return true;
            }
        }

        return false;
    }
}
