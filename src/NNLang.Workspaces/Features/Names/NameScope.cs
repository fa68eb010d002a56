namespace NNLang.Workspaces.Features.Names;

/// <summary>Names that can be read at a place, innermost first.</summary>
internal sealed class NameScope(NameScope? outer)
{
    private readonly Dictionary<string, NameSymbol> _names = new(StringComparer.Ordinal);

    /// <summary>What a name stands for here; null for nothing.</summary>
    public NameSymbol? Find(string name) => _names.TryGetValue(name, out var symbol) ? symbol : outer?.Find(name);

    /// <summary>Makes a name readable; one that is there already stays.</summary>
    public void Add(NameSymbol symbol) => _names.TryAdd(symbol.Name, symbol);
}
