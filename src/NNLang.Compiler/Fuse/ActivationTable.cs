using System.Collections.Frozen;
using NNLang.Machine.Arithmetic;
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

        var attributes = operation.Attributes;
        return operation.Operator.Name switch
        {
            "clip" => epilogue with { Clip = new ClipLimits((float)attributes.Real("min"), (float)attributes.Real("max")) },
            "leaky_relu" => epilogue with { Function = ActivationFunction.Lrelu, AlphaBits = Bits(attributes.Real("slope")) },
            // The instruction has one scale and one bias: columns leave no room for alpha and beta.
            "hard_sigmoid" when epilogue.Scale is null && epilogue.Bias is null => epilogue with
            {
                Function = ActivationFunction.HardSigmoid,
                UniformScaleBits = Bits(attributes.Real("alpha")),
                UniformBiasBits = Bits(attributes.Real("beta")),
            },
            _ => null,
        };
    }

    private static uint Bits(double value) => BitConverter.SingleToUInt32Bits((float)value);
}
