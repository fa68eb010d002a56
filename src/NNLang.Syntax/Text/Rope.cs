namespace NNLang.Syntax.Text;

/// <summary>
/// A persistent text: an AVL tree whose leaves are short strings. Every node knows its length, its line breaks, and whether it
/// begins with LF or ends with CR, so that a CR LF cut in two counts once.
/// </summary>
internal sealed class Rope
{
    private const int TargetLeaf = 1024;

    public static readonly Rope Empty = new(string.Empty);

    private readonly string? leaf;
    private readonly Rope? left;
    private readonly Rope? right;

    private Rope(string text)
    {
        leaf = text;
        Length = text.Length;
        Breaks = CountBreaks(text);
        StartsWithLineFeed = text.Length > 0 && text[0] == '\n';
        EndsWithReturn = text.Length > 0 && text[^1] == '\r';
    }

    private Rope(Rope left, Rope right)
    {
        this.left = left;
        this.right = right;
        Length = checked(left.Length + right.Length);
        Breaks = left.Breaks + right.Breaks - (left.EndsWithReturn && right.StartsWithLineFeed ? 1 : 0);
        Height = (byte)(Math.Max(left.Height, right.Height) + 1);
        StartsWithLineFeed = left.StartsWithLineFeed;
        EndsWithReturn = right.EndsWithReturn;
    }

    public int Length { get; }

    /// <summary>LF, CR LF and CR, each counted where it ends; a CR at the very end counts.</summary>
    public int Breaks { get; }

    public byte Height { get; }

    private bool StartsWithLineFeed { get; }

    private bool EndsWithReturn { get; }

    public static Rope From(ReadOnlySpan<char> text)
    {
        if (text.Length <= TargetLeaf)
        {
            return text.Length == 0 ? Empty : new Rope(text.ToString());
        }

        var leaves = (text.Length + TargetLeaf - 1) / TargetLeaf;
        var middle = leaves / 2 * TargetLeaf;
        return new Rope(From(text[..middle]), From(text[middle..]));
    }

    /// <summary>The text with a range replaced. O(log n + inserted).</summary>
    public Rope Replace(int start, int length, string text)
    {
        if (leaf is not null)
        {
            return From(string.Concat(leaf.AsSpan(0, start), text, leaf.AsSpan(start + length)));
        }

        // An edit that stays within one leaf copies a path; any other is cut out and joined.
        if (text.Length <= TargetLeaf)
        {
            if (start + length <= left!.Length && start < left.Length)
            {
                return Join(left.Replace(start, length, text), right!);
            }

            if (start >= left.Length)
            {
                return Join(left, right!.Replace(start - left.Length, length, text));
            }
        }

        return Join(Join(Take(start), From(text)), Drop(start + length));
    }

    public char this[int index]
    {
        get
        {
            var node = this;
            while (node.leaf is null)
            {
                if (index < node.left!.Length)
                {
                    node = node.left;
                }
                else
                {
                    index -= node.left.Length;
                    node = node.right!;
                }
            }

            return node.leaf[index];
        }
    }

    public void CopyTo(int start, Span<char> target)
    {
        var node = this;
        while (target.Length > 0)
        {
            if (node.leaf is not null)
            {
                node.leaf.AsSpan(start, target.Length).CopyTo(target);
                return;
            }

            if (start >= node.left!.Length)
            {
                start -= node.left.Length;
                node = node.right!;
                continue;
            }

            var here = Math.Min(target.Length, node.left.Length - start);
            node.left.CopyTo(start, target[..here]);
            target = target[here..];
            start = 0;
            node = node.right!;
        }
    }

