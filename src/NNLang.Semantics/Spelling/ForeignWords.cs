using System.Collections.Frozen;

namespace NNLang.Semantics.Spelling;

/// <summary>Names of Python, PyTorch and Keras, and what to write instead. Pure tables.</summary>
internal static class ForeignWords
{
    private static readonly FrozenDictionary<string, (string? Written, string Help)> Values = new Dictionary<string, (string?, string)>
    {
        ["True"] = ("true", "Write true."),
        ["False"] = ("false", "Write false."),
        ["None"] = ("none", "Write none."),
        ["null"] = ("none", "Write none."),
        ["self"] = (null, "Name the value itself: there are no objects."),
        ["torch"] = (null, "Name the operator itself: there are no modules."),
        ["nn"] = (null, "Name the operator itself: conv2d, dense, relu, .."),
        ["F"] = (null, "Name the operator itself: relu(x), softmax(x), .."),
        ["tf"] = (null, "Name the operator itself: there are no modules."),
        ["keras"] = (null, "Name the operator itself: there are no modules."),
        ["np"] = (null, "Use compile-time functions: min, max, sqrt, .."),
        ["lambda"] = (null, "Pass an operator with its attributes bound, like leaky_relu(slope: 0.1)."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Operators = new Dictionary<string, string>
    {
        ["Conv2d"] = "conv2d",
        ["Conv2D"] = "conv2d",
        ["Linear"] = "dense",
        ["Dense"] = "dense",
        ["linear"] = "dense",
        ["fc"] = "dense",
        ["Gemm"] = "dense",
        ["BatchNorm2d"] = "batch_norm",
        ["BatchNormalization"] = "batch_norm",
        ["bn"] = "batch_norm",
        ["ReLU"] = "relu",
        ["ReLU6"] = "clip",
        ["relu6"] = "clip",
        ["MaxPool2d"] = "max_pool2d",
        ["MaxPool2D"] = "max_pool2d",
        ["MaxPool"] = "max_pool2d",
        ["maxpool2d"] = "max_pool2d",
        ["max_pool"] = "max_pool2d",
        ["AvgPool2d"] = "avg_pool2d",
        ["AveragePool"] = "avg_pool2d",
        ["avgpool2d"] = "avg_pool2d",
        ["avg_pool"] = "avg_pool2d",
        ["AdaptiveAvgPool2d"] = "global_avg_pool",
        ["GlobalAveragePooling2D"] = "global_avg_pool",
        ["GlobalAveragePool"] = "global_avg_pool",
        ["Softmax"] = "softmax",
        ["Sigmoid"] = "sigmoid",
        ["Tanh"] = "tanh",
        ["Flatten"] = "flatten",
        ["Dropout"] = "dropout",
        ["cat"] = "concat",
        ["Concat"] = "concat",
        ["concatenate"] = "concat",
        ["view"] = "reshape",
        ["permute"] = "transpose",
        ["Reshape"] = "reshape",
        ["Transpose"] = "transpose",
        ["LeakyReLU"] = "leaky_relu",
        ["SiLU"] = "silu",
        ["swish"] = "silu",
        ["clamp"] = "clip",
        ["mm"] = "matmul",
        ["bmm"] = "matmul",
        ["Add"] = "add",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Forms = new Dictionary<string, string>
    {
        ["for"] = "Write repeat n as i { .. }.",
        ["while"] = "Write repeat n as i { .. }: the number of times is known.",
        ["def"] = "Write block name(x: tensor) { .. }.",
        ["fn"] = "Write block name(x: tensor) { .. }.",
        ["class"] = "Write block name(x: tensor) { .. }.",
        ["elif"] = "Write else if.",
        ["lambda"] = "Pass an operator with its attributes bound, like leaky_relu(slope: 0.1).",
        ["let"] = "Write name = value.",
        ["var"] = "Write name = value.",
        ["const"] = "Write name = value.",
        ["print"] = "Remove it: values are shown in the editor.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What to write instead of a foreign value, if anything, and the advice; no advice for other names.</summary>
    public static (string? Written, string? Help) Value(string name) => Values.TryGetValue(name, out var entry) ? entry : (null, null);

    /// <summary>The operator meant by a foreign name; null if it is none.</summary>
    public static string? Operator(string name) => Operators.GetValueOrDefault(name);

    /// <summary>The advice for a word that begins a form of another language; null if it does not.</summary>
    public static string? Form(string word) => Forms.GetValueOrDefault(word);
}
