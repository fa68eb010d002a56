namespace NNLang.Onnx.Import;

/// <summary>Ends an import; caught by the importer.</summary>
internal sealed class ImportException(string code, string message, string help, string? node = null) : Exception(message)
{
    public OnnxProblem Problem { get; } = new(code, message, help, node);
}
