using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Diagnostics;

namespace NNLang.Compiler.Place;

/// <summary>Annotations that cannot be honoured: an engine that cannot run the operation (NN6010), orders that form a circle (NN6011).</summary>
internal static class AnnotationProblems
{
    /// <summary>The problems of a network. O(groups + links + constraints).</summary>
    public static ImmutableArray<CompilationProblem> Find(TiledNetwork tiled)
    {
        var problems = ImmutableArray.CreateBuilder<CompilationProblem>();
        foreach (var (layer, engine) in EngineRequests.Refused(tiled))
        {
            var path = tiled.Network.Layers[layer].Path;
            problems.Add(new CompilationProblem(
                Codes.EngineNotAllowed.Code, $"The {Engines.Name(engine)} engine cannot run '{path}'.", "Remove @engine or name an engine that can.", layer));
        }

        if (FindCircle(tiled) is { } circle)
        {
            problems.Add(circle);
        }

        return problems.ToImmutable();
    }

    private static CompilationProblem? FindCircle(TiledNetwork tiled)
    {
        var lastLayer = new int[tiled.Groups.Length];
        var last = -1;
        for (var g = 0; g < lastLayer.Length; g++)
        {
            last += tiled.Groups[g].Advance;
            lastLayer[g] = last;
        }

        var edges = Constraints(tiled, lastLayer);
        if (edges.Count == 0)
        {
            return null;
        }

        // Depth first over "must come before": data links back, constraints anywhere.
        var state = new byte[tiled.Groups.Length];
        var path = new List<int>();
        foreach (var (group, _) in edges)
        {
            if (state[group] == 0 && Visit(tiled, edges, group, state, path) is { } closing)
            {
                var names = path.Skip(path.IndexOf(closing)).Append(closing)
                    .Select(g => lastLayer[g] >= 0 ? tiled.Network.Layers[lastLayer[g]].Path : tiled.Groups[g].Body.Title);
                return new CompilationProblem(
                    Codes.OrderCycle.Code,
                    $"@before and @after contradict the data or each other: {string.Join(" ← ", names)}.",
                    "Remove one of them.",
                    lastLayer[closing]);
            }
        }

        return null;
    }

    private static Dictionary<int, List<int>> Constraints(TiledNetwork tiled, int[] lastLayer)
    {
        var edges = new Dictionary<int, List<int>>();
        int[]? groupOf = null;
        for (var layer = 0; layer < tiled.Network.Layers.Length; layer++)
        {
            foreach (var constraint in tiled.Network.Layers[layer].Operation.Annotations.Order)
            {
                groupOf ??= AnnotationGates.GroupOfLayer(tiled, lastLayer);
                var other = layer + constraint.Distance;
                if ((uint)other >= (uint)groupOf.Length || groupOf[layer] < 0 || groupOf[other] < 0 || groupOf[layer] == groupOf[other])
                {
                    continue;
                }

                var (first, second) = constraint.Before ? (groupOf[layer], groupOf[other]) : (groupOf[other], groupOf[layer]);
                if (!edges.TryGetValue(second, out var before))
                {
                    edges.Add(second, before = []);
                }

                before.Add(first);
            }
        }

        return edges;
    }

    /// <summary>Walks to everything that must come before a group; returns the group that closes a circle, the way to it in the path.</summary>
    private static int? Visit(TiledNetwork tiled, Dictionary<int, List<int>> edges, int start, byte[] state, List<int> path)
    {
        var stack = new Stack<(int Group, int Next)>();
        stack.Push((start, 0));
        path.Clear();
        path.Add(start);
        state[start] = 1;
        while (stack.Count > 0)
        {
            var (group, next) = stack.Pop();
            var links = tiled.Groups[group].Inputs;
            var constrained = edges.GetValueOrDefault(group);
            var count = links.Length + (constrained?.Count ?? 0);
            if (next == count)
            {
                state[group] = 2;
                path.RemoveAt(path.Count - 1);
                continue;
            }

            stack.Push((group, next + 1));
            int before;
            if (next < links.Length)
            {
                if (links[next].IsNetworkInput)
                {
                    continue;
                }

                before = group - links[next].Distance;
            }
            else
            {
                before = constrained![next - links.Length];
            }

            if (state[before] == 1)
            {
                return before;
            }

            if (state[before] == 0)
            {
                state[before] = 1;
                path.Add(before);
                stack.Push((before, 0));
            }
        }

        return null;
    }
}
