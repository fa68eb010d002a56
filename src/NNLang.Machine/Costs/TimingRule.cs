using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Costs;

/// <summary>
/// A correction to the cost of instructions with tile operands (<c>docs/machine.md</c> 7.2, 7.4): all rules that hold apply, scales first.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="When">The condition over the parts of the largest tile and the previous instruction.</param>
/// <param name="Engines">The engines it applies to; empty for all.</param>
/// <param name="AddCycles">Cycles added; null if it scales.</param>
/// <param name="Scale">The factor; null if it adds.</param>
public sealed record TimingRule(
    string Name, CostExpression When, ImmutableArray<Engine> Engines, long? AddCycles = null, double? Scale = null);
