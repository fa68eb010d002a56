using System.Text;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Queries;
using NNLang.Syntax;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>Keys of weights and the files that have them: types and places, never values. Pure.</summary>
internal static class WeightHover
{
    private const int MostKeys = 8;
    private const int MostReaders = 3;

    /// <summary>A text in quotes that names weights: a key, a prefix of keys, a file; null for any other.</summary>
    public static string? Describe(Document document, SyntaxNode parent, SyntaxToken token) => parent switch
    {
        StringSyntax { Parent: WeightsDeclarationSyntax } file => File(document, file.Value),
        StringSyntax { Parent: FieldSyntax { Parent: WeightsMapSyntax } } target => Keys(document, target.Value),
        StringSyntax { Parent: ArgumentSyntax { Parent.Parent: AnnotationSyntax { Label.ValueText: "weights" } } } prefix => Keys(document, prefix.Value),
        StringSyntax { Parent: ArgumentSyntax { Label.ValueText: "key" } argument } key when Calls.NameOf(argument.Parent) == "weight" => Keys(document, key.Value),
        FieldSyntax { Parent: WeightsMapSyntax } field when field.Label.Position == token.Position => Keys(document, token.ValueText),
        _ => null,
    };

    /// <summary>
    /// The weights of a layer in one line: <c>`left.weight: f32[256, 16, 3, 3]`, `left.bias: f32[256]` from net.safetensors</c>; empty if it
    /// reads none of a file: a seed has every key, and a hover has few lines.
    /// </summary>
    public static string OfLayer(Document document, in Layer layer)
    {
        var text = new StringBuilder();
        var from = (string?)null;
        foreach (var source in layer.Sources)
        {
            if (source is TensorSource.Weight weight)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append('`').Append(weight.Key).Append(": ").Append(weight.Type).Append('`');
                from ??= WeightQueries.Find(document.Compilation, weight.Key)?.Source.Title;
            }
        }

        return from is null ? "" : text.Append(" from ").Append(from).ToString();
    }

    private static string? File(Document document, string path)
    {
        var title = Path.GetFileName(path);
        if (WeightQueries.Sources(document.Compilation).FirstOrDefault(source => source.IsFile && source.Title == title) is not { Entries.IsEmpty: false } known)
        {
            return null;
        }

        var text = new StringBuilder("**").Append(title).Append("** · ").Append(Figures.Plural(known.Entries.Length, "tensor")).Append(" · ")
            .Append(Figures.Bytes(known.Entries.Sum(entry => entry.Length)));
        AppendEntries(text, known.Entries);
        return text.ToString();
    }

    private static string? Keys(Document document, string key)
    {
        var pattern = key.Contains('*', StringComparison.Ordinal);
        foreach (var source in WeightQueries.Sources(document.Compilation))
        {
            if (!pattern && source.Entries.FirstOrDefault(entry => entry.Name == key) is { } exact)
            {
                var text = new StringBuilder("```nnlang\n").Append(exact.Name).Append(": ").Append(TypeOf(exact)).Append("\n```\n")
                    .Append("in ").Append(source.Title).Append(" at byte ").Append(Figures.Count(exact.Offset)).Append(" · ").Append(Figures.Bytes(exact.Length));
                return text.Append(Readers(document, name => name == key)).ToString();
            }

            var below = source.Entries.Where(entry => Matches(entry.Name, key)).ToList();
            if (below.Count > 0)
            {
                var text = new StringBuilder("**").Append(key).Append("** · ").Append(Figures.Plural(below.Count, "tensor")).Append(" in ").Append(source.Title)
                    .Append(" · ").Append(Figures.Bytes(below.Sum(entry => entry.Length)));
                AppendEntries(text, below);
                return text.Append(Readers(document, name => Matches(name, key))).ToString();
            }
        }

        var drawn = Readers(document, name => name == key || Matches(name, key));
        return drawn.Length == 0 ? null : $"**{key}**{drawn}";
    }

    private static void AppendEntries(StringBuilder text, IReadOnlyCollection<SafetensorsEntry> entries)
    {
        text.Append("\n\n```nnlang\n");
        foreach (var entry in entries.Take(MostKeys))
        {
            text.Append(entry.Name).Append(": ").Append(TypeOf(entry)).Append('\n');
        }

        text.Append("```");
        if (entries.Count > MostKeys)
        {
            text.Append("\nand ").Append(Figures.Count(entries.Count - MostKeys)).Append(" more");
        }
    }

    private static string Readers(Document document, Func<string, bool> isKey)
    {
        var readers = new List<string>();
        foreach (var name in document.Compilation.Networks)
        {
            foreach (var layer in document.Compilation.GetNetwork(name)?.Layers ?? [])
            {
                foreach (var source in layer.Sources)
                {
                    if (source is TensorSource.Weight weight && isKey(weight.Key) && (readers.Count == 0 || readers[^1] != layer.Path))
                    {
                        readers.Add(layer.Path);
                    }
                }
            }
        }

        return readers.Count == 0 ? ""
            : "\n\nread by " + string.Join(", ", readers.Take(MostReaders).Select(path => $"`{path}`"))
                + (readers.Count > MostReaders ? $" and {Figures.Count(readers.Count - MostReaders)} more" : "");
    }

    /// <summary>Whether a key lies below a prefix, in which a star stands for (part of) one component.</summary>
    private static bool Matches(string key, string prefix)
    {
        var (parts, wanted) = (key.Split('.'), prefix.Split('.'));
        if (parts.Length < wanted.Length)
        {
            return false;
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            if (!System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(wanted[i], parts[i], ignoreCase: false))
            {
                return false;
            }
        }

        return true;
    }

    private static string TypeOf(SafetensorsEntry entry) => ElementTypes.Name(entry.Type) + entry.Shape;
}
