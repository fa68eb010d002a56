using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Programs;

/// <summary>
/// A compiled program (<c>docs/machine.md</c> 8): code, and for each weight a recipe; no weight values. Immutable.
/// </summary>
public sealed class MachineProgram
{
    /// <summary>The program's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the device it was compiled for.</summary>
    public required string DeviceName { get; init; }

    /// <summary>The content hash of the merged device description.</summary>
    public required ContentHash DeviceHash { get; init; }

    /// <summary>The content hash of the function tables.</summary>
    public required ContentHash FunctionTablesHash { get; init; }

    /// <summary>The regions of device memory; operands name them by index.</summary>
    public ImmutableArray<Region> Regions { get; init; } = [];

    /// <summary>The inputs, in the network's order.</summary>
    public ImmutableArray<ProgramTensor> Inputs { get; init; } = [];

    /// <summary>The outputs, in the network's order.</summary>
    public ImmutableArray<ProgramTensor> Outputs { get; init; } = [];

    /// <summary>The semaphores, by ascending number.</summary>
    public ImmutableArray<SemaphoreDeclaration> Semaphores { get; init; } = [];

    /// <summary>The queues, by ascending number.</summary>
    public ImmutableArray<QueueDeclaration> Queues { get; init; } = [];

    /// <summary>The five streams, in the order of <see cref="Engine"/>.</summary>
    public required ImmutableArray<InstructionStream> Streams { get; init; }

    /// <summary>Source and location map; null if absent. Not part of the program's identity.</summary>
    public DebugSection? Debug { get; init; }

    /// <summary>The stream of one sequencer.</summary>
    public InstructionStream Stream(Engine engine) => Streams[(int)engine];

    /// <summary>The number of instructions of all streams.</summary>
    public int InstructionCount
    {
        get
        {
            var count = 0;
            foreach (var stream in Streams)
            {
                count += stream.Count;
            }

            return count;
        }
    }
}
