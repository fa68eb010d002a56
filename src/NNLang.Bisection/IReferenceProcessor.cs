using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>A reference processor: evaluates the network on the host and is trusted for its meaning, not for its last bits.</summary>
public interface IReferenceProcessor
{
    /// <summary>What it is called in reports, <c>onnxruntime</c>.</summary>
    string Name { get; }

    /// <summary>The network's outputs for its inputs, both in the network's order.</summary>
    /// <exception cref="TargetException">The processor failed.</exception>
    IReadOnlyList<Tensor> Evaluate(IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken);
}
