using System.Collections.Immutable;
using NNLang.Onnx;
using NNLang.Semantics;
using NNLang.Syntax;
using NNLang.Tensors;

namespace NNLang.Targets.Launch;

/// <summary>A <c>.nn</c> or <c>.onnx</c> file as a compilation; the weights of an imported model are kept beside it.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Compilation">The file, bound.</param>
/// <param name="Imported">The weights of an ONNX model by key; null for a <c>.nn</c> file.</param>
public sealed record SourceFile(string Path, Compilation Compilation, IReadOnlyDictionary<string, Tensor>? Imported)
{
    /// <summary>Whether the text was made from a model in another format, so that its lines are in no file.</summary>
    public bool IsImported { get; private init; }

    /// <summary>Reads and binds a file.</summary>
    /// <exception cref="LaunchException">The file cannot be read or imported.</exception>
    public static SourceFile Open(string path, LaunchRequest request)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var options = new CompilationOptions
        {
            Dimensions = request.Dimensions,
            Weights = request.Weights,
            Files = PhysicalFiles.Instance,
            BasePath = folder,
        };
        if (request.Tree is { } tree)
        {
            return new SourceFile(path, Compilation.Create(tree, options), null);
        }

        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return Import(path, options);
        }

        return new SourceFile(path, Compilation.Create(SyntaxTree.Parse(SourceBytes.ReadText(path)), options), null);
    }

    /// <summary>Imports an ONNX model as text and weights.</summary>
    /// <exception cref="LaunchException">The model cannot be imported; the message names the node.</exception>
    public static (string Text, ImmutableArray<KeyValuePair<string, Tensor>> Weights) ReadOnnx(string path, string weightsFile)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var options = new OnnxImportOptions { WeightsFile = weightsFile }.ReadingFrom(PhysicalFiles.Instance, folder);
        var import = OnnxImporter.Import(SourceBytes.ReadAll(path), name, options);
        if (import.Text is not { } text)
        {
            var problem = import.Problems[0];
            throw new LaunchException("program", $"{path}: {problem.Code}: {problem.Message} {problem.Help}".TrimEnd());
        }

        return (text, import.Weights);
    }

    private static SourceFile Import(string path, CompilationOptions options)
    {
        var (text, weights) = ReadOnnx(path, "weights.safetensors");

        // The keys come with the model, so there is no file to check them against.
        var compilation = Compilation.Create(SyntaxTree.Parse(text), options with { Weights = options.Weights ?? "seeded(0)" });
        return new SourceFile(path, compilation, options.Weights is null ? weights.ToDictionary(w => w.Key, w => w.Value) : null)
        {
            IsImported = true,
        };
    }
}
