using NNLang.Syntax.Green;
using NNLang.Syntax.Text;

namespace NNLang.Syntax.Diagnostics;

/// <summary>
/// Reads the diagnostics of this room off a green tree; only flagged subtrees are entered. A list element tells at most one of its
/// bracket and syntax errors, the first bracket before any other; lexical ones are always all told.
/// </summary>
internal sealed class DiagnosticCollector
{
    private readonly List<Diagnostic> result = [];
    private readonly Dictionary<int, Diagnostic> braces = [];

    public static IReadOnlyList<Diagnostic> Collect(GreenNode root)
    {
        if (!root.ContainsDiagnostics)
        {
            return [];
        }

        var collector = new DiagnosticCollector();
        collector.AssignBraces(root);
        var scope = new Scope(collector.TakeBrace(-1));
        collector.Visit(root, 0, blanks: 1, scope);
        collector.Close(scope);
        collector.result.AddRange(collector.braces.Values);
        collector.result.Sort(static (a, b) =>
            (a.Location.Span.Start, a.Descriptor.Number).CompareTo((b.Location.Span.Start, b.Descriptor.Number)));
        return collector.result;
    }

    private static SyntaxLocation At(int position, int length) => SyntaxLocation.Absolute(new TextSpan(position, length));

    /// <summary>Where the innermost element that holds a position begins; -1 for none.</summary>
    private static int ElementAt(GreenNode root, int position)
    {
        var element = -1;
        var node = root;
        var start = 0;
        while (true)
        {
            GreenNode? inner = null;
            for (var i = 0; i < node.ChildCount; i++)
            {
                var child = node.Child(i);
                if (position < start + child.Width)
                {
                    inner = child;
                    break;
                }

                start += child.Width;
            }

            if (inner is null or GreenToken or GreenSkippedTokens)
            {
                return element;
            }

            if (inner is GreenList list)
            {
                inner = list.Element(list.IndexAt(position - start, out var offset), out _);
                start += offset;
                element = start;
            }

            node = inner;
        }
    }

    private void AssignBraces(GreenNode root)
    {
        foreach (var brace in BraceBlame.Of(root))
        {
            var owner = ElementAt(root, brace.Location.Span.Start);
            if (!braces.TryGetValue(owner, out var other) || other.Location.Span.Start > brace.Location.Span.Start)
            {
                braces[owner] = brace;
            }
        }
    }

    private Diagnostic? TakeBrace(int element)
    {
        braces.Remove(element, out var brace);
        return brace;
    }

    private void Close(Scope scope)
    {
        if ((scope.Bracket ?? scope.Syntax) is { } told)
        {
            result.Add(told);
        }
    }

    /// <param name="node">What to visit.</param>
    /// <param name="position">Where it begins.</param>
    /// <param name="blanks">The width of the trivia behind the text before it.</param>
    /// <param name="scope">The element it is part of.</param>
    private void Visit(GreenNode node, int position, int blanks, Scope scope)
    {
        switch (node)
        {
            case GreenToken token:
                VisitToken(token, position, blanks, scope);
                return;
            case GreenList list:
                VisitList(list, position);
                return;
            case GreenSkippedTokens { Error: { } error }:
                scope.Offer(ErrorAt(error, position));
                break;
            case GreenBranch { Kind: SyntaxKind.Binary, OwnFlags: not GreenFlags.None } binary:
                scope.Offer(ChainAt(binary, position));
                break;
            case GreenBranch { Kind: SyntaxKind.Argument, OwnFlags: not GreenFlags.None } argument:
                AddNamedWithAssign(argument, position);
                break;
            case GreenBranch { Kind: SyntaxKind.Binding } binding:
                AddCompoundAssignment(binding, position);
                break;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            var child = node.Child(i);
            if (child.ContainsDiagnostics || child.IsToken)
            {
                Visit(child, position, blanks, scope);
            }

            if (child.Width > 0)
            {
                blanks = child.TrailingWidth;
                // A flagged node has told itself what is missing at its end.
                scope.MissingClosers = child.IsToken || !child.ContainsDiagnostics ? string.Empty : scope.MissingClosers;
            }

            position += child.Width;
        }
    }