    /// <summary>How many breaks end at or before the position. A CR just before it counts unless an LF follows.</summary>
    public int BreaksBefore(int position)
    {
        var node = this;
        var count = 0;
        var pendingReturn = false;
        while (true)
        {
            if (position == 0)
            {
                return count - (pendingReturn && node.StartsWithLineFeed ? 1 : 0);
            }

            if (position == node.Length)
            {
                // What follows decides about a trailing CR; the caller's path has seen it or the text ends here.
                return count + node.Breaks - (pendingReturn && node.StartsWithLineFeed ? 1 : 0);
            }

            if (node.leaf is not null)
            {
                var breaks = CountBreaks(node.leaf.AsSpan(0, position));
                if (node.leaf[position - 1] == '\r' && node.leaf[position] == '\n')
                {
                    breaks--;
                }

                return count + breaks - (pendingReturn && node.StartsWithLineFeed ? 1 : 0);
            }

            if (position < node.left!.Length)
            {
                node = node.left;
                continue;
            }

            count += node.left.Breaks - (pendingReturn && node.left.StartsWithLineFeed ? 1 : 0);
            pendingReturn = node.left.EndsWithReturn;
            position -= node.left.Length;
            node = node.right!;
        }
    }

    /// <summary>The position after the n-th break (from 1), or -1 where there are fewer.</summary>
    public int AfterBreak(int n)
    {
        if (n > Breaks)
        {
            return -1;
        }

        var node = this;
        var position = 0;
        var pendingReturn = false;
        while (node.leaf is null)
        {
            var counted = node.left!.Breaks - (pendingReturn && node.left.StartsWithLineFeed ? 1 : 0);
            // A CR that ends the left half may belong to an LF that begins the right one: then the break ends there.
            var split = node.left.EndsWithReturn && node.right!.StartsWithLineFeed;
            if (n < counted || (n == counted && !split))
            {
                node = node.left;
                continue;
            }

            if (n == counted)
            {
                return position + node.left.Length + 1;
            }

            n -= counted;
            pendingReturn = node.left.EndsWithReturn;
            position += node.left.Length;
            node = node.right!;
        }

        var text = node.leaf;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\n' or '\r'))
            {
                continue;
            }

            if (text[i] == '\n' && i == 0 && pendingReturn)
            {
                continue;
            }

            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }

            if (--n == 0)
            {
                return position + i + 1;
            }
        }

        return -1;
    }

    private static int CountBreaks(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (true)
        {
            var at = text.IndexOfAny('\n', '\r');
            if (at < 0)
            {
                return count;
            }

            count++;
            at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            text = text[at..];
        }
    }

    private Rope Take(int length)
    {
        if (length == Length)
        {
            return this;
        }

        if (length == 0)
        {
            return Empty;
        }

        if (leaf is not null)
        {
            return new Rope(leaf[..length]);
        }

        return length <= left!.Length ? left.Take(length) : Join(left, right!.Take(length - left.Length));
    }

    private Rope Drop(int length)
    {
        if (length == 0)
        {
            return this;
        }

        if (length == Length)
        {
            return Empty;
        }

        if (leaf is not null)
        {
            return new Rope(leaf[length..]);
        }

        return length >= left!.Length ? right!.Drop(length - left.Length) : Join(left.Drop(length), right!);
    }

    private static Rope Join(Rope a, Rope b)
    {
        if (a.Length == 0)
        {
            return b;
        }

        if (b.Length == 0)
        {
            return a;
        }

        if (a.leaf is not null && b.leaf is not null && a.Length + b.Length <= TargetLeaf)
        {
            return new Rope(a.leaf + b.leaf);
        }

        if (a.Height > b.Height + 1)
        {
            return Balance(a.left!, Join(a.right!, b));
        }

        return b.Height > a.Height + 1 ? Balance(Join(a, b.left!), b.right!) : new Rope(a, b);
    }

    private static Rope Balance(Rope a, Rope b)
    {
        if (a.Height > b.Height + 1)
        {
            return a.left!.Height >= a.right!.Height
                ? new Rope(a.left, new Rope(a.right, b))
                : new Rope(new Rope(a.left, a.right.left!), new Rope(a.right.right!, b));
        }

        if (b.Height > a.Height + 1)
        {
            return b.right!.Height >= b.left!.Height
                ? new Rope(new Rope(a, b.left), b.right)
                : new Rope(new Rope(a, b.left.left!), new Rope(b.left.right!, b.right));
        }

        return new Rope(a, b);
    }
}
