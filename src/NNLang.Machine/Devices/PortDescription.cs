using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Devices;

/// <summary>A port that engines share: one of them at a time uses the memory through it (<c>docs/machine.md</c> 7.6).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Memory">The memory behind it.</param>
/// <param name="Engines">The engines that share it.</param>
/// <param name="Scope">What is exclusive.</param>
public sealed record PortDescription(string Name, MemoryKind Memory, ImmutableArray<Engine> Engines, PortScope Scope = PortScope.Memory);

/// <summary>What a port makes exclusive.</summary>
public enum PortScope : byte
{
    /// <summary>The memory as a whole.</summary>
    Memory,
    /// <summary>One bank of the memory.</summary>
    Bank,
    /// <summary>The memory, while VectorE runs an instruction on dense 16-bit operands only (its performance mode).</summary>
    PerformanceMode,
    /// <summary>Nothing: the port is declared but shared.</summary>
    Shared,
}
