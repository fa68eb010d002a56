using System.Collections.Immutable;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.AssemblerText;

/// <summary>The words of declarations in assembler text, and what may be left unsaid.</summary>
internal static class AssemblyWords
{
    public static readonly string[] Kinds = ["input", "output", "weight", "constant", "spill", "scratch"];

    public static readonly string[] Sources = ["static", "hw", "sw"];

    public static readonly string[] Steps =
        ["load", "const", "permute", "reshape", "slice", "pad", "concat", "bn_scale", "bn_bias", "recip_count", "band", "cast"];

    /// <summary>The order in which streams are printed.</summary>
    public static readonly Engine[] StreamOrder = [Engine.Sync, Engine.Tensor, Engine.Vector, Engine.Scalar, Engine.GpSimd];

    /// <summary>Whether a step always shows its list of numbers.</summary>
    public static bool HasNumbers(RecipeOperation operation) =>
        operation is not (RecipeOperation.Load or RecipeOperation.BatchNormScale or RecipeOperation.BatchNormBias or RecipeOperation.Cast);

    /// <summary>The bytes of a dense tensor, saturating.</summary>
    public static long DenseBytes(ElementType type, ImmutableArray<long> dimensions)
    {
        Int128 bytes = ElementTypes.Bytes(type);
        foreach (var dimension in dimensions)
        {
            bytes = Int128.Clamp(bytes * dimension, -1, long.MaxValue);
        }

        return (long)bytes;
    }

    /// <summary>One tensor for each region of a kind, named and shaped as the region.</summary>
    public static ImmutableArray<ProgramTensor> DefaultTensors(ImmutableArray<Region> regions, RegionKind kind)
    {
        var tensors = ImmutableArray.CreateBuilder<ProgramTensor>();
        for (var i = 0; i < regions.Length; i++)
        {
            if (regions[i].Kind == kind && regions[i].Dimensions.All(dimension => dimension >= 0))
            {
                tensors.Add(new ProgramTensor(regions[i].Name, i, regions[i].Type, new Shape(regions[i].Dimensions.AsSpan())));
            }
        }

        return tensors.ToImmutable();
    }
}
