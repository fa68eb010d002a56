using System.Collections.Immutable;
using NNLang.Bisection.Reports;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lowered;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;

namespace NNLang.Targets.Launch;

/// <summary>
/// What a host evaluates: a network that no device has to hold is still limited, so that a slip of the keyboard in a shape ends in an error
/// instead of in all memory. Pure.
/// </summary>
internal static class HostLimits
{
    /// <summary>The most elements of one tensor, and of all weights together: 1 GiB of f32.</summary>
    private const long MostElements = 1L << 28;

    /// <summary>The first tensor that is too large; empty if all fit. O(layers).</summary>
    public static ImmutableArray<CompilationProblem> Check(Network network)
    {
        foreach (var input in network.Inputs)
        {
            if (Elements(input.Type) > MostElements)
            {
                return [Problem($"Input '{input.Name}' is {input.Type}", -1)];
            }
        }

        var weights = 0.0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < network.Layers.Length; i++)
        {
            var layer = network.Layers[i];
            foreach (var source in layer.Sources)
            {
                if (source is TensorSource.Weight weight && seen.Add(weight.Key))
                {
                    weights += Elements(weight.Type);
                    if (weights > MostElements)
                    {
                        return [Problem($"Weight '{weight.Key}' is {weight.Type}; with it, all weights", i)];
                    }
                }
            }

            foreach (var type in layer.Operation.ResultTypes)
            {
                if (Elements(type) > MostElements)
                {
                    return [Problem($"'{layer.Path}' is {type}", i)];
                }
            }
        }

        return [];
    }

    private static double Elements(TensorType type)
    {
        var count = 1.0;
        foreach (var dimension in type.Dimensions)
        {
            count *= dimension.Value ?? 1;
        }

        return count;
    }

    private static CompilationProblem Problem(string what, int layer) => new(
        CompilerCodes.MemoryExceeded.Code, $"{what}: more than {Quantity.Count(MostElements)} elements, which is what this computer evaluates.",
        "Make the dimensions smaller.", layer);
}
