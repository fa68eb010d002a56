using System.Collections.Immutable;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Queries;

/// <summary>
/// What the editor asks about names. Pure functions of a snapshot; thread-safe. <see cref="At"/> costs the depth of the tree and the body
/// around, the others one walk over the file.
/// </summary>
public static class SymbolQueries
{
    /// <summary>The name at a position, null if there is none.</summary>
    public static Occurrence? At(Compilation compilation, int position) => new NameWalker(compilation).At(position);

    /// <summary>All names of the file with what they name, in text order: for semantic tokens.</summary>
    public static IEnumerable<Occurrence> All(Compilation compilation) => new NameWalker(compilation).All();

    /// <summary>
    /// Every place where the thing at a position is named, definitions included, in text order. A value is all values of its name in the
    /// block or network: rebinding goes on with one name.
    /// </summary>
    public static ImmutableArray<Occurrence> References(Compilation compilation, int position)
    {
        if (At(compilation, position) is not { Kind: not SymbolKind.Unknown } symbol)
        {
            return [];
        }

        var references = ImmutableArray.CreateBuilder<Occurrence>();
        foreach (var other in All(compilation))
        {
            if (other.Name == symbol.Name && IsSame(symbol, other))
            {
                references.Add(other);
            }
        }

        return references.ToImmutable();
    }

    /// <summary>
    /// The edits that rename the thing at a position. Null if nothing of the file stands there, with the reason in <paramref name="problem"/>:
    /// an operator, or a name that is taken.
    /// </summary>
    public static ImmutableArray<TextEdit>? Rename(Compilation compilation, int position, string newName, out string problem)
    {
        problem = string.Empty;
        if (At(compilation, position) is not { } symbol)
        {
            problem = "No name stands here.";
            return null;
        }

        if (symbol.Definition is null)
        {
            problem = $"'{symbol.Name}' is not defined in this file.";
            return null;
        }

        if (newName.Length == 0 || newName == "_")
        {
            problem = "A name has at least one character, and is not '_'.";
            return null;
        }

        foreach (var other in All(compilation))
        {
            if (other.Name == newName && other.Kind is not (SymbolKind.Attribute or SymbolKind.Annotation or SymbolKind.Engine or SymbolKind.Operator or SymbolKind.Result)
                && IsCallable(other.Kind) == IsCallable(symbol.Kind)
                && (other.Container is null || symbol.Container is null || other.Container == symbol.Container))
            {
                problem = $"'{newName}' is the name of something else here.";
                return null;
            }
        }

        var written = SyntaxFacts.WriteName(newName);
        return [.. References(compilation, position).Select(reference => new TextEdit(SyntaxLocation.Absolute(reference.Span), written))];
    }

    private static bool IsCallable(SymbolKind kind) => kind is SymbolKind.Block or SymbolKind.Network;

    private static bool IsBody(SymbolKind kind) =>
        kind is SymbolKind.Value or SymbolKind.Parameter or SymbolKind.Dimension or SymbolKind.Index;

    private static bool IsSame(Occurrence symbol, Occurrence other) =>
        IsBody(symbol.Kind) && IsBody(other.Kind) ? symbol.Container == other.Container
        : IsCallable(symbol.Kind) && IsCallable(other.Kind) ? true
        : symbol.Kind == other.Kind && (symbol.Kind is not (SymbolKind.Attribute or SymbolKind.Result) || symbol.Container == other.Container);
}
