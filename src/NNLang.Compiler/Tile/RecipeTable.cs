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
        [typeof(FusedCore.Product)] = new ProductRecipe(),
        [typeof(FusedCore.BatchedProduct)] = new BatchedProductRecipe(),
        [typeof(FusedCore.Pool)] = new PoolRecipe(),
        [typeof(FusedCore.GlobalPool)] = new GlobalPoolRecipe(),
        [typeof(FusedCore.Elementwise)] = new ElementwiseRecipe(),
        [typeof(FusedCore.Binary)] = new ElementwiseRecipe(),
        [typeof(FusedCore.Chain)] = new ElementwiseRecipe(),
        [typeof(FusedCore.Softmax)] = new SoftmaxRecipe(),
        [typeof(FusedCore.Reshape)] = new ReshapeRecipe(),
        [typeof(FusedCore.Transpose)] = new TransposeRecipe(),
        [typeof(FusedCore.Concat)] = new ConcatRecipe(),
        [typeof(FusedCore.Pad)] = new PadRecipe(),
        [typeof(FusedCore.Slice)] = new SliceRecipe(),
    }.ToFrozenDictionary();

    /// <summary>The recipe of a group; null if there is none.</summary>
    public static LoweringRecipe? Find(FusedGroup group) => Recipes.GetValueOrDefault(group.Core.GetType());
}
