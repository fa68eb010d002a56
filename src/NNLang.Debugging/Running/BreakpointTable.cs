using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NNLang.Debugging.Programs;

namespace NNLang.Debugging.Running;

/// <summary>Finds the layers that a line or a name of a breakpoint means. Pure.</summary>
public static class BreakpointTable
{
    /// <summary>The layers that begin on a line, from 1.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="line">The line.</param>
    /// <param name="problem">Why there is none, in words for a user; else null.</param>
    public static ImmutableArray<int> OnLine(LayerMap layers, int line, out string? problem)
    {
        ImmutableArray<int> found = [.. layers.OnLine(line).Where(layer => layers.GroupOf(layer) >= 0)];
        problem = !found.IsEmpty ? null
            : layers.NextLine(line) is { } next ? $"no layer on this line; next is line {next}"
            : "no layer on this line or below";
        return found;
    }

    /// <summary>The layers of a path with <c>*</c>, or of an operator's name.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="name">The path or operator.</param>
    /// <param name="problem">Why there is none, in words for a user; else null.</param>
    public static ImmutableArray<int> Named(LayerMap layers, string name, out string? problem)
    {
        var pattern = new Regex(
            "^" + Regex.Escape(name.Trim()).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var network = layers.Network;
        ImmutableArray<int> found =
        [
            .. Enumerable.Range(0, network.Layers.Length).Where(layer =>
                layers.GroupOf(layer) >= 0
                && (network.Layers[layer].Operation.Operator.Name == name.Trim() || pattern.IsMatch(network.Layers[layer].Path))),
        ];
        problem = found.IsEmpty ? $"no layer or operator is called '{name.Trim()}'" : null;
        return found;
    }
}
