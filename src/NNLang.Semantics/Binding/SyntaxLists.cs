namespace NNLang.Semantics.Binding;

/// <summary>Elements of lists that may not be there.</summary>
internal static class SyntaxLists
{
    /// <summary>The arguments; none without a list.</summary>
    public static IEnumerable<ArgumentSyntax> OrNone(this ArgumentListSyntax? list) => list is { } some ? some.Arguments : Enumerable.Empty<ArgumentSyntax>();

    /// <summary>The dimensions; none without a list.</summary>
    public static IEnumerable<DimensionSyntax> OrNone(this DimensionListSyntax? list) => list is { } some ? some.Dimensions : Enumerable.Empty<DimensionSyntax>();
}
