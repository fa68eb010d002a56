using System.Collections.Frozen;
using NNLang.Machine;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Fuse;

/// <summary>The operators that are one function, or a pair of limits, of each element.</summary>
internal static class ActivationTable
{
    private static readonly FrozenDictionary<string, ActivationFunction> Functions = new Dictionary<string, ActivationFunction>
    {
        ["relu"] = ActivationFunction.Relu,
        ["sigmoid"] = ActivationFunction.Sigmoid,
        ["tanh"] = ActivationFunction.Tanh,
        ["exp"] = ActivationFunction.Exp,
        ["log"] = ActivationFunction.Log,
        ["sqrt"] = ActivationFunction.Sqrt,
        ["abs"] = ActivationFunction.Abs,
        ["silu"] = ActivationFunction.Silu,
        ["softplus"] = ActivationFunction.Softplus,
        ["erf"] = ActivationFunction.Erf,
        ["floor"] = ActivationFunction.Floor,
        ["ceil"] = ActivationFunction.Ceil,
        ["round"] = ActivationFunction.Round,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The epilogue with the operation appended, or null if the operation is no function of an element or the epilogue has one already.
    /// </summary>
    public static Epilogue? Append(Epilogue epilogue, Operation operation)
    {
        if (epilogue.HasFunction)
        {
            return null;
        }

        if (Functions.TryGetValue(operation.Operator.Name, out var function))
        {
            return epilogue with { Function = function };
        }

        var attributes = new AttributeReader(operation);
        switch (operation.Operator.Name)
        {
            case "clip":
                return epilogue with
                {
                    Clip = new ClipLimits(
                        (float)attributes.Real("min", double.NegativeInfinity), (float)attributes.Real("max", double.PositiveInfinity)),
                };
            default:
                return null;
        }
    }
}