    private void VisitList(GreenList list, int position)
    {
        var before = default(Told);
        VisitList(list, position, ref before);
        if (before.Scope is { } last)
        {
            Close(last);
        }
    }

    private void VisitList(GreenList list, int position, ref Told before)
    {
        for (var i = 0; i < list.ChildCount; i++)
        {
            var child = list.Child(i);
            if (child.ContainsDiagnostics && list.IsInner)
            {
                VisitList((GreenList)child, position, ref before);
            }
            else if (child.ContainsDiagnostics)
            {
                // What is left over on an element's line belongs to that element.
                var isRest = child.Kind == SyntaxKind.SkippedTokens && before.Scope is not null && before.End == position && !before.EndsLine;
                if (!isRest)
                {
                    if (before.Scope is { } last)
                    {
                        Close(last);
                    }

                    before.Scope = new Scope(TakeBrace(position));
                }

                Visit(child, position, blanks: 1, before.Scope!);
                before.End = position + child.Width;
                before.EndsLine = child.LastToken(static t => t.Width > 0)?.TrailingText is { Length: > 0 } trailing && trailing[^1] is '\n' or '\r';
            }

            position += child.Width;
        }
    }

    private void VisitToken(GreenToken token, int position, int blanks, Scope scope)
    {
        if ((token.Flags & GreenFlags.Lexical) != 0)
        {
            LexicalDiagnostics.Add(token, position, blanks == 0, result);
        }

        var start = position + token.LeadingText.Length;
        if (token.Kind is SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken)
        {
            scope.Openers.Add((start, token.Kind));
        }
        else if (token.Kind is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken && scope.Openers.Count > 0)
        {
            var (opener, kind) = scope.Openers[^1];
            scope.Openers.RemoveAt(scope.Openers.Count - 1);
            if (token.IsMissing)
            {
                var parenthesis = kind == SyntaxKind.OpenParenToken;
                var closer = parenthesis ? ")" : "]";
                // Nobody wants hundreds of brackets put in at once.
                scope.MissingClosers = scope.MissingClosers.Length < 64 ? scope.MissingClosers + closer : scope.MissingClosers;
                var unclosed = SyntaxDiagnostics.Unclosed.At(At(opener, 1), parenthesis ? "(" : "[", closer);
                scope.OfferBracket(scope.MissingClosers.Length < 64
                    ? unclosed.WithFix(CodeFix.Replace($"Write '{scope.MissingClosers}'", At(position - blanks, 0), scope.MissingClosers))
                    : unclosed);
            }
        }

        if ((token.Flags & GreenFlags.Bracket) != 0 && !token.IsMissing)
        {
            OfferSkippedClosers(token.LeadingText, position, scope);
            OfferSkippedClosers(token.TrailingText, start + token.Text.Length, scope);
        }
    }

    private static void OfferSkippedClosers(string trivia, int position, Scope scope)
    {
        for (var at = 0; at < trivia.Length;)
        {
            var raw = Lexer.Next(trivia, at);
            if (raw.Kind is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken)
            {
                var location = At(position + at, 1);
                var text = trivia[at].ToString();
                scope.OfferBracket(SyntaxDiagnostics.UnexpectedCloser.At(location, text)
                    .WithFix(CodeFix.Replace($"Remove '{text}'", location, string.Empty)));
            }

            at += raw.Length;
        }
    }

    private static Diagnostic ErrorAt(GreenSyntaxError error, int position)
    {
        var diagnostic = error.Descriptor.At(At(position + error.Offset, error.Length), error.Found);

        // Python writes the condition between its values.
        return ReferenceEquals(error.Descriptor, SyntaxDiagnostics.ExpectedEndOfLine) && error.Found == "'if'"
            ? new Diagnostic(error.Descriptor, diagnostic.Message, "To choose between two values write if c { x } else { y }.", diagnostic.Location)
            : diagnostic;
    }

