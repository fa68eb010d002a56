using System.Text;

namespace NNLang.Syntax.Green;

/// <summary>
/// A node of the immutable tree: kind, width and children, but neither position nor parent, so that one object serves every text
/// that holds it. Reference equality of green nodes is what everything incremental is keyed by.
/// </summary>
public abstract class GreenNode
{
    private ulong contentHash;

    private protected GreenNode(SyntaxKind kind) => Kind = kind;

    /// <summary>What it is.</summary>
    public SyntaxKind Kind { get; }

    /// <summary>UTF-16 units, trivia included.</summary>
    public int Width { get; private protected init; }

    /// <summary>Levels below this node; bounded by the parser, so that walks may recurse.</summary>
    public int Height { get; private protected init; }

    /// <summary>What lies below.</summary>
    public GreenFlags Flags { get; private protected init; }

    /// <summary>True where a diagnostic lies below.</summary>
    public bool ContainsDiagnostics => (Flags & GreenFlags.ContainsDiagnostics) != 0;

    /// <summary>True for tokens.</summary>
    public bool IsToken => this is GreenToken;

    /// <summary>The number of direct children. A list's are its elements or its inner lists.</summary>
    public abstract int ChildCount { get; }

    /// <summary>
    /// 64 bits over kinds and token texts, trivia not included: equal for nodes that mean the same. Computed once, on demand.
    /// </summary>
    public ulong ContentHash
    {
        get
        {
            if (contentHash == 0)
            {
                var hash = ComputeContentHash();
                contentHash = hash == 0 ? 1 : hash;
            }

            return contentHash;
        }
    }

    /// <summary>A direct child.</summary>
    public abstract GreenNode Child(int index);

    /// <summary>Units of trivia before the first token that has any width.</summary>
    public int LeadingWidth => FirstToken(static t => t.Width > 0)?.LeadingText.Length ?? 0;

    /// <summary>Units of trivia after the last token that has any width.</summary>
    public int TrailingWidth => LastToken(static t => t.Width > 0)?.TrailingText.Length ?? 0;

    /// <summary>The first token, zero-width ones included, or null for an empty node.</summary>
    public GreenToken? FirstToken() => FirstToken(static _ => true);

    /// <summary>The last token, zero-width ones included, or null for an empty node.</summary>
    public GreenToken? LastToken() => LastToken(static _ => true);

    /// <summary>The whole text, trivia included.</summary>
    public override string ToString()
    {
        var builder = new StringBuilder(Width);
        WriteTo(builder);
        return builder.ToString();
    }

    /// <summary>Appends the whole text, trivia included.</summary>
    public virtual void WriteTo(StringBuilder builder)
    {
        for (var i = 0; i < ChildCount; i++)
        {
            Child(i).WriteTo(builder);
        }
    }

    internal virtual GreenToken? FirstToken(Func<GreenToken, bool> wanted)
    {
        for (var i = 0; i < ChildCount; i++)
        {
            if (Child(i).FirstToken(wanted) is { } token)
            {
                return token;
            }
        }

        return null;
    }

    internal virtual GreenToken? LastToken(Func<GreenToken, bool> wanted)
    {
        for (var i = ChildCount - 1; i >= 0; i--)
        {
            if (Child(i).LastToken(wanted) is { } token)
            {
                return token;
            }
        }

        return null;
    }

    private protected abstract ulong ComputeContentHash();

    private protected static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15UL;
        return hash ^ (hash >> 29);
    }

    private protected static ulong HashText(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return hash;
    }
}
