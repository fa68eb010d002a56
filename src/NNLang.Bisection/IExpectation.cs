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
    /// The enclosure of one group's result, from the tensors that the device itself fed it; null where a value may overflow, so that nothing
    /// can be said.
    /// </summary>
    /// <param name="tensor">The result.</param>
    /// <param name="operands">The group's operands in order, as the device stored them.</param>
    Enclosure? Enclose(GroupTensor tensor, ImmutableArray<Tensor> operands);

    /// <summary>What the lowered operations of a group write for these operands, in their order; bit for bit.</summary>
    LoweredExpectation Lowered(int group, ImmutableArray<Tensor> operands);
}

/// <summary>The interpretation of one lowered group.</summary>
/// <param name="Results">The group's results.</param>
/// <param name="Operations">Per operation and instruction the destination's elements, partition by partition; a transfer to device memory has its own.</param>
public sealed record LoweredExpectation(ImmutableArray<Tensor> Results, ImmutableArray<ImmutableArray<Tensor>> Operations);
