using NNLang.Syntax.Green;

namespace NNLang.Syntax.Tests;

/// <summary>Equality of trees token by token and node by node, the chunks of wide lists left out.</summary>
internal static class GreenEquality
{
    public static bool Same(GreenNode a, GreenNode b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a.Kind != b.Kind || a.Width != b.Width || a.Flags != b.Flags || a.Height != b.Height)
        {
            return false;
        }

        if (a is GreenToken x && b is GreenToken y)
        {
            return x.LeadingText == y.LeadingText && x.Text == y.Text && x.TrailingText == y.TrailingText;
        }

        if (a is GreenSkippedTokens s && b is GreenSkippedTokens t && s.Error != t.Error)
        {
            return false;
        }

        return a is GreenList first && b is GreenList second
            ? first.Count == second.Count && first.Elements().Zip(second.Elements()).All(p => Same(p.First, p.Second))
            : a.ChildCount == b.ChildCount && Enumerable.Range(0, a.ChildCount).All(i => Same(a.Child(i), b.Child(i)));
    }
}
