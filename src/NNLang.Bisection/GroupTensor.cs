namespace NNLang.Bisection;

/// <summary>A tensor of the fused network: result <paramref name="Result"/> of group <paramref name="Group"/> (from 0, in program order).</summary>
public readonly record struct GroupTensor(int Group, int Result = 0);
