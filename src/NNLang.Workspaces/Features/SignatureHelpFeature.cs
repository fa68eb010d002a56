using System.Collections.Immutable;
using NNLang.Operators;
using NNLang.Syntax;
using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features;

/// <summary>A parameter of a signature.</summary>
/// <param name="Start">Where it begins in the label.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Documentation">Markdown; may be empty.</param>
public readonly record struct SignatureParameter(int Start, int End, string Documentation);

/// <summary>The signature of the call around a place.</summary>
/// <param name="Label">The signature.</param>
/// <param name="Documentation">Markdown; may be empty.</param>
/// <param name="Parameters">Its parameters, in order.</param>
/// <param name="Active">The parameter that is being written; -1 for none.</param>
public sealed record SignatureText(string Label, string Documentation, ImmutableArray<SignatureParameter> Parameters, int Active);

/// <summary>Signatures of operators and blocks while their arguments are written. Pure.</summary>
public static class SignatureHelpFeature
{
    /// <summary>The signature of the innermost call whose arguments hold a place; null if there is none.</summary>
    public static SignatureText? Compute(Document document, int position)
    {
        for (var node = document.Tree.Root.FindToken(Math.Max(0, position - 1)).Parent; node is not null; node = node.Parent)
        {
            if (node is ArgumentListSyntax list && position >= list.OpenParen.Span.End
                && (list.CloseParen.IsMissing || position <= list.CloseParen.Span.Start) && Calls.NameOf(list) is { } callee)
            {
                return Describe(document, callee, list, position);
            }
        }

        return null;
    }

    private static SignatureText? Describe(Document document, string callee, ArgumentListSyntax list, int position)
    {
        var index = list.Parent is StageSyntax ? 1 : 0;
        string? label = null;
        foreach (var argument in list.Arguments)
        {
            if (argument.FullSpan.End < position)
            {
                index++;
            }
            else if (argument.Span.Start <= position && !argument.Separator.IsMissing)
            {
                label = argument.Label.ValueText;
            }
        }

        if (DeclarationHover.Find(document, callee) is { } block)
        {
            return Block(block, label, index);
        }

        if (OperatorCatalogue.Find(callee) is not { } op)
        {
            return null;
        }

        var (text, places) = Types.Signature(op);
        var words = op.Operands.Select(operand => (operand.Name, operand.Summary)).Concat(op.Attributes.Select(attribute => (attribute.Name, attribute.Summary))).ToList();
        return new SignatureText(
            text, op.Summary,
            [.. places.Select((place, i) => new SignatureParameter(place.Start, place.End, words[i].Summary))],
            Active(label is null ? index : words.FindIndex(word => word.Name == label), words.Count));
    }

    private static SignatureText Block(CallableDeclarationSyntax block, string? label, int index)
    {
        var text = new System.Text.StringBuilder(block.Name.Text).Append('(');
        var parameters = ImmutableArray.CreateBuilder<SignatureParameter>();
        var names = new List<string>();
        foreach (var parameter in block.Parameters.Parameters)
        {
            text.Append(parameters.Count > 0 ? ", " : "");
            var start = text.Length;
            text.Append(parameter);
            parameters.Add(new SignatureParameter(start, text.Length, parameter.Documentation ?? ""));
            names.Add(parameter.Name.ValueText);
        }

        return new SignatureText(
            text.Append(')').ToString(), block.Documentation ?? "", parameters.ToImmutable(),
            Active(label is null ? index : names.IndexOf(label), names.Count));
    }

    private static int Active(int index, int count) => index < count ? index : -1;
}
