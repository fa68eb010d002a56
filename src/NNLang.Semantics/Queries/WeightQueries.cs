using System.Collections.Immutable;
using NNLang.Tensors.Safetensors;

namespace NNLang.Semantics.Queries;

/// <summary>A source of weights that a file declares.</summary>
/// <param name="Title">Its name in texts: the file's name, or <c>seeded(7)</c>.</param>
/// <param name="IsFile">Whether it is a file.</param>
/// <param name="Entries">The tensors of a file that can be read, in the order of their data; else none.</param>
public sealed record WeightSource(string Title, bool IsFile, ImmutableArray<SafetensorsEntry> Entries);

/// <summary>What the editor asks about weights: headers only, no values. Pure functions of a snapshot; thread-safe.</summary>
public static class WeightQueries
{
    /// <summary>The sources in the order in which keys are looked for.</summary>
    public static ImmutableArray<WeightSource> Sources(Compilation compilation) =>
    [
        .. compilation.State.Weights.Declarations.Select(declaration =>
            new WeightSource(declaration.Title, declaration.Path is not null, declaration.Header?.Entries ?? [])),
    ];

    /// <summary>The tensor of a key and the source that has it; null for a key that no file has.</summary>
    public static (WeightSource Source, SafetensorsEntry Entry)? Find(Compilation compilation, string key)
    {
        foreach (var declaration in compilation.State.Weights.Declarations)
        {
            if (declaration.Header?.Find(key) is { } entry)
            {
                return (new WeightSource(declaration.Title, true, declaration.Header.Entries), entry);
            }
        }

        return null;
    }
}
