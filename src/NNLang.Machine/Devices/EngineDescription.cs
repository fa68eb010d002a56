using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.Devices;

/// <summary>A sequencer and what it drives.</summary>
public sealed record EngineDescription
{
    /// <summary>Which one.</summary>
    public required Engine Engine { get; init; }

    /// <summary>Its clock, whole Hz.</summary>
    public required long ClockHz { get; init; }

    /// <summary>Cycles from the end of occupancy to the commit.</summary>
    public long DrainCycles { get; init; }

    /// <summary>Its lanes.</summary>
    public int Lanes { get; init; } = 128;

    /// <summary>The memories it can read.</summary>
    public ImmutableArray<MemoryKind> Reads { get; init; } = [];

    /// <summary>The memories it can write.</summary>
    public ImmutableArray<MemoryKind> Writes { get; init; } = [];

    /// <summary>Its function sets (<c>docs/machine.md</c> 7.7). A function in no set belongs to every set.</summary>
    public ImmutableArray<FunctionSet> FunctionSets { get; init; } = [];

    /// <summary>Peak rates: operations per second by type. For reports only.</summary>
    public ImmutableArray<EnginePeak> Peaks { get; init; } = [];

    /// <summary>The type it accumulates in; for reports only.</summary>
    public ElementType? Accumulates { get; init; }

    /// <summary>Processors behind the sequencer; for reports only.</summary>
    public int? Processors { get; init; }

    /// <summary>Scratch memory of a processor in bytes; for reports only.</summary>
    public long? ScratchBytes { get; init; }
}

/// <summary>Functions whose tables are loaded together.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Functions">Its functions.</param>
public sealed record FunctionSet(string Name, ImmutableArray<ActivationFunction> Functions);

/// <summary>A peak rate.</summary>
/// <param name="Type">The element type.</param>
/// <param name="OperationsPerSecond">Operations per second.</param>
public sealed record EnginePeak(ElementType Type, double OperationsPerSecond);
