using NNLang.Bisection;
using NNLang.Reference;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Targets.Processors;

/// <summary>The interpreter of the network's meaning in binary64 as a reference processor.</summary>
public sealed class InterpreterReference(Network network, SourceReader sources) : IReferenceProcessor
{
    /// <inheritdoc/>
    public string Name => "interpreter";

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Evaluate(IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken) =>
        new NetworkEvaluator(network, sources).Run(inputs, null, cancellationToken);
}
