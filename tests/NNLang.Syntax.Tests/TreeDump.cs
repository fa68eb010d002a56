using System.Text;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Tests;

/// <summary>A tree as indented text, the chunks of wide lists left out, so that equal trees have equal dumps.</summary>
internal static class TreeDump
{
    public static string Of(GreenNode root)
    {
        var builder = new StringBuilder();
        Write(root, 0, builder);
        return builder.ToString();
    }

    private static void Write(GreenNode node, int depth, StringBuilder builder)
    {
        builder.Append(' ', depth).Append(node.Kind);
        if (node is GreenToken token)
        {
            builder.Append(" '").Append(Escape(token.LeadingText)).Append('|').Append(Escape(token.Text)).Append('|')
                .Append(Escape(token.TrailingText)).Append('\'').Append(token.Flags == 0 ? string.Empty : " " + token.Flags).Append('\n');
            return;
        }

        if (node is GreenSkippedTokens { Error: { } error })
        {
            builder.Append(' ').Append(error.Descriptor.Code).Append(" at ").Append(error.Offset).Append('+').Append(error.Length)
                .Append(' ').Append(error.Found);
        }

        builder.Append(node.Flags == 0 ? string.Empty : " " + node.Flags).Append(" h").Append(node.Height).Append('\n');
        if (node is GreenList list)
        {
            foreach (var element in list.Elements())
            {
                Write(element, depth + 1, builder);
            }

            return;
        }

        for (var i = 0; i < node.ChildCount; i++)
        {
            Write(node.Child(i), depth + 1, builder);
        }
    }

    private static string Escape(string text) =>
        text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
