using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// The tree after an edit from the tree before. The damage is the touched lines. In the innermost list whose interior holds them, the elements
/// that they touch are laid out and parsed again by the rule that the list is made of; the result is taken only where the layout
/// provably meets the untouched neighbours as a full one would. Else the region grows by an element, or the list around is tried.
/// </summary>
internal sealed class IncrementalParser
{
    private readonly SourceText oldText;
    private readonly SourceText newText;
    private readonly GreenNode root;
    private readonly TokenFactory factory = new(64);
    private readonly LineTokens line = new();
    private readonly int start;
    private readonly int end;
    private readonly int delta;
    private int attempts;

    private IncrementalParser(SourceText oldText, GreenNode root, TextChange change, SourceText newText)
    {
        this.oldText = oldText;
        this.newText = newText;
        this.root = root;
        delta = change.Delta;
        // A CR before the edit may have lost or found its LF: then its line is touched too.
        var first = change.Span.Start > 0 && oldText[change.Span.Start - 1] == '\r' ? change.Span.Start - 1 : change.Span.Start;
        start = oldText.LineStart(oldText.LineOf(first));
        end = oldText.LineWithBreak(oldText.LineOf(change.Span.End)).End;
    }

    /// <summary>The new root. Never fails: the last resort is a full parse.</summary>
    public static GreenNode Parse(SourceText oldText, GreenNode root, TextChange change, SourceText newText, out ChangeStatistics statistics)
    {
        var parser = new IncrementalParser(oldText, root, change, newText);
        var sites = ListSite.Around(root, parser.IsOldLineStart, parser.start, parser.end);
        for (var i = sites.Count - 1; i >= 0; i--)
        {
            if (parser.Try(sites[i], out var elements, out var units) is { } result)
            {
                statistics = new ChangeStatistics(elements, units, parser.attempts, IsFull: false);
                return result;
            }
        }

        var full = (GreenBranch)ElementParser.ParseFile(newText.ToString());
        statistics = new ChangeStatistics(((GreenList)full.Child(0)).Count, newText.Length, parser.attempts + 1, IsFull: true);
        return full;
    }

    private static bool IsBreak(char unit) => unit is '\n' or '\r';

    private bool IsOldLineStart(int position) =>
        position == 0 || (IsBreak(oldText[position - 1])
            && !(position < oldText.Length && oldText[position - 1] == '\r' && oldText[position] == '\n'));

    private GreenNode? Try(ListSite site, out int elements, out int units)
    {
        elements = 0;
        units = 0;
        var list = site.List;
        var first = list.IndexAt(start - site.Position, out _);
        var behind = end >= site.End ? list.Count : list.IndexAt(end - site.Position, out var at) + (at < end - site.Position ? 1 : 0);
        var step = 1;
        var reuse = true;
        while (true)
        {
            if (!AlignToLines(site, ref first, ref behind))
            {
                return null;
            }

            if (first > 0 && !Separates(list.Element(first - 1, out _), StartOf(site, first), site.IsFile))
            {
                first--;
                continue;
            }

            attempts++;
            var outcome = Attempt(site, first, behind, reuse, out var newRoot, out elements, out units);
            switch (outcome)
            {
                case Outcome.Done:
                    return newRoot;
                case Outcome.Grow when behind < list.Count:
                    behind = Math.Min(list.Count, behind + step);
                    step *= 2;
                    break;
                case Outcome.RunRefused when reuse:
                    reuse = false;
                    break;
                default:
                    return null;
            }
        }
    }

    private static int StartOf(ListSite site, int element)
    {
        if (element == site.List.Count)
        {
            return site.End;
        }

        site.List.Element(element, out var offset);
        return site.Position + offset;
    }

    private static bool IsEmpty(GreenList list, int element) => element < list.Count && list.Element(element, out _).Width == 0;

    /// <summary>Widens a range of elements until it begins and ends with a line.</summary>
    private bool AlignToLines(ListSite site, ref int first, ref int behind)
    {
        // An element of no width belongs to the one before it.
        while (first > 0 && (!IsOldLineStart(StartOf(site, first)) || IsEmpty(site.List, first)))
        {
            first--;
        }

        behind = Math.Max(behind, first);
        while (behind < site.List.Count && (!IsOldLineStart(StartOf(site, behind)) || IsEmpty(site.List, behind)))
        {
            behind++;
        }

        if (!IsOldLineStart(StartOf(site, first)))
        {
            return false;
        }

        return behind < site.List.Count || site.IsFile || (IsOldLineStart(site.GapEnd) && site.IsCloserFirst);
    }

