using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features.Names;

/// <summary>Edits that rename, or why there are none.</summary>
/// <param name="Changes">One for each place.</param>
/// <param name="Problem">Why it cannot be renamed; null where it can.</param>
public readonly record struct Renaming(ImmutableArray<TextChange> Changes, string? Problem);

/// <summary>Renames a name in its whole file. Pure.</summary>
public static class RenameFeature
{
    /// <summary>The edits for a new name; any text is a name, in backticks where it must be.</summary>
    public static Renaming Compute(Document document, int position, string name)
    {
        var names = NameTable.Of(document.Tree.Root);
        if (names.SymbolAt(document.Tree.Root, position) is not var (symbol, _))
        {
            return new Renaming([], "Only names that this file declares can be renamed.");
        }

        if (name.Length == 0 || name == "_" || name.AsSpan().ContainsAny('\r', '\n'))
        {
            return new Renaming([], "A name needs at least one character, may not be '_', and stays on one line.");
        }

        foreach (var other in names.Symbols)
        {
            if (!ReferenceEquals(other, symbol) && other.Name == name && other.Scope.Touches(symbol.Scope) && IsCallable(other) == IsCallable(symbol))
            {
                var line = document.Text.LineOf(other.Occurrences[0].Span.Start) + 1;
                return new Renaming([], $"'{name}' is already declared on line {line}.");
            }
        }

        var text = SyntaxFacts.WriteName(name);
        return new Renaming([.. symbol.Occurrences.Select(occurrence => new TextChange(occurrence.Span, text))], null);
    }

    private static bool IsCallable(NameSymbol symbol) => symbol.Kind is NameKind.Block or NameKind.Network;
}
