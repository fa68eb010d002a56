using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Text;
using NNLang.Targets.Launch;

namespace NNLang.Debugging.Programs;

/// <summary>Layers, the fused groups that compute them, and the text they stand in. Immutable, thread-safe.</summary>
public sealed class LayerMap
{
    private readonly LaunchedNetwork _launched;
    private readonly Dictionary<string, int> _byPath;
    private readonly SourcePosition?[] _places;
    private readonly IReadOnlyDictionary<SourceAnchor, TextSpan> _calls;

    /// <summary>Indexes a launched network. O(layers).</summary>
    public LayerMap(LaunchedNetwork launched)
    {
        _launched = launched;
        Fused = launched.Compiled.Fused!;
        _byPath = new Dictionary<string, int>(Network.Layers.Length, StringComparer.Ordinal);
        _places = new SourcePosition?[Network.Layers.Length];
        var calls = new HashSet<SourceAnchor>(ReferenceEqualityComparer.Instance);
        for (var layer = 0; layer < Network.Layers.Length; layer++)
        {
            _byPath[Network.Layers[layer].Path] = layer;
            _places[layer] = IsImported ? null : Position(launched.SpanOf(layer));
            for (var call = Network.Layers[layer].Anchor.Call; call is not null; call = call.Call)
            {
                calls.Add(call);
            }
        }

        _calls = IsImported ? ImmutableDictionary<SourceAnchor, TextSpan>.Empty : launched.Source.Compilation.PlacesOf(calls.ToList());
    }

    /// <summary>The network.</summary>
    public Network Network => _launched.Network;

    /// <summary>The fused network.</summary>
    public FusedNetwork Fused { get; }

    /// <summary>Per fused group its last layer: the one it is called after.</summary>
    public ImmutableArray<int> LastLayers => Fused.LastLayers;

    /// <summary>The file.</summary>
    public string File => _launched.Source.Path;

    /// <summary>Whether the network comes from a model in another format, so that layers have no lines.</summary>
    public bool IsImported => _launched.Source.IsImported;

    /// <summary>The group that computes a layer; -1 for none.</summary>
    public int GroupOf(int layer) => Fused.GroupOfLayer[layer];

    /// <summary>The layer of a path; null if there is none.</summary>
    public int? Find(string path) => _byPath.TryGetValue(path, out var layer) ? layer : null;

    /// <summary>The path that a group is called by: its last layer's.</summary>
    public string PathOf(int group) => Network.Layers[LastLayers[group]].Path;

    /// <summary>The layers of a group in program order.</summary>
    public IEnumerable<int> LayersOf(int group) => Fused.Groups[group].Layers.Select(distance => LastLayers[group] - distance);

    /// <summary>Where a layer's operation stands; null for an imported model.</summary>
    public SourcePosition? PlaceOf(int layer) => _places[layer];

    /// <summary>Where the line of a layer begins, past its indentation.</summary>
    public SourcePosition? LineOf(int layer) => _places[layer] is { } place ? BeginningOf(place) : null;

    /// <summary>The layers whose operation stands on a line, in program order.</summary>
    public IEnumerable<int> OnLine(int line) =>
        Enumerable.Range(0, _places.Length).Where(layer => _places[layer] is { } place && place.Line == line);

    /// <summary>The first line after a line that has a layer; null if there is none.</summary>
    public int? NextLine(int line)
    {
        int? next = null;
        foreach (var place in _places)
        {
            if (place is { } known && known.Line > line && (next is null || known.Line < next))
            {
                next = known.Line;
            }
        }

        return next;
    }

    /// <summary>The block calls and loops around a layer, innermost first.</summary>
    public IEnumerable<CallSite> CallsOf(int layer)
    {
        var name = Network.Layers[layer].Name.Parent;
        for (var call = Network.Layers[layer].Anchor.Call; call is not null; call = call.Call)
        {
            SourcePosition? place = null;
            var callee = "block";
            if (_calls.TryGetValue(call, out var span))
            {
                place = BeginningOf(Position(span));
                callee = CalleeOf(span);
            }

            yield return new CallSite(callee, name?.Path ?? "", place);
            name = name?.Parent;
        }
    }

    private SourceText Text => _launched.Source.Compilation.Tree.Text;

    private SourcePosition Position(TextSpan span)
    {
        var position = Text.PositionOf(span.Start);
        return new SourcePosition(File, position.Line + 1, position.Column + 1);
    }

    private SourcePosition BeginningOf(SourcePosition place)
    {
        var start = Text.LineStart(place.Line - 1);
        var line = Text.ToString(TextSpan.FromBounds(start, start + place.Column - 1));
        var indentation = line.Length - line.TrimStart().Length;
        return place with { Column = indentation + 1 };
    }

    private string CalleeOf(TextSpan span)
    {
        var text = Text.ToString(span);
        var end = 0;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '.'))
        {
            end++;
        }

        return end == 0 ? "block" : text[..end];
    }
}
