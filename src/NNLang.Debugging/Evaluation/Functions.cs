using System.Collections.Frozen;
using NNLang.Bisection.Comparison;
using NNLang.Debugging.Inspection;
using NNLang.Tensors;

namespace NNLang.Debugging.Evaluation;

/// <summary>The functions of one value that expressions know.</summary>
internal static class Functions
{
    private static readonly FrozenDictionary<string, Func<ComparedTensor, Evaluated>> Table =
        new Dictionary<string, Func<ComparedTensor, Evaluated>>(StringComparer.Ordinal)
        {
            ["ref"] = tensor => Evaluated.Of(new ComparedTensor(Reference(tensor), null)),
            ["diff"] = tensor => Evaluated.Of(new ComparedTensor(TensorArithmetic.Subtract(tensor.Value, Reference(tensor)), null)),
            ["abs"] = tensor => Evaluated.Of(new ComparedTensor(TensorArithmetic.Map(tensor.Value, Math.Abs), null)),
            ["max"] = tensor => Evaluated.Of(Fold(tensor, double.NegativeInfinity, Math.Max)),
            ["min"] = tensor => Evaluated.Of(Fold(tensor, double.PositiveInfinity, Math.Min)),
            ["sum"] = tensor => Evaluated.Of(Fold(tensor, 0, static (a, b) => a + b)),
            ["mean"] = tensor => Evaluated.Of(Fold(tensor, 0, static (a, b) => a + b) / tensor.Values.Length),
            ["count"] = tensor => Evaluated.Of(tensor.Values.Length),
            ["nan"] = tensor => Evaluated.Of(tensor.Values.LongCount(double.IsNaN)),
            ["inf"] = tensor => Evaluated.Of(tensor.Values.LongCount(double.IsInfinity)),
            ["wrong"] = tensor => Evaluated.Of(TensorComparer.CompareExactly(tensor.Value, Reference(tensor)).Wrong),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The function of a name; null if there is none.</summary>
    public static Func<ComparedTensor, Evaluated>? Find(string name) => Table.GetValueOrDefault(name);

    /// <summary>The names of all functions.</summary>
    public static IEnumerable<string> All => Table.Keys.Append("worst").Order(StringComparer.Ordinal);

    private static Tensor Reference(ComparedTensor tensor) =>
        tensor.Reference ?? throw new EvaluationException("there is no reference for this value");

    private static double Fold(ComparedTensor tensor, double start, Func<double, double, double> function)
    {
        var result = start;
        foreach (var value in tensor.Values)
        {
            result = function(result, value);
        }

        return result;
    }
}
