using System.Collections.Frozen;

namespace NNLang.Onnx.Import;

/// <summary>Translates one node. Throws <see cref="ImportException"/> for what cannot be translated.</summary>
internal delegate void ImportRule(ImportContext context, NodeView node);

/// <summary>The table of ONNX operators: every operator that can be imported has one rule.</summary>
internal static class ImportRules
{
    private static readonly FrozenDictionary<string, ImportRule> Rules =
        LayerRules.Table.Concat(ElementRules.Table).Concat(ShapeRules.Table).Concat(ConstantRules.Table)
            .ToFrozenDictionary(row => row.Operator, row => row.Rule, StringComparer.Ordinal);

    /// <summary>The rule of an operator, or null.</summary>
    public static ImportRule? Find(string operatorType) => Rules.GetValueOrDefault(operatorType);
}
