using NNLang.Operators.Weights;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Weights;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;

namespace NNLang.Semantics;

/// <summary>
/// The weights of a compilation: files mapped, seeds drawn. Nothing is read before it is asked for. Thread-safe; tensors of files must
/// not be read after disposal.
/// </summary>
public sealed class NetworkWeights : IDisposable
{
    private readonly WeightTable _table;
    private readonly Dictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);
    private readonly IFileSystem? _system;
    private readonly Lock _gate = new();

    internal NetworkWeights(WeightTable table, IFileSystem? system)
    {
        _table = table;
        _system = system;
    }

    /// <summary>
    /// The elements of a weight in its declared type; a file's in another type are converted. Throws <see cref="TensorFileException"/>
    /// where no declaration has the key, the shape differs, or the file cannot be read.
    /// </summary>
    public Tensor Load(TensorSource.Weight weight)
    {
        var shape = weight.Type.KnownShape ?? throw new TensorFileException($"The weight '{weight.Key}' is {weight.Type}: its dimensions have no values.");
        foreach (var declaration in _table.Declarations)
        {
            if (declaration.Path is null)
            {
                return SeededWeights.Draw(declaration.Seed, declaration.Scale, weight.Key, shape, weight.Role).ConvertTo(weight.Type.Element);
            }

            if (Open(declaration)?.Find(weight.Key) is { } tensor)
            {
                return tensor.Shape == shape
                    ? tensor.ConvertTo(weight.Type.Element)
                    : throw new TensorFileException($"'{weight.Key}' is {tensor} in {declaration.Title}, not {weight.Type}.");
            }
        }

        throw new TensorFileException($"No weight '{weight.Key}' in the weights declared.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }
    }

    private SafetensorsFile Open(WeightDeclaration declaration)
    {
        var path = declaration.FullPath!;
        lock (_gate)
        {
            if (_files.TryGetValue(path, out var known))
            {
                return known;
            }

            var physical = _system?.PhysicalPath(path) ?? throw new TensorFileException($"'{declaration.Path}' cannot be opened: there is no such file.");
            try
            {
                return _files[path] = SafetensorsFile.Open(physical);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new TensorFileException($"'{declaration.Path}' cannot be read: {failure.Message}", failure);
            }
        }
    }
}
