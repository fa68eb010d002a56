using System.Text;
using NNLang.Operators.Model;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>What the catalogue says about an operator, for hovers and completion. Pure.</summary>
public static class OperatorHover
{
    /// <summary>Signature, purpose, weights, an example.</summary>
    public static string Describe(Operator op)
    {
        var text = new StringBuilder();
        text.Append("```nnlang\n").Append(Types.Signature(op).Text).Append("\n```\n").Append(op.Summary);
        if (!op.Slots.IsEmpty)
        {
            text.Append("\n\nWeights: ").AppendJoin(", ", op.Slots.Select(slot => $"`{slot.Name}`"));
        }

        return text.Append("\n```nnlang\n").Append(op.Example).Append("\n```").ToString();
    }
}