    /// <summary>The first line with a token at or after a place of the new text; its class is left in the line buffer.</summary>
    private bool ReadTokenLine(int position)
    {
        while (position < newText.Length)
        {
            var index = newText.LineOf(position);
            var span = newText.LineWithBreak(index);
            line.Read(newText.ToString(TextSpan.FromBounds(position, span.End)), 0);
            if (line.First is not null)
            {
                return true;
            }

            position = span.End;
        }

        return false;
    }

    /// <summary>True where the element before is over, whatever comes on the next line with a token.</summary>
    private bool Separates(GreenNode before, int nextLine, bool isFile)
    {
        if (!ReadTokenLine(nextLine))
        {
            return true;
        }

        var last = before.LastToken();
        return line.Classify() switch
        {
            LineClass.Member => true,
            LineClass.Statement => !isFile || last is not { IsMissing: true },
            LineClass.Plain => last is not { IsMissing: true } && (last?.Kind != SyntaxKind.CommaToken || EndsWithSeparator(before)),
            _ => false,
        };
    }

    /// <summary>True for a sound item with its comma: it is over though no end of element follows.</summary>
    private static bool EndsWithSeparator(GreenNode element) =>
        (element.Flags & GreenFlags.Syntax) == 0 && element.Kind is SyntaxKind.Field or SyntaxKind.Constant or SyntaxKind.Section or SyntaxKind.Group
        && element.Child(element.ChildCount - 1).Kind == SyntaxKind.CommaToken;

    private Outcome Attempt(ListSite site, int first, int behind, bool reuse, out GreenNode? newRoot, out int elements, out int units)
    {
        newRoot = null;
        elements = 0;
        units = 0;
        var list = site.List;
        var reachesEnd = behind == list.Count;
        var from = StartOf(site, first);
        var to = (reachesEnd ? site.GapEnd : StartOf(site, behind)) + delta;
        var layout = new Layout(factory, inBraces: !site.IsFile, afterElement: first > 0);

        if (!Read(site, layout, first, behind, from, to, reuse, ref units))
        {
            return Outcome.RunRefused;
        }

        if (layout.LeftBraces)
        {
            return Outcome.Refused;
        }

        var missingCloser = !site.IsFile && site.Closer is not { IsMissing: false };
        if (!reachesEnd)
        {
            var fits = MeetsNext(layout, to, list.Kind, site.IsFile);
            if (fits != Outcome.Done)
            {
                return fits;
            }
        }
        else if (!site.IsFile && (missingCloser ? layout.LeadingOfNext.Length > 0 || !EndsBraces(to) : layout.OpenBraces > 0))
        {
            return Outcome.Refused;
        }

        var leading = layout.LeadingOfNext;
        var endsWithComma = !reachesEnd && layout.Previous == SyntaxKind.CommaToken;
        var node = (GreenBranch)(site.IsFile
            ? ElementParser.ParseFile(layout, out var misplaced)
            : ElementParser.ParseBraces(layout, list.Kind, site.OuterLevels, out misplaced));
        if (misplaced)
        {
            return Outcome.RunRefused;
        }

        var parsed = (GreenList)node.Child(site.IsFile ? 0 : 1);
        elements = parsed.Count;
        if (endsWithComma && (elements == 0 || !EndsWithSeparator(parsed.Element(elements - 1, out _))))
        {
            return Outcome.Grow;
        }

        var newList = list.Splice(first, behind - first, [.. parsed.Elements()]);
        newRoot = site.Rebuild(newList, reachesEnd && !missingCloser ? NewCloser(site, leading) : null);
        return Outcome.Done;
    }

    /// <summary>True where the next line closes everything open: a member's, or the end of the text.</summary>
    private bool EndsBraces(int position) => !ReadTokenLine(position) || line.Classify() == LineClass.Member;

