using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// What the layout step hands to the parser: kinds, and green tokens where there are any (an end of an element has none). Elements that
/// are kept from the tree before stand as runs behind the <c>{</c> or end of element that precedes them.
/// </summary>
internal sealed class TokenList
{
    private SyntaxKind[] kinds = new SyntaxKind[64];
    private GreenToken?[] greens = new GreenToken?[64];
    private Dictionary<int, GreenList>? runs;

    public int Count { get; private set; }

    public SyntaxKind Kind(int index) => kinds[Math.Min(index, Count - 1)];

    public GreenToken? Green(int index) => greens[index];

    public void Add(SyntaxKind kind, GreenToken? green)
    {
        if (Count == kinds.Length)
        {
            Array.Resize(ref kinds, Count * 2);
            Array.Resize(ref greens, Count * 2);
        }

        kinds[Count] = kind;
        greens[Count++] = green;
    }

    public void Set(int index, GreenToken green) => greens[index] = green;

    /// <summary>Puts kept elements behind the last token.</summary>
    public void AddRun(GreenList run)
    {
        runs ??= [];
        runs[Count - 1] = runs.TryGetValue(Count - 1, out var before) ? before.Splice(before.Count, 0, [.. run.Elements()]) : run;
    }

    public GreenList? RunAfter(int index) => runs is not null && runs.TryGetValue(index, out var run) ? run : null;
}
