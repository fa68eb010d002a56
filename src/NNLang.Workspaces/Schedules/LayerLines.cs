using NNLang.Semantics.Graph;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Schedules;

/// <summary>Where layers stand in a document, perhaps a later version than they were made from.</summary>
public static class LayerLines
{
    /// <summary>The line of each layer from 1; 0 where its statement is gone. One walk over the statements.</summary>
    public static int[] Of(Document document, Network network)
    {
        var places = document.Compilation.PlacesOf([.. network.Layers.Select(layer => layer.Anchor)]);
        var lines = new int[network.Layers.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = places.TryGetValue(network.Layers[i].Anchor, out var place) ? document.Text.LineOf(place.Start) + 1 : 0;
        }

        return lines;
    }
}