    private static Diagnostic ChainAt(GreenBranch binary, int position)
    {
        var left = (GreenBranch)binary.Child(0);
        var at = position;
        foreach (var child in binary.Children)
        {
            if (child is GreenToken operation)
            {
                var diagnostic = SyntaxDiagnostics.ChainedComparison.At(At(at + operation.LeadingText.Length, operation.Text.Length));
                var middle = left.Child(left.ChildCount - 1);
                var text = middle.ToString().AsSpan(middle.LeadingWidth, middle.Width - middle.LeadingWidth - middle.TrailingWidth);
                var end = position + left.Width - left.TrailingWidth;
                return text.Length == 0 || middle.IsToken
                    ? diagnostic
                    : diagnostic.WithFix(CodeFix.Replace("Compare twice", At(end, 0), $" and {text}"));
            }

            at += child.Width;
        }

        return SyntaxDiagnostics.ChainedComparison.At(At(position, binary.Width));
    }

    private void AddNamedWithAssign(GreenBranch argument, int position)
    {
        var label = argument.Child(0);
        var assign = (GreenToken)argument.Child(1);
        var name = label.ToString().Trim();
        var from = position + label.Width - label.TrailingWidth;
        var to = position + label.Width + assign.Width;
        var value = string.Empty;
        for (var i = 2; i < argument.ChildCount; i++)
        {
            value += argument.Child(i).ToString();
        }

        value = value.Trim();
        var start = position + label.Width + assign.LeadingText.Length;
        result.Add(SyntaxDiagnostics.NamedWithAssign.At(At(start, 1), name, value.Length <= 40 ? value : "…")
            .WithFix(CodeFix.Replace("Write ':'", At(from, to - from), ": ")));
    }

    private void AddCompoundAssignment(GreenBranch binding, int position)
    {
        var at = position;
        for (var i = 0; i < binding.ChildCount; at += binding.Child(i).Width, i++)
        {
            if (binding.Child(i) is not GreenToken { Kind: SyntaxKind.CompoundAssignToken } assign)
            {
                continue;
            }

            var name = ((GreenToken)binding.Child(0)).Text;
            var location = At(at + assign.LeadingText.Length, assign.Text.Length);
            var operation = assign.Text[..1];
            var edits = new List<TextEdit> { new(location, $"= {name} {operation}") };
            var value = i + 1 < binding.ChildCount ? binding.Child(i + 1) : null;
            var isTight = value is null or
            {
                Kind: SyntaxKind.Name or SyntaxKind.Number or SyntaxKind.Call or SyntaxKind.Index
                or SyntaxKind.MemberAccess or SyntaxKind.Parenthesized or SyntaxKind.List or SyntaxKind.Literal or SyntaxKind.SkippedTokens
            };
            if (!isTight)
            {
                var start = at + assign.Width;
                edits.Add(new TextEdit(At(start + value!.LeadingWidth, 0), "("));
                edits.Add(new TextEdit(At(start + value.Width - value.TrailingWidth, 0), ")"));
            }

            var shown = $"{name} = {name} {operation} ..";
            result.Add(SyntaxDiagnostics.CompoundAssignment.At(location, assign.Text, shown).WithFix(new CodeFix($"Write {shown}", [.. edits])));
        }
    }

    /// <summary>The flagged element before: its scope, where it ends, and whether its line ends there too.</summary>
    private struct Told
    {
        public Scope? Scope;
        public int End;
        public bool EndsLine;
    }

    /// <summary>What one list element has to tell.</summary>
    private sealed class Scope(Diagnostic? brace)
    {
        public List<(int Position, SyntaxKind Kind)> Openers { get; } = [];

        /// <summary>The closing brackets missing at the place reached.</summary>
        public string MissingClosers { get; set; } = string.Empty;

        public Diagnostic? Bracket { get; private set; } = brace;

        public Diagnostic? Syntax { get; private set; }

        public void OfferBracket(Diagnostic diagnostic) => Bracket = First(Bracket, diagnostic);

        public void Offer(Diagnostic diagnostic) => Syntax = First(Syntax, diagnostic);

        private static Diagnostic First(Diagnostic? known, Diagnostic other) =>
            known is null || other.Location.Span.Start < known.Location.Span.Start ? other : known;
    }
}
