using NNLang.Syntax.Green;

namespace NNLang.Syntax.Formatting;

/// <content>Bodies and items: on one line where they are written so and fit, else one element a line.</content>
internal sealed partial class ElementPrinter
{
    private void PrintIf(GreenNode node)
    {
        var onLine = true;
        for (var i = 0; i < node.ChildCount; i++)
        {
            var body = node.Child(i).Child(node.Child(i).ChildCount - 1);
            onLine &= body.Kind == SyntaxKind.Body && IsOnLine(body, SyntaxKind.IfClause);
        }

        onLine = flat || (onLine && Fits(node));
        for (var i = 0; i < node.ChildCount; i++)
        {
            var clause = node.Child(i);
            for (var k = 0; k < clause.ChildCount; k++)
            {
                if (clause.Child(k).Kind == SyntaxKind.Body)
                {
                    PrintBraces(clause.Child(k), clause.Kind, onLine);
                }
                else
                {
                    Print(clause.Child(k), clause.Kind);
                }
            }
        }
    }

    /// <summary>True where braces and all between them are written on one line and may stay there.</summary>
    private static bool IsOnLine(GreenNode node, SyntaxKind parent)
    {
        var list = (GreenList)node.Child(1);
        if (list.Count == 0)
        {
            return !HasBreak(((GreenToken)node.Child(0)).TrailingText) || !HasComment(node);
        }

        if (parent is SyntaxKind.BlockDeclaration or SyntaxKind.NetworkDeclaration || (node.Kind == SyntaxKind.Body && list.Count > 1))
        {
            return false;
        }

        return !HasBreak(((GreenToken)node.Child(0)).TrailingText) && !HasBreak(list.ToString())
            && !HasBreak(((GreenToken)node.Child(2)).LeadingText) && Soundness.IsSoundThroughout(list);
    }

    private void PrintBraces(GreenNode node, SyntaxKind parent, bool mayStayOnLine)
    {
        var opener = (GreenToken)node.Child(0);
        var list = (GreenList)node.Child(1);
        var closer = (GreenToken)node.Child(2);
        var indent = lineIndent;
        if (flat || (mayStayOnLine && IsOnLine(node, parent) && Fits(node)))
        {
            Emit(opener, node.Kind);
            var first = true;
            foreach (var element in list.Elements())
            {
                output.Append(first || node.Kind == SyntaxKind.Body ? string.Empty : ",");
                first = false;
                Print(element, node.Kind);
            }

            glue = list.Count == 0;
            Emit(closer, node.Kind);
            return;
        }

        Emit(opener, node.Kind);
        new ListPrinter(this).Print(list, closer, indent + Step, isFile: false);
        BlankPending = false;
        Break(indent);
        continuation = indent + Step;
        skipLeading = true;
        Emit(closer, node.Kind);
    }
}
