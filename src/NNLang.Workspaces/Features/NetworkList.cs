using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features;

/// <summary>A network of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line of its declaration, from 0.</param>
public readonly record struct NetworkEntry(string Name, int Line);

/// <summary>The networks of a file. Pure; O(members).</summary>
public static class NetworkList
{
    /// <summary>In text order.</summary>
    public static ImmutableArray<NetworkEntry> Compute(Document document) =>
    [
        .. document.Tree.Root.Members.OfType<NetworkDeclarationSyntax>().Where(network => !network.Name.IsMissing)
            .Select(network => new NetworkEntry(network.Name.ValueText, document.Text.LineOf(network.Span.Start))),
    ];
}
