using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

public sealed partial class Compilation
{
    /// <summary>Where each layer of a network stands in the text, by layer: the operation itself. One walk over the statements.</summary>
    public ImmutableArray<TextSpan> PlacesOf(Network network)
    {
        var wanted = new HashSet<GreenNode>(ReferenceEqualityComparer.Instance);
        foreach (var layer in network.Layers)
        {
            wanted.Add(layer.Anchor.Statement);
        }

        var index = AnchorIndex.Of(Tree, wanted);
        var places = ImmutableArray.CreateBuilder<TextSpan>(network.Layers.Length);
        foreach (var layer in network.Layers)
        {
            places.Add(index.Resolve(new SyntaxLocation(layer.Anchor.Statement, layer.Anchor.Span))?.Span ?? new TextSpan(0, 0));
        }

        return places.MoveToImmutable();
    }

    /// <summary>The places of anchors, by anchor; anchors that are not in this text have none. One walk over the statements.</summary>
    public IReadOnlyDictionary<SourceAnchor, TextSpan> PlacesOf(IReadOnlyCollection<SourceAnchor> anchors)
    {
        var index = AnchorIndex.Of(Tree, new HashSet<GreenNode>(anchors.Select(anchor => anchor.Statement), ReferenceEqualityComparer.Instance));
        var places = new Dictionary<SourceAnchor, TextSpan>(ReferenceEqualityComparer.Instance);
        foreach (var anchor in anchors)
        {
            if (index.Resolve(new SyntaxLocation(anchor.Statement, anchor.Span)) is { } place)
            {
                places[anchor] = place.Span;
            }
        }

        return places;
    }
}
