using NNLang.Debugging.Inspection;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;

namespace NNLang.Debugging.Evaluation;

/// <summary>What a name of an expression means where the session stands: a layer's path, a value of the text, an input.</summary>
internal sealed class Names(RunSession session)
{
    private LayerMap Layers => session.Program.Layers;

    /// <summary>The tensor of a name; null if nothing is called so.</summary>
    /// <exception cref="EvaluationException">There is such a layer, and no tensor of it.</exception>
    public ComparedTensor? Find(string name)
    {
        if (FindLayer(name) is { } layer)
        {
            return OfLayer(layer);
        }

        var inputs = Layers.Network.Inputs;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Name == name)
            {
                return new ComparedTensor(session.Program.Launched.Inputs[i], null);
            }
        }

        return null;
    }

    /// <summary>The tensor of the layer that the session stands in.</summary>
    /// <exception cref="EvaluationException">It stands in none, or there is no tensor.</exception>
    public ComparedTensor Current()
    {
        if (session.Group < 0)
        {
            throw new EvaluationException("the session does not stand in a layer");
        }

        return OfLayer(Layers.LastLayers[session.Group]);
    }

    // A path; else a value of the innermost block around the current layer that has one of the name. A value made by several layers is its last.
    private int? FindLayer(string name)
    {
        if (Layers.Find(name) is { } exact)
        {
            return exact;
        }

        var scope = session.Group < 0 ? null : Layers.Network.Layers[Layers.LastLayers[session.Group]].Name.Parent;
        for (; ; scope = scope?.Parent)
        {
            var prefix = scope is null ? name : scope.Path + "/" + name;
            if (Layers.Find(prefix) is { } found)
            {
                return found;
            }

            if (LastBelow(prefix + "/") is { } below)
            {
                return below;
            }

            if (scope is null)
            {
                return null;
            }
        }
    }

    // Of the layers that make a value the last that has been computed; before any has, the last of all.
    private int? LastBelow(string prefix)
    {
        int? last = null;
        for (var layer = Layers.Network.Layers.Length - 1; layer >= 0; layer--)
        {
            if (!Layers.Network.Layers[layer].Path.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            last ??= layer;
            var group = Layers.GroupOf(layer);
            if (group >= 0 && Layers.LastLayers[group] == layer && session.Inspector.TensorOf(group) is not null)
            {
                return layer;
            }
        }

        return last;
    }

    private ComparedTensor OfLayer(int layer)
    {
        var path = Layers.Network.Layers[layer].Path;
        var group = Layers.GroupOf(layer);
        if (group < 0)
        {
            throw new EvaluationException($"'{path}' is not part of the program");
        }

        if (Layers.LastLayers[group] != layer)
        {
            throw new EvaluationException($"'{path}' is computed together with '{Layers.PathOf(group)}', which alone has a tensor");
        }

        return session.Inspector.TensorOf(group) ?? throw new EvaluationException($"'{path}' has not been computed yet");
    }
}
