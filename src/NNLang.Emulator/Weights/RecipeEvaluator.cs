using System.Globalization;
using NNLang.Emulator.Execution;
using NNLang.Emulator.Memories;
using NNLang.Machine.Devices;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator.Weights;

/// <summary>
/// Evaluates the recipe of a weight or constant (<c>docs/machine.md</c> 8.5): in binary64, with one rounding to the region's type at the
/// end and one at each cast. A recipe that only moves f32 elements of an f32 region moves them as they are, which gives the same bits.
/// </summary>
internal static class RecipeEvaluator
{
    /// <summary>The largest tensor a recipe may make, in elements.</summary>
    public const long MaximumElements = 1L << 30;

    /// <summary>Fills a region's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Evaluate(Region region, Func<string, Tensor?> find, NativeBuffer bytes)
    {
        if (region.Recipe is null)
        {
            return "the region has no recipe";
        }

        try
        {
            return IsMove(region, find) ? Finish(region, new Machine<float>(find, ReadSingles).Run(region.Recipe), bytes, WriteSingles)
                : Finish(region, new Machine<double>(find, TensorConversion.CopyDoubles).Run(region.Recipe), bytes, Write);
        }
        catch (RecipeException problem)
        {
            return problem.Message;
        }
        catch (OverflowException)
        {
            return "the recipe makes a tensor that is too large";
        }
    }

    private static bool IsMove(Region region, Func<string, Tensor?> find)
    {
        if (region.Type != ElementType.F32)
        {
            return false;
        }

        foreach (var step in region.Recipe!.Steps)
        {
            if (step.Operation == RecipeOperation.Load ? find(step.Key)?.Type != ElementType.F32 : !Moves(step.Operation))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Moves(RecipeOperation operation) =>
        operation is RecipeOperation.Permute or RecipeOperation.Reshape or RecipeOperation.Slice or RecipeOperation.Pad or RecipeOperation.Concat;

    private static string? Finish<T>(Region region, RecipeTensor<T> result, NativeBuffer bytes, Func<Region, T[], NativeBuffer, string?> write)
        where T : unmanaged
    {
        var size = DeviceTypes.Bytes(region.Type);
        return result.Elements.LongLength * size != bytes.Length
            ? string.Create(
                CultureInfo.InvariantCulture, $"the recipe makes {result.Elements.LongLength} elements of {size} bytes; the region has {bytes.Length} bytes")
            : write(region, result.Elements, bytes);
    }

    private static unsafe string? WriteSingles(Region region, float[] elements, NativeBuffer bytes)
    {
        elements.AsSpan().CopyTo(new Span<float>(bytes.Data, elements.Length));
        return null;
    }

    private static unsafe string? Write(Region region, double[] elements, NativeBuffer bytes)
    {
        var size = DeviceTypes.Bytes(region.Type);
        for (var i = 0; i < elements.Length; i++)
        {
            if (!WideRounding.TryEncode(region.Type, elements[i], out var bits))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"element {i} is {elements[i]}, which is no value of {ElementTypes.Name(region.Type)}");
            }

            TransferKernels.Write(bytes.Data + ((long)i * size), size, bits);
        }

        return null;
    }

    private static float[] ReadSingles(Tensor tensor) => tensor.AsFloats().ToArray();

    private sealed class RecipeException(string message) : Exception(message);

