using System.Globalization;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Weights;

/// <summary>Checks the weights that networks read against the declarations (language 9.4, 9.5). Pure.</summary>
internal sealed class WeightCheck
{
    private const int MaximumMessages = 50;
    private readonly WeightTable _table;
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly HashSet<WeightMap.Entry> _entries = [];

    private WeightCheck(WeightTable table) => _table = table;

    /// <summary>What is wrong.</summary>
    public static List<Diagnostic> Of(WeightTable table, IReadOnlyList<NetworkResult> networks)
    {
        var check = new WeightCheck(table);
        check._diagnostics.AddRange(table.Diagnostics);
        foreach (var network in networks)
        {
            check.CheckNetwork(network);
        }

        if (networks.Count > 0)
        {
            check.CheckUnused();
        }

        return check._diagnostics;
    }

    private void CheckNetwork(NetworkResult result)
    {
        var readsFiles = _table.Declarations.Any(declaration => declaration.Path is not null);
        var canShare = result.Body.HasKeyOverrides || _table.Declarations.Any(declaration => !declaration.Map.Entries.IsEmpty);
        if (!readsFiles && !canShare && (!result.Body.HasWeights || (result.Body.Traits & BodyTraits.WeightedOperations) != 0))
        {
            // Keys that paths give are unique, and a seed has them all: the layers need not be looked at.
            CheckDefault(result, result.Body.HasWeights);
            return;
        }

        if (result.Network is not { } network)
        {
            return;
        }

        var any = false;
        Dictionary<string, (TensorSource.Weight Weight, Layer Layer, int Count)>? readers = canShare ? new(StringComparer.Ordinal) : null;
        foreach (var layer in network.Layers)
        {
            foreach (var source in layer.Sources)
            {
                if (source is not TensorSource.Weight weight)
                {
                    continue;
                }

                any = true;
                if (readers is null)
                {
                    CheckKey(weight, layer);
                }
                else if (!readers.TryGetValue(weight.Key, out var first))
                {
                    readers.Add(weight.Key, (weight, layer, 1));
                    CheckKey(weight, layer);
                }
                else if (!ReferenceEquals(first.Weight, weight))
                {
                    readers[weight.Key] = (first.Weight, first.Layer, first.Count + 1);
                }
            }
        }

        foreach (var (key, reader) in readers ?? [])
        {
            if (reader.Count > 1)
            {
                _diagnostics.Add(Codes.SharedWeight.At(Place(reader.Layer), key, reader.Count.ToString(CultureInfo.InvariantCulture)));
            }
        }

        CheckDefault(result, any);
        if (_table.Declarations.Any(declaration => !declaration.Map.Entries.IsEmpty) && result.Assembled is { } assembled)
        {
            FindEntries(assembled);
        }
    }

    private void CheckDefault(NetworkResult result, bool readsWeights)
    {
        if (readsWeights && _table.IsDefault && !result.IsTooLarge)
        {
            var view = (CallableDeclarationSyntax)SyntaxNode.Detached(result.Symbol.Declaration);
            _diagnostics.Add(Codes.SeededByDefault.At(SyntaxLocation.Of(view.Name)));
        }
    }

    private static SyntaxLocation Place(in Layer layer) => new(layer.Anchor.Statement, layer.Anchor.Span);

    private void CheckKey(TensorSource.Weight weight, in Layer layer)
    {
        _used.Add(weight.Key);
        if (_table.Declarations.Any(declaration => declaration.Path is not null && declaration.Header is null) || _diagnostics.Count > MaximumMessages)
        {
            // A file that cannot be read may have anything; that is told once.
            return;
        }

        if (_table.Find(weight.Key) is not { } declaration)
        {
            var files = _table.Declarations.Where(d => d.Header is not null).ToList();
            var keys = files.SelectMany(d => d.Header!.Entries.Select(entry => entry.Name)).ToList();
            var nearest = Suggestions.Nearest(weight.Key, keys);
            var title = files.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"{files[0].Title} ({keys.Count} keys)") : "the weights declared";
            _diagnostics.Add(Codes.MissingWeight.At(Place(layer), weight.Key, title, nearest is null ? "Map its prefix in the weights declaration, or use @weights." : $"Nearest: '{nearest}'."));
            return;
        }

