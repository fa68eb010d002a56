using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features.Names;

/// <summary>
/// The names of a file and where they stand, by the rules of scopes alone: it needs no types, so that it also serves a text with errors.
/// Pure; O(tree).
/// </summary>
public sealed class NameTable
{
    private readonly List<NameSymbol> _symbols = [];
    private readonly Dictionary<int, NameSymbol> _byPlace = [];

    private NameTable()
    {
    }

    /// <summary>All symbols.</summary>
    public IReadOnlyList<NameSymbol> Symbols => _symbols;

    /// <summary>Reads a file.</summary>
    public static NameTable Of(FileSyntax file)
    {
        var table = new NameTable();
        new NameCollector(table, file).Collect();
        return table;
    }

    /// <summary>The symbol of a name at a place; null if the name there names nothing of this file.</summary>
    public NameSymbol? SymbolAt(TextSpan name) => _byPlace.GetValueOrDefault(name.Start);

    /// <summary>The symbol whose name holds or ends at a place, and the name's span there.</summary>
    public (NameSymbol Symbol, TextSpan Span)? SymbolAt(SyntaxNode root, int position)
    {
        var word = Places.WordAt(root, position);
        return word.Green is not null && SymbolAt(word.Span) is { } symbol ? (symbol, word.Span) : null;
    }

    internal NameSymbol Declare(string name, NameKind kind, TextSpan scope)
    {
        var symbol = new NameSymbol(name, kind, scope);
        _symbols.Add(symbol);
        return symbol;
    }

    internal void Add(NameSymbol symbol, SyntaxToken token, bool isDefinition)
    {
        if (token.Span.Length > 0 && _byPlace.TryAdd(token.Span.Start, symbol))
        {
            symbol.Add(token.Span, isDefinition);
        }
    }
}
