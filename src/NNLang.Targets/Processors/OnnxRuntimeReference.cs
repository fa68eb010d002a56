using NNLang.Bisection;
using NNLang.Onnx;
using NNLang.Reference;
using NNLang.Semantics.Graph;
using NNLang.Targets.OnnxRuntime;
using NNLang.Tensors;

namespace NNLang.Targets.Processors;

/// <summary>ONNX Runtime as the independent reference: the network is exported to ONNX and run in this process.</summary>
public sealed class OnnxRuntimeReference(Network network, SourceReader sources) : IReferenceProcessor
{
    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Evaluate(IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        try
        {
            using var session = CreateSession();
            cancellationToken.ThrowIfCancellationRequested();
            return session.Run(inputs);
        }
        catch (InvalidDataException refused)
        {
            throw new TargetException(refused.Message, refused);
        }
    }

    /// <summary>A session of the exported network, for repeated runs. The caller disposes it.</summary>
    /// <param name="threads">Threads of one operator; 0 lets the library choose.</param>
    /// <exception cref="InvalidDataException">The library refuses the model.</exception>
    public OnnxRuntimeSession CreateSession(int threads = 0)
    {
        var export = OnnxExporter.Export(network, weight => sources(weight));
        return new OnnxRuntimeSession(export.Model.ToArray(), threads);
    }
}
