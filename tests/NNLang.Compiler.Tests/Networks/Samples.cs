using NNLang.Operators.Model;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Tests.Networks;

/// <summary>Small networks of known shape.</summary>
internal static class Samples
{
    /// <summary>A stem, a residual block with a folded batch norm, a classifier.</summary>
    public static Network Residual()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 3, 12, 12);
        var stem = builder.Relu(builder.Conv(x, 8, 7, 2, 3, name: "stem"), "stem_relu");
        var a = builder.Relu(builder.Add("batch_norm", "norm", [builder.Conv(stem, 8, 3, pad: 1, name: "conv")]), "act");
        var sum = builder.Relu(builder.Sum(builder.Conv(a, 8, 3, pad: 1, groups: 8, name: "depthwise"), stem, "sum"), "sum_relu");
        var pooled = builder.Add("global_avg_pool", "pool", [sum]);
        var head = builder.Add("dense", "head", [pooled], ("units", AttributeValue.Of(10L)));
        return builder.Build(builder.Add("softmax", "prob", [head]));
    }
}
