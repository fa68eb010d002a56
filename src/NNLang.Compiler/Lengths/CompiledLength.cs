using System.Collections.Immutable;
using NNLang.Compiler.Emit;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Lengths;

/// <summary>
/// The program of a length: the full plan's code up to a cut, and stores of every tensor that is alive there. Immutable, thread-safe.
/// </summary>
public sealed class CompiledLength
{
    /// <summary>How many fused groups it has, counted from the first group of the network.</summary>
    public required int Groups { get; init; }

    /// <summary>The program. Its outputs are the network's outputs that it has, then the cut tensors, then the instrumented ones.</summary>
    public required MachineProgram Program { get; init; }

    /// <summary>The plan the program was made from; its operations are numbered as <see cref="OperationOf"/> says.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The tensors alive at the cut, by program order of what makes them.</summary>
    public required ImmutableArray<CutTensor> CutTensors { get; init; }

    /// <summary>The tensors that are fed from a reference; empty when starting from the network's inputs.</summary>
    public required ImmutableArray<CutTensor> FedTensors { get; init; }

    /// <summary>The tensors of low-level operations that added instructions write out.</summary>
    public required ImmutableArray<InstrumentedTensor> Instrumented { get; init; }

    /// <summary>How many instructions were added for <see cref="Instrumented"/>.</summary>
    public required int AddedInstructions { get; init; }

    /// <summary>Per operation of the plan, the operation of the full plan; -1 for added ones.</summary>
    internal int[] OperationInFull { get; init; } = [];

    /// <summary>The operation of the full plan that an operation of this program is; -1 for one that was added.</summary>
    public int OperationOf(int operation) => OperationInFull[operation];
}

/// <summary>A tensor between fused groups.</summary>
/// <param name="Group">The fused group that makes it.</param>
/// <param name="Result">Which of the group's results.</param>
/// <param name="Layer">The layer of the network it is the result of.</param>
/// <param name="Index">Index among the program's outputs (of cut tensors) or inputs (of fed ones).</param>
/// <param name="Name">Its name there: the layer's path.</param>
public sealed record CutTensor(int Group, int Result, int Layer, int Index, string Name);

/// <summary>The tensor of a low-level operation as the program writes it out: rows of partitions, each with its elements in pattern order.</summary>
/// <param name="Operation">The operation, numbered as in the full plan.</param>
/// <param name="Output">Index among the program's outputs.</param>
/// <param name="Part">Which of the operation's destinations, in instruction order.</param>
/// <param name="Memory">Where the operation leaves it.</param>
/// <param name="FirstPartition">The first partition.</param>
/// <param name="Partitions">The number of partitions: the rows of the output.</param>
/// <param name="Elements">Elements of each partition.</param>
/// <param name="Type">The element type.</param>
public sealed record InstrumentedTensor(
    int Operation, int Output, int Part, MemoryKind Memory, int FirstPartition, int Partitions, int Elements, ElementType Type);