    /// <summary>The stack machine. Extents and axes are checked; a wrong recipe ends in a message.</summary>
    private sealed class Machine<T>(Func<string, Tensor?> find, Func<Tensor, T[]> read)
        where T : unmanaged
    {
        private readonly Stack<RecipeTensor<T>> _stack = [];

        public RecipeTensor<T> Run(Recipe recipe)
        {
            foreach (var step in recipe.Steps)
            {
                Step(step);
            }

            return _stack.Count == 1 ? _stack.Pop() : throw new RecipeException($"the recipe leaves {_stack.Count} tensors instead of one");
        }

        private void Step(RecipeStep step)
        {
            var numbers = step.Numbers.AsSpan();
            var needed = step.Operation switch
            {
                RecipeOperation.Slice => 3,
                RecipeOperation.Band => 2,
                RecipeOperation.Concat => 1,
                _ => 0,
            };
            if (numbers.Length < needed || (step.Operation == RecipeOperation.BatchNormScale && step.Values.IsEmpty))
            {
                throw new RecipeException($"the step {step.Operation} lacks numbers");
            }

            switch (step.Operation)
            {
                case RecipeOperation.Load:
                    var weight = find(step.Key) ?? throw new RecipeException($"there is no weight '{step.Key}'");
                    _stack.Push(new RecipeTensor<T>([.. weight.Shape.Dimensions], read(weight)));
                    break;
                case RecipeOperation.Permute: _stack.Push(Permute(Pop(), numbers)); break;
                case RecipeOperation.Reshape: _stack.Push(Reshape(Pop(), numbers)); break;
                case RecipeOperation.Slice: _stack.Push(Slice(Pop(), numbers)); break;
                case RecipeOperation.Pad: _stack.Push(Pad(Pop(), numbers)); break;
                case RecipeOperation.Concat: Concat(numbers); break;
                default: Compute(step); break;
            }
        }

        private void Compute(RecipeStep step)
        {
            if (this is not Machine<double> machine)
            {
                throw new RecipeException($"{step.Operation} is not a step that moves elements");
            }

            var stack = machine._stack;
            RecipeTensor<double> PopWide() => (RecipeTensor<double>)(object)Pop();
            switch (step.Operation)
            {
                case RecipeOperation.Constant:
                    stack.Push(RecipeGenerators.Constant(Sized(step.Numbers.AsSpan()), step.Values.AsSpan())
                        ?? throw new RecipeException("a constant has the wrong number of elements"));
                    break;
                case RecipeOperation.BatchNormScale:
                    var variance = PopWide();
                    var gamma = PopWide();
                    Same(gamma, variance);
                    stack.Push(RecipeGenerators.Zip(gamma, variance, (g, v) => g / Math.Sqrt(v + step.Values[0])));
                    break;
                case RecipeOperation.BatchNormBias:
                    var bias = PopWide();
                    var scale = PopWide();
                    var mean = PopWide();
                    var beta = PopWide();
                    Same(bias, scale);
                    Same(bias, mean);
                    Same(bias, beta);
                    var centred = RecipeGenerators.Zip(RecipeGenerators.Zip(bias, mean, (b, m) => b - m), scale, (x, s) => x * s);
                    stack.Push(RecipeGenerators.Zip(beta, centred, (b, x) => b + x));
                    break;
                case RecipeOperation.ReciprocalCount:
                    stack.Push(RecipeGenerators.ReciprocalCount(step.Numbers.AsSpan()) ?? throw new RecipeException("recip_count has wrong numbers"));
                    break;
                case RecipeOperation.Band:
                    Sized([step.Numbers[0], step.Numbers[0]]);
                    stack.Push(RecipeGenerators.Band(step.Numbers[0], step.Numbers[1]));
                    break;
                case RecipeOperation.Cast:
                    var x = PopWide();
                    stack.Push(new RecipeTensor<double>(x.Dimensions, Array.ConvertAll(x.Elements, value => WideRounding.Round(step.Type, value))));
                    break;
                default:
                    throw new RecipeException($"there is no step {step.Operation}");
            }
        }

        private RecipeTensor<T> Pop() => _stack.TryPop(out var tensor) ? tensor : throw new RecipeException("the recipe uses a tensor that is not there");

        private static void Same(RecipeTensor<double> a, RecipeTensor<double> b)
        {
            if (a.Elements.Length != b.Elements.Length)
            {
                throw new RecipeException("the recipe combines tensors of different sizes");
            }
        }

        private static ReadOnlySpan<long> Sized(ReadOnlySpan<long> dimensions)
        {
            foreach (var dimension in dimensions)
            {
                if (dimension < 0)
                {
                    throw new RecipeException("the recipe has a negative extent");
                }
            }

            return RecipeTensor<T>.Count(dimensions) <= MaximumElements ? dimensions : throw new OverflowException();
        }

        private static RecipeTensor<T> Permute(RecipeTensor<T> x, ReadOnlySpan<long> axes)
        {
            if (axes.Length != x.Dimensions.Length)
            {
                throw new RecipeException("permute names another number of axes than the tensor has");
            }

            var strides = RecipeTensor<T>.Strides(x.Dimensions);
            var extents = new long[axes.Length];
            var steps = new long[axes.Length];
            var seen = 0UL;
            for (var i = 0; i < axes.Length; i++)
            {
                var axis = axes[i];
                if ((ulong)axis >= (ulong)axes.Length || (seen & (1UL << (int)axis)) != 0)
                {
                    throw new RecipeException("permute does not name each axis once");
                }

                seen |= 1UL << (int)axis;
                extents[i] = x.Dimensions[axis];
                steps[i] = strides[axis];
            }

            var result = new T[x.Elements.Length];
            if (result.Length > 0)
            {
                RecipeTensor<T>.Copy(x.Elements, 0, steps, result, 0, RecipeTensor<T>.Strides(extents), extents);
            }

            return new RecipeTensor<T>(extents, result);
        }

        private static RecipeTensor<T> Reshape(RecipeTensor<T> x, ReadOnlySpan<long> dimensions) =>
            RecipeTensor<T>.Count(Sized(dimensions)) == x.Elements.LongLength
                ? new RecipeTensor<T>(dimensions.ToArray(), x.Elements)
                : throw new RecipeException("reshape changes the number of elements");

        private static RecipeTensor<T> Slice(RecipeTensor<T> x, ReadOnlySpan<long> numbers)
        {
            var (axis, start, stop) = (numbers[0], numbers[1], numbers[2]);
            if ((ulong)axis >= (ulong)x.Dimensions.Length || start < 0 || stop < start || stop > x.Dimensions[axis])
            {
                throw new RecipeException("slice is outside the tensor");
            }

            var extents = (long[])x.Dimensions.Clone();
            extents[axis] = stop - start;
            var result = new T[RecipeTensor<T>.Count(extents)];
            var strides = RecipeTensor<T>.Strides(x.Dimensions);
            if (result.Length > 0)
            {
                RecipeTensor<T>.Copy(x.Elements, start * strides[axis], strides, result, 0, RecipeTensor<T>.Strides(extents), extents);
            }

            return new RecipeTensor<T>(extents, result);
        }

        private static RecipeTensor<T> Pad(RecipeTensor<T> x, ReadOnlySpan<long> numbers)
        {
            if (numbers.Length != 2 * x.Dimensions.Length)
            {
                throw new RecipeException("pad needs two numbers for each axis");
            }

            var extents = (long[])x.Dimensions.Clone();
            for (var axis = 0; axis < extents.Length; axis++)
            {
                if (numbers[2 * axis] < 0 || numbers[(2 * axis) + 1] < 0)
                {
                    throw new RecipeException("pad is negative");
                }

                extents[axis] = checked(extents[axis] + numbers[2 * axis] + numbers[(2 * axis) + 1]);
            }

            var result = new T[RecipeTensor<T>.Count(Sized(extents))];
            var strides = RecipeTensor<T>.Strides(extents);
            var first = 0L;
            for (var axis = 0; axis < extents.Length; axis++)
            {
                first += numbers[2 * axis] * strides[axis];
            }

            if (x.Elements.Length > 0)
            {
                RecipeTensor<T>.Copy(x.Elements, 0, RecipeTensor<T>.Strides(x.Dimensions), result, first, strides, x.Dimensions);
            }

            return new RecipeTensor<T>(extents, result);
        }

        private void Concat(ReadOnlySpan<long> numbers)
        {
            var second = Pop();
            var first = Pop();
            var axis = numbers[0];
            var rank = first.Dimensions.Length;
            if (second.Dimensions.Length != rank || (ulong)axis >= (ulong)rank)
            {
                throw new RecipeException("concat joins tensors of different ranks, or along an axis they do not have");
            }

            var extents = (long[])first.Dimensions.Clone();
            for (var i = 0; i < rank; i++)
            {
                if (i == axis)
                {
                    extents[i] += second.Dimensions[i];
                }
                else if (first.Dimensions[i] != second.Dimensions[i])
                {
                    throw new RecipeException("concat joins tensors whose other extents differ");
                }
            }

            var result = new T[RecipeTensor<T>.Count(Sized(extents))];
            var strides = RecipeTensor<T>.Strides(extents);
            if (first.Elements.Length > 0)
            {
                RecipeTensor<T>.Copy(first.Elements, 0, RecipeTensor<T>.Strides(first.Dimensions), result, 0, strides, first.Dimensions);
            }

            if (second.Elements.Length > 0)
            {
                RecipeTensor<T>.Copy(
                    second.Elements, 0, RecipeTensor<T>.Strides(second.Dimensions), result, first.Dimensions[axis] * strides[axis], strides, second.Dimensions);
            }

            _stack.Push(new RecipeTensor<T>(extents, result));
        }
    }
}
