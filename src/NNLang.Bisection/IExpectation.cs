using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>
/// What the device must answer, from interpreters on the host: bit for bit at every cut, and for one layer the enclosure of its meaning.
/// </summary>
public interface IExpectation
{
    /// <summary>The exact tensor in the device's arithmetic, from the network's inputs on.</summary>
    Tensor Exact(GroupTensor tensor);

    /// <summary>
    /// The enclosure of one group's result, from the tensors that the device itself fed it; null where nothing can be said.
    /// </summary>
    /// <param name="tensor">The result.</param>
    /// <param name="operands">The group's operands in order, as the device stored them; null for weights and constants.</param>
    Enclosure? Enclose(GroupTensor tensor, ImmutableArray<Tensor?> operands);

    /// <summary>What the instructions of a group's lowered operations write, its inputs being exact.</summary>
    LoweredExpectation Lowered(int group);
}

/// <summary>The interpretation of a group's lowered operations.</summary>
/// <param name="Result">The group's result.</param>
/// <param name="Writes">Per instruction the destination's elements, partition by partition, in source order.</param>
public sealed record LoweredExpectation(Tensor Result, IReadOnlyDictionary<LoweredStep, float[]> Writes)
{
    /// <summary>Why the interpretation stopped: an operation read what nothing had written; null if it ended.</summary>
    public string? Failure { get; init; }
}

/// <summary>An instruction of a low-level operation.</summary>
/// <param name="Operation">The operation, numbered in source order over the whole network.</param>
/// <param name="Step">The instruction's index within it.</param>
public readonly record struct LoweredStep(int Operation, int Step);
