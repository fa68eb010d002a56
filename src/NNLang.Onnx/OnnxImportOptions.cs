using NNLang.Semantics;
using NNLang.Tensors;

namespace NNLang.Onnx;

/// <summary>How to import.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>The file name written in the <c>weights</c> line.</summary>
    public string WeightsFile { get; init; } = "weights.safetensors";

    /// <summary>Reads a file of external data by its location in the model; null where it cannot be had.</summary>
    public Func<string, ReadOnlyMemory<byte>?>? ReadExternal { get; init; }

    /// <summary>
    /// These options with external data read from the model's folder. A location that leaves the folder is not read.
    /// </summary>
    public OnnxImportOptions ReadingFrom(IFileSystem files, string folder) => this with
    {
        ReadExternal = location =>
        {
            var parts = location.Split('/', '\\');
            if (location.Length == 0 || parts.Any(part => part is "" or "." or ".." || part.Contains(':')))
            {
                return null;
            }

            using var stream = files.Open(Path.Combine([folder, .. parts]));
            if (stream is null || stream.Length > int.MaxValue)
            {
                return null;
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        },
    };

    /// <summary>Numbers in place of those of a filled tensor, or null to keep them.</summary>
    public Func<FilledTensor, Tensor?>? Replace { get; init; }
}
