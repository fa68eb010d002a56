namespace NNLang.Workspaces.Tests.Support;

/// <summary>A text in which <c>$0</c> marks a place.</summary>
internal sealed record MarkedText(string Text, int Position)
{
    public static MarkedText Parse(string marked)
    {
        var position = marked.IndexOf("$0", StringComparison.Ordinal);
        Assert.True(position >= 0, "The text has no $0.");
        return new MarkedText(marked.Remove(position, 2), position);
    }
}
