using System.Collections.Frozen;

namespace NNLang.Syntax.Green;

/// <summary>The nodes without children that stand for what a broken node lacks; one per kind.</summary>
internal static class GreenEmpty
{
    private static readonly FrozenDictionary<SyntaxKind, GreenNode> Nodes = Enum.GetValues<SyntaxKind>()
        .Where(k => k >= SyntaxKind.SkippedTokens)
        .ToFrozenDictionary(k => k, k => (GreenNode)new GreenBranch(k));

    public static GreenNode Of(SyntaxKind kind) => Nodes[kind];
}
