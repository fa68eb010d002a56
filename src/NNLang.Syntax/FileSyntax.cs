using NNLang.Syntax.Green;

namespace NNLang.Syntax;

/// <summary>A file: its members and the end of the text.</summary>
public sealed class FileSyntax : SyntaxNode
{
    internal FileSyntax(GreenNode green, SyntaxNode? parent, int position)
        : base(green, parent, position)
    {
    }

    /// <summary>The members, a wide list.</summary>
    public NodeList<MemberSyntax> Members => WideList<MemberSyntax>(SyntaxKind.MemberList);

    /// <summary>The end of the text with the trivia before it.</summary>
    public SyntaxToken EndOfFile => Token(SyntaxKind.EndOfFile);
}
