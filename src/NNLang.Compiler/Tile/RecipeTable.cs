using System.Collections.Frozen;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tile.Recipes;

namespace NNLang.Compiler.Tile;

/// <summary>Which recipe lowers which core.</summary>
internal static class RecipeTable
{
    private static readonly FrozenDictionary<Type, LoweringRecipe> Recipes = new Dictionary<Type, LoweringRecipe>
    {
        [typeof(FusedCore.Convolution)] = new ConvolutionRecipe(),
    }.ToFrozenDictionary();

    /// <summary>The recipe of a group; null if there is none.</summary>
    public static LoweringRecipe? Find(FusedGroup group) => Recipes.GetValueOrDefault(group.Core.GetType());
}
