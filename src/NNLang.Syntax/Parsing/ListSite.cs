using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>A wide list in a tree: how to get there, and what closes it.</summary>
/// <param name="Path">The branches from the root to the list's owner, each with the index of the child that leads on.</param>
/// <param name="List">The list.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="OuterLevels">How many rules run around the owner's rule.</param>
internal sealed record ListSite(IReadOnlyList<(GreenNode Node, int Child)> Path, GreenList List, int Position, int OuterLevels)
{
    /// <summary>The branch that holds the list.</summary>
    public GreenBranch Owner => (GreenBranch)Path[^1].Node;

    /// <summary>The list's index in its owner.</summary>
    public int Index => Path[^1].Child;

    /// <summary>True for the members of the file.</summary>
    public bool IsFile => Path.Count == 1;

    /// <summary>The closing brace or the end of the text.</summary>
    public GreenToken? Closer => Index + 1 < Owner.ChildCount ? Owner.Child(Index + 1) as GreenToken : null;

    /// <summary>Where the list ends.</summary>
    public int End => Position + List.Width;

    /// <summary>Where the line of the closer begins: up to there the closer's leading trivia consists of whole lines.</summary>
    public int GapEnd
    {
        get
        {
            if (Closer is not { } closer)
            {
                return End;
            }

            return closer.Kind == SyntaxKind.EndOfFile
                ? End + closer.Width
                : End + closer.LeadingText.AsSpan().LastIndexOfAny('\n', '\r') + 1;
        }
    }

    /// <summary>True where nothing but blanks stands before the closer on its line.</summary>
    public bool IsCloserFirst => Closer is not { } closer || closer.LeadingText.AsSpan(GapEnd - End).IsWhiteSpace();

    /// <summary>The root with this list and its closer replaced; all other branches stay.</summary>
    public GreenNode Rebuild(GreenList list, GreenToken? closer)
    {
        var owner = Owner.With(Index, list);
        GreenNode node = closer is null ? owner : owner.With(Index + 1, closer);
        for (var i = Path.Count - 2; i >= 0; i--)
        {
            var (parent, child) = Path[i];
            node = parent switch
            {
                GreenBranch branch => branch.With(child, node),
                GreenList outer => outer.Splice(child, 1, [node]),
                _ => throw new InvalidOperationException("A token has no children."),
            };
        }

        return node;
    }

    /// <summary>The lists whose interior holds a damaged range of whole lines, outermost first; the file's list is always one.</summary>
    public static List<ListSite> Around(GreenNode root, Func<int, bool> isLineStart, int start, int end)
    {
        var sites = new List<ListSite>();
        var path = new List<(GreenNode, int)>();
        var node = root;
        var position = 0;
        var levels = 0;
        var inFile = false;
        while (true)
        {
            levels += Levels(node.Kind, inFile);
            inFile = false;
            var at = position;
            var next = -1;
            for (var i = 0; i < node.ChildCount; i++)
            {
                var child = node.Child(i);
                if (child is GreenList list)
                {
                    path.Add((node, i));
                    var site = new ListSite([.. path], list, at, levels - (node.Kind == SyntaxKind.File ? 0 : 1));
                    if (start < at || end > site.GapEnd || !isLineStart(at))
                    {
                        path.RemoveAt(path.Count - 1);
                        at += child.Width;
                        continue;
                    }

                    sites.Add(site);
                    var index = list.IndexAt(start - at, out var offset);
                    if (index == list.Count || end > at + offset + list.Element(index, out _).Width)
                    {
                        return sites;
                    }

                    path.Add((list, index));
                    position = at + offset;
                    inFile = node.Kind == SyntaxKind.File;
                    node = list.Element(index, out _);
                    next = -2;
                    break;
                }

                if (start >= at && end <= at + child.Width && !child.IsToken)
                {
                    next = i;
                    break;
                }

                at += child.Width;
            }

            if (next == -1)
            {
                return sites;
            }

            if (next >= 0)
            {
                path.Add((node, next));
                node = node.Child(next);
                position = at;
            }
        }
    }

    /// <summary>The rule levels that a node stands for, the rule of its place in a list included.</summary>
    private static int Levels(SyntaxKind kind, bool inFile) => kind switch
    {
        SyntaxKind.File or SyntaxKind.Body or SyntaxKind.Items or SyntaxKind.WeightsMap or SyntaxKind.IfClause => 1,
        SyntaxKind.BlockDeclaration or SyntaxKind.NetworkDeclaration or SyntaxKind.DeviceDeclaration
            or SyntaxKind.WeightsDeclaration or SyntaxKind.Section or SyntaxKind.Group => 2,
        SyntaxKind.Repeat or SyntaxKind.If => inFile ? 3 : 2,
        _ => 0,
    };
}