        if (declaration.Header?.Find(weight.Key) is not { } entry || weight.Type.KnownShape is not { } shape)
        {
            return;
        }

        if (entry.Shape != shape)
        {
            var isTransposed = shape.Rank == 2 && entry.Shape.Rank == 2 && entry.Shape[0] == shape[1] && entry.Shape[1] == shape[0];
            _diagnostics.Add(Codes.WeightShape.At(
                Place(layer), weight.Key, ElementTypes.Name(entry.Type) + entry.Shape, layer.Path, weight.Type,
                isTransposed ? "Transpose it in the file." : "Change the layer, or read another key with @weights."));
        }
        else if (!IsLossless(entry.Type, weight.Type.Element))
        {
            _diagnostics.Add(Codes.WeightType.At(Place(layer), weight.Key, ElementTypes.Name(entry.Type), layer.Path, ElementTypes.Name(weight.Type.Element)));
        }
    }

    private static bool IsLossless(ElementType from, ElementType to) => from == to || (from, to) switch
    {
        (ElementType.F16 or ElementType.BF16, ElementType.F32 or ElementType.F64) => true,
        (ElementType.F32, ElementType.F64) => true,
        (ElementType.F8E4M3 or ElementType.F8E5M2, ElementType.F16 or ElementType.BF16 or ElementType.F32 or ElementType.F64) => true,
        (ElementType.I8 or ElementType.U8, ElementType.I16 or ElementType.I32 or ElementType.I64 or ElementType.F32 or ElementType.F64) => true,
        (ElementType.I16 or ElementType.U16, ElementType.I32 or ElementType.I64 or ElementType.F32 or ElementType.F64) => true,
        (ElementType.I32 or ElementType.U32, ElementType.I64 or ElementType.F64) => true,
        _ => false,
    };

    private void FindEntries(AssembledBody body)
    {
        foreach (var statement in body.Statements)
        {
            foreach (var part in statement?.Pieces ?? [])
            {
                switch (part.Piece)
                {
                    case OperationPiece { Weighted: true } operation when part.IsMapped:
                        foreach (var slot in operation.Slots)
                        {
                            if (slot.Type is not null && slot.Given is null)
                            {
                                Use(part.Prefix + "." + slot.Name);
                            }
                        }

                        break;
                    case WeightPiece weight when part.IsMapped:
                        Use(weight.Key is null ? part.Prefix! : part.Prefix!.Length == 0 ? weight.Key : part.Prefix + "." + weight.Key);
                        break;
                }

                foreach (var inner in part.Bodies ?? [])
                {
                    FindEntries(inner);
                }
            }
        }
    }

    private void Use(string key)
    {
        foreach (var declaration in _table.Declarations)
        {
            if (declaration.Map.Match(key) is { } entry)
            {
                _entries.Add(entry);
            }
        }
    }

    private void CheckUnused()
    {
        foreach (var declaration in _table.Declarations)
        {
            if (declaration.Green is not { } green)
            {
                continue;
            }

            foreach (var entry in declaration.Map.Entries)
            {
                if (!_entries.Contains(entry))
                {
                    _diagnostics.Add(Codes.UnusedMapEntry.At(SyntaxLocation.Of(entry.Syntax), entry.Pattern));
                }
            }

            if (declaration.Header is not { } header)
            {
                continue;
            }

            var view = (WeightsDeclarationSyntax)SyntaxNode.Detached(green);
            var unused = header.Entries.Select(entry => entry.Name)
                .Where(name => !_used.Contains(name) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                .GroupBy(name => name.Contains('.', StringComparison.Ordinal) ? name[..name.IndexOf('.', StringComparison.Ordinal)] : name)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Take(MaximumMessages);
            foreach (var group in unused)
            {
                var count = group.Count();
                _diagnostics.Add(Codes.UnusedWeights.At(
                    SyntaxLocation.Of(view.Source), count == 1 ? $"'{group.First()}'" : string.Create(CultureInfo.InvariantCulture, $"{count} keys below '{group.Key}'"),
                    declaration.Title, "Read them, or remove them from the file."));
            }
        }
    }
}