    private GreenToken NewCloser(ListSite site, string leading)
    {
        var closer = site.Closer!;
        var kept = closer.Kind == SyntaxKind.EndOfFile ? string.Empty : closer.LeadingText[(site.GapEnd - site.End)..];
        return closer.LeadingText.Length == leading.Length + kept.Length
            && closer.LeadingText.StartsWith(leading, StringComparison.Ordinal) && closer.LeadingText.EndsWith(kept, StringComparison.Ordinal)
            ? closer
            : factory.Make(closer.Kind, leading + kept, closer.Text, closer.TrailingText);
    }

    /// <summary>Lays out the region, kept runs in their places; false where a run does not fit.</summary>
    private bool Read(ListSite site, Layout layout, int first, int behind, int from, int to, bool reuse, ref int units)
    {
        var cursor = from;
        if (reuse && site.OuterLevels < 600)
        {
            var kept = new KeptRuns(IsOldLineStart, start, end);
            for (var i = first; i < behind; i++)
            {
                kept.Search(site.List.Element(i, out var offset), site.Position + offset);
            }

            foreach (var (run, oldPosition) in kept.Found)
            {
                var position = oldPosition >= end ? oldPosition + delta : oldPosition;
                units += position - cursor;
                layout.Read(newText.ToString(TextSpan.FromBounds(cursor, position)));
                cursor = position + run.Width;
                if (!Fit(layout, run, position, cursor))
                {
                    return false;
                }
            }
        }

        units += to - cursor;
        layout.Read(newText.ToString(TextSpan.FromBounds(cursor, to)));
        return true;
    }

    private bool Fit(Layout layout, GreenList run, int position, int after)
    {
        if (layout.LeftBraces || layout.Output.Count == 0 || !ReadTokenLine(position))
        {
            return false;
        }

        layout.BeforeLine(line.Classify(), line.First!.Value);
        if (layout.InParentheses || layout.Previous is not (SyntaxKind.OpenBraceToken or SyntaxKind.EndOfElement))
        {
            return false;
        }

        var leading = layout.LeadingOfNext;
        layout.ReadRun(leading.Length == 0 ? run : WithLeading(run, leading));
        return Separates(run.Element(run.Count - 1, out _), after, isFile: false);
    }

    private GreenList WithLeading(GreenList run, string leading) =>
        run.Splice(0, 1, [WithLeading(run.Element(0, out _), leading)]);

    private GreenNode WithLeading(GreenNode node, string leading)
    {
        if (node is GreenToken token)
        {
            return factory.Make(token.Kind, leading + token.LeadingText, token.Text, token.TrailingText);
        }

        var index = 0;
        while (node.Child(index).Width == 0)
        {
            index++;
        }

        var child = WithLeading(node.Child(index), leading);
        return node switch
        {
            GreenList list => list.Splice(0, 1, [child]),
            GreenSkippedTokens { Error: { } error } skipped =>
                new GreenSkippedTokens(error with { Offset = error.Offset + leading.Length }, [child, .. skipped.Children[1..]]),
            _ => ((GreenBranch)node).With(index, child),
        };
    }

    /// <summary>Whether the region ends as it would in the whole text, given the line behind it.</summary>
    private Outcome MeetsNext(Layout layout, int next, SyntaxKind listKind, bool isFile)
    {
        if (!isFile && layout.OpenBraces > 0)
        {
            return Outcome.Refused;
        }

        if (layout.LeadingOfNext.Length > 0)
        {
            return Outcome.Grow;
        }

        if (!ReadTokenLine(next))
        {
            return Outcome.Grow;
        }

        var first = line.First!.Value;
        var lineClass = line.Classify();
        if (layout.OpenBraces > 0 && lineClass != LineClass.Member)
        {
            return Outcome.Grow;
        }

        layout.BeforeLine(lineClass, first);
        if (layout.LeftBraces)
        {
            return Outcome.Refused;
        }

        var ended = layout.Previous is SyntaxKind.EndOfElement or SyntaxKind.OpenBraceToken
            || (layout.Previous == SyntaxKind.CommaToken && listKind is SyntaxKind.ItemList or SyntaxKind.FieldList);
        return ended && layout.OpenBrackets == 0 && lineClass != LineClass.Continuation ? Outcome.Done : Outcome.Grow;
    }

    private enum Outcome
    {
        /// <summary>The result is the full one's.</summary>
        Done,

        /// <summary>The next element must be laid out too.</summary>
        Grow,

        /// <summary>A kept run does not fit where it came.</summary>
        RunRefused,

        /// <summary>This list cannot take the edit.</summary>
        Refused,
    }
}
