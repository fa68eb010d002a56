using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>The label of an argument: what the attribute or parameter is, its default, its value here. Pure.</summary>
internal static class AttributeHover
{
    public static string? Describe(Document document, WorkspaceSettings settings, ArgumentSyntax argument)
    {
        var label = argument.Label.ValueText;
        if (Calls.NameOf(argument.Parent) is not { } callee)
        {
            return null;
        }

        if (DeclarationHover.Find(document, callee) is { } declaration)
        {
            var parameter = declaration.Parameters.Parameters.FirstOrDefault(candidate => candidate.Name.ValueText == label);
            return parameter is null ? null : $"```nnlang\n{parameter}\n```\nparameter of block `{callee}`, here `{argument.Value}`"
                + (parameter.Documentation is { } words ? "\n\n" + words : "");
        }

        if (OperatorCatalogue.Find(callee) is not { } op)
        {
            return null;
        }

        foreach (var attribute in op.Attributes)
        {
            if (attribute.Name == label)
            {
                return $"```nnlang\n{label}: {Types.KindOf(attribute)}{Default(attribute)}\n```\n{attribute.Summary} Here `{argument.Value}`.";
            }
        }

        foreach (var slot in op.Slots)
        {
            if (slot.Name == label)
            {
                return $"`{label}`: weight of `{callee}`, given here as `{argument.Value}`.";
            }
        }

        return null;
    }

    private static string Default(AttributeDefinition attribute) =>
        attribute.Default is { } value ? " = " + Types.Describe(Types.Collapse(value)) : "";
}
