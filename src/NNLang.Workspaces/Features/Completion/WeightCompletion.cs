using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Queries;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features.Completion;

/// <summary>Keys of the weights files of a text, inside quotes that name keys. Pure; O(keys).</summary>
internal static class WeightCompletion
{
    private const int MostEntries = 2000;

    /// <summary>The proposals; null where no key may stand.</summary>
    public static (TextSpan Replaced, ImmutableArray<CompletionEntry> Entries)? Compute(Document document, int position)
    {
        var token = document.Tree.Root.FindToken(Math.Max(0, position - 1));
        if (token.Parent is not StringSyntax text || position <= token.Span.Start || position > Inside(token).End)
        {
            return null;
        }

        var wantsKeys = text.Parent is ArgumentSyntax { Label.ValueText: "key" } argument && Calls.NameOf(argument.Parent) == "weight";
        var annotation = (text.Parent as ArgumentSyntax)?.Parent?.Parent as AnnotationSyntax;
        var isTarget = text.Parent is FieldSyntax { Parent: WeightsMapSyntax };
        if (!wantsKeys && !isTarget && annotation?.Label.ValueText != "weights")
        {
            return null;
        }

        var slots = annotation is null ? [] : SlotsOf(document, annotation);
        var entries = new Dictionary<string, CompletionEntry>(StringComparer.Ordinal);
        foreach (var source in WeightQueries.Sources(document.Compilation))
        {
            foreach (var entry in source.Entries)
            {
                if (entries.Count < MostEntries)
                {
                    Add(entries, entry, source, wantsKeys, slots);
                }
            }
        }

        return (Inside(token), [.. entries.Values]);
    }

    private static void Add(
        Dictionary<string, CompletionEntry> entries, SafetensorsEntry entry, WeightSource source, bool wantsKeys, IReadOnlyList<(string Name, TensorType Type)> slots)
    {
        var type = ElementTypes.Name(entry.Type) + entry.Shape;
        if (wantsKeys)
        {
            entries.TryAdd(entry.Name, new CompletionEntry(entry.Name, CompletionKind.Key) { Detail = ": " + type, Description = source.Title });
            return;
        }

        // What an annotation or a map names is what stands before the slot.
        var dot = entry.Name.LastIndexOf('.');
        if (dot <= 0)
        {
            return;
        }

        var (prefix, slot) = (entry.Name[..dot], entry.Name[(dot + 1)..]);
        var fits = slots.Any(wanted => wanted.Name == slot && wanted.Type.KnownShape is { } shape && shape == entry.Shape);
        if (!entries.TryGetValue(prefix, out var known))
        {
            entries.Add(prefix, new CompletionEntry(prefix, CompletionKind.Key)
            {
                Detail = $"  {slot}: {type}",
                Description = source.Title,
                Documentation = $"`{entry.Name}: {type}`",
                Rank = fits ? 0 : 1,
            });
        }
        else
        {
            entries[prefix] = known with
            {
                Documentation = $"{known.Documentation}  \n`{entry.Name}: {type}`",
                Rank = fits ? 0 : known.Rank,
            };
        }
    }

    private static List<(string Name, TensorType Type)> SlotsOf(Document document, AnnotationSyntax annotation)
    {
        var slots = new List<(string, TensorType)>();
        foreach (var operation in StatementSite.Of(document.Compilation, annotation)?.Bindings.FirstOrDefault()?.Operations ?? [])
        {
            for (var i = 0; i < operation.Operation.SlotTypes.Length; i++)
            {
                if (operation.Operation.SlotTypes[i] is { } type)
                {
                    slots.Add((operation.Operation.Operator.Slots[i].Name, type));
                }
            }
        }

        return slots;
    }

    private static TextSpan Inside(SyntaxToken literal)
    {
        var isClosed = literal.Span.Length > 1 && literal.Text[^1] == '"';
        return TextSpan.FromBounds(literal.Span.Start + 1, literal.Span.End - (isClosed ? 1 : 0));
    }
}
