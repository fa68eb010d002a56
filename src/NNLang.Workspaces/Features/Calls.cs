using NNLang.Syntax;

namespace NNLang.Workspaces.Features;

/// <summary>Calls as the tree has them: with parentheses, or right of a pipe.</summary>
internal static class Calls
{
    /// <summary>The name of what is called with an argument list; null where it is none, or an annotation.</summary>
    public static string? NameOf(SyntaxNode? arguments) => arguments?.Parent switch
    {
        CallSyntax { Callee: NameSyntax name } => name.Name.ValueText,
        StageSyntax stage => stage.Callee.Name.ValueText,
        _ => null,
    };
}
