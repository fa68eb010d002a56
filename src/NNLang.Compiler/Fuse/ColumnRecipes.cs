using NNLang.Compiler.Lowered;
using NNLang.Machine.Programs;

namespace NNLang.Compiler.Fuse;

/// <summary>Recipes of the epilogue's columns: one f32 value a channel, of shape [channels].</summary>
internal static class ColumnRecipes
{
    /// <summary>A source as it is.</summary>
    public static RecipeTemplate Source(int source) => new([RecipeTemplate.Source(source)]);

    /// <summary>gamma / sqrt(variance + eps); a gamma of ones where it is absent.</summary>
    public static RecipeTemplate Scale(long channels, int? gamma, int variance, double epsilon) =>
        new([.. GammaAndVariance(channels, gamma, variance), RecipeStep.BatchNormScale(epsilon)]);

    /// <summary>beta + (bias - mean) scale; zeros where beta or bias is absent.</summary>
    public static RecipeTemplate Bias(long channels, int? beta, int mean, int? gamma, int variance, double epsilon, int? bias) =>
        new(
        [
            OrConstant(channels, beta, 0),
            RecipeTemplate.Source(mean),
            .. GammaAndVariance(channels, gamma, variance),
            RecipeStep.BatchNormScale(epsilon),
            OrConstant(channels, bias, 0),
            RecipeStep.BatchNormBias(),
        ]);

    private static RecipeStep[] GammaAndVariance(long channels, int? gamma, int variance) =>
        [OrConstant(channels, gamma, 1), RecipeTemplate.Source(variance)];

    private static RecipeStep OrConstant(long channels, int? source, double value) =>
        source is { } index ? RecipeTemplate.Source(index) : RecipeStep.Constant([channels], [value]);
}
