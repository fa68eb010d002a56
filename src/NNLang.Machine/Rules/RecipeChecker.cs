using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.Rules;

/// <summary>The form of recipes (<c>docs/machine.md</c> 8.5): numbers, values and stack of every step. Shapes are known only with the weights.</summary>
public static class RecipeChecker
{
    /// <summary>The most axes of a tensor in a recipe.</summary>
    public const int MaximumRank = 8;

    private static readonly (int Takes, int Numbers, int Values)[] Forms =
    [
        (0, 0, 0), // load
        (0, -1, -1), // const
        (1, -1, 0), // permute
        (1, -1, 0), // reshape
        (1, 3, 0), // slice
        (1, -1, 0), // pad
        (2, 1, 0), // concat
        (2, 0, 1), // bn_scale
        (4, 0, 0), // bn_bias
        (0, 12, 0), // recip_count
        (0, 2, 0), // band
        (1, 0, 0), // cast
    ];

    /// <summary>Checks a recipe. Null, or what is wrong, as a clause about the region.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="isConstant">Whether it must not read a weight.</param>
    public static string? Check(Recipe recipe, bool isConstant = false)
    {
        var depth = 0;
        for (var i = 0; i < recipe.Steps.Length; i++)
        {
            var step = recipe.Steps[i];
            if (step.Operation > RecipeOperation.Cast)
            {
                return $"has a recipe with an unknown step {i}";
            }

            var (takes, numbers, values) = Forms[(int)step.Operation];
            if (depth < takes)
            {
                return $"has a recipe whose step {i} needs {takes} tensors and finds {depth}";
            }

            depth += 1 - takes;
            if ((numbers >= 0 && step.Numbers.Length != numbers) || (values >= 0 && step.Values.Length != values) || !IsWellFormed(step))
            {
                return $"has a recipe whose step {i} is malformed";
            }

            if (isConstant && step.Operation == RecipeOperation.Load)
            {
                return "is constant, but its recipe reads a weight";
            }
        }

        return depth == 1 ? null : $"has a recipe that leaves {depth} tensors instead of one";
    }

    private static bool IsWellFormed(RecipeStep step)
    {
        var numbers = step.Numbers;
        switch (step.Operation)
        {
            case RecipeOperation.Load:
                return step.Key.Length > 0;
            case RecipeOperation.Constant:
                var count = Count(step);
                return numbers.Length <= MaximumRank && count >= 0 && (step.Values.Length == 1 || step.Values.Length == count);
            case RecipeOperation.Permute:
                return numbers.Length <= MaximumRank && numbers.Order().SequenceEqual(Enumerable.Range(0, numbers.Length).Select(axis => (long)axis));
            case RecipeOperation.Reshape:
                return numbers.Length <= MaximumRank && Count(step) >= 0;
            case RecipeOperation.Slice:
                return numbers[0] is >= 0 and < MaximumRank && numbers[1] >= 0 && numbers[2] > numbers[1];
            case RecipeOperation.Pad:
                return numbers.Length % 2 == 0 && numbers.Length <= 2 * MaximumRank && numbers.All(number => number is >= 0 and <= int.MaxValue);
            case RecipeOperation.Concat:
                return numbers[0] is >= 0 and < MaximumRank;
            case RecipeOperation.ReciprocalCount:
                return numbers.All(number => number is >= 0 and <= int.MaxValue) && numbers[2] > 0 && numbers[3] > 0;
            case RecipeOperation.Band:
                return numbers[0] is > 0 and <= 65536 && numbers[1] > 0 && numbers[1] % 2 == 1;
            case RecipeOperation.Cast:
                return DeviceTypes.Code(step.Type) >= 0 || step.Type is ElementType.F64 or ElementType.Bool or ElementType.I64;
            default:
                return true;
        }
    }

    // The product of the numbers; -1 if one is negative or it is beyond 2^40.
    private static long Count(RecipeStep step)
    {
        long count = 1;
        foreach (var number in step.Numbers)
        {
            if (number < 0 || (number > 0 && count > (1L << 40) / number))
            {
                return -1;
            }

            count *= number;
        }

        return count;
    }
}
