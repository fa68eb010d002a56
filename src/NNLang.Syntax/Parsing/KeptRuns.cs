using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>Finds the nested elements of a damaged region that the damage does not touch, as runs that can be kept.</summary>
internal sealed class KeptRuns
{
    // Higher trees could meet the nesting limit at another depth; they are parsed again.
    private const int MaximumHeight = 200;

    private readonly Func<int, bool> isLineStart;
    private readonly int start;
    private readonly int end;

    /// <param name="isLineStart">Tells of a position in the old text whether a line begins there.</param>
    /// <param name="start">Where the damage begins, in the old text.</param>
    /// <param name="end">Where it ends.</param>
    public KeptRuns(Func<int, bool> isLineStart, int start, int end)
    {
        this.isLineStart = isLineStart;
        this.start = start;
        this.end = end;
    }

    /// <summary>The runs with their old positions, in order.</summary>
    public List<(GreenList Run, int Position)> Found { get; } = [];

    /// <summary>Looks into one element of the region.</summary>
    public void Search(GreenNode node, int position)
    {
        if (node.Height < 3)
        {
            return;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            var child = node.Child(i);
            if (child is GreenList list)
            {
                var closed = i + 1 < node.ChildCount && node.Child(i + 1) is GreenToken { IsMissing: false };
                SearchList(list, position, closed);
            }
            else if (!child.IsToken)
            {
                Search(child, position);
            }

            position += child.Width;
        }
    }

    private void SearchList(GreenList list, int position, bool closed)
    {
        // The elements before and behind the damage are kept as they are; those it touches are searched.
        var first = start <= position ? 0 : list.IndexAt(start - position, out _);
        var behind = end <= position ? 0 : FirstAtOrAfter(list, end - position);
        Add(list, position, 0, first, closed || first < list.Count);
        for (var i = first; i < behind; i++)
        {
            Search(list.Element(i, out var offset), position + offset);
        }

        Add(list, position, behind, list.Count - behind, closed);
    }

    private static int FirstAtOrAfter(GreenList list, int offset)
    {
        var index = list.IndexAt(offset, out var begins);
        return begins < offset ? Math.Min(index + 1, list.Count) : index;
    }

    private void Add(GreenList list, int position, int from, int count, bool closed)
    {
        if (count == 0)
        {
            return;
        }

        list.Element(from, out var offset);
        var run = from == 0 && count == list.Count ? list : list.Slice(from, count);
        var begins = position + offset;
        if (closed && run.Height <= MaximumHeight && isLineStart(begins) && isLineStart(begins + run.Width))
        {
            Found.Add((run, begins));
            return;
        }

        for (var i = from; i < from + count; i++)
        {
            Search(list.Element(i, out offset), position + offset);
        }
    }
}
