using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Schedules;

/// <summary>
/// Which errors of a file concern a network: those in it, in blocks that it calls, in its device, in constants. The others leave it whole, so
/// that it is scheduled whatever is being written beside it. Pure; O(errors) plus, where a block has one, O(tree).
/// </summary>
public static class NetworkErrors
{
    /// <summary>The errors that concern a network, in the order of the text.</summary>
    public static List<Diagnostic> Of(Document document, string network)
    {
        var found = new List<Diagnostic>();
        HashSet<string>? reached = null;
        string? device = null;
        foreach (var diagnostic in document.Compilation.Diagnostics)
        {
            if (diagnostic.Severity != DiagnosticSeverity.Error)
            {
                continue;
            }

            var concerns = MemberAt(document.Tree.Root, diagnostic.Location.Span.Start) switch
            {
                NetworkDeclarationSyntax other => other.Name.ValueText == network,
                BlockDeclarationSyntax block => (reached ??= Reached(document, network)).Contains(block.Name.ValueText),
                DeviceDeclarationSyntax other => other.Name.ValueText == (device ??= document.Compilation.DeviceNameOf(network) ?? ""),
                BindingSyntax => true,
                _ => false,
            };
            if (concerns)
            {
                found.Add(diagnostic);
            }
        }

        return found;
    }

    private static MemberSyntax? MemberAt(FileSyntax file, int position)
    {
        MemberSyntax? before = null;
        foreach (var member in file.Members)
        {
            if (member.Span.Start > position)
            {
                break;
            }

            before = member;
        }

        // What is missing at the end of a member is told behind it.
        return before is not null && position <= before.FullSpan.End ? before : null;
    }

    private static HashSet<string> Reached(Document document, string network)
    {
        var declarations = new Dictionary<string, CallableDeclarationSyntax>(StringComparer.Ordinal);
        var waiting = new Stack<CallableDeclarationSyntax>();
        foreach (var member in document.Tree.Root.Members)
        {
            if (member is BlockDeclarationSyntax block)
            {
                declarations.TryAdd(block.Name.ValueText, block);
            }
            else if (member is NetworkDeclarationSyntax declaration && declaration.Name.ValueText == network)
            {
                waiting.Push(declaration);
            }
        }

        var reached = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.TryPop(out var from))
        {
            foreach (var node in from.DescendantsAndSelf())
            {
                var callee = node switch
                {
                    CallSyntax { Callee: NameSyntax name } => name.Name.ValueText,
                    StageSyntax stage => stage.Callee.Name.ValueText,
                    _ => null,
                };
                if (callee is not null && declarations.TryGetValue(callee, out var block) && reached.Add(callee))
                {
                    waiting.Push(block);
                }
            }
        }

        return reached;
    }
}
