using System.Collections.Immutable;
using System.Globalization;
using NNLang.Onnx;
using NNLang.Operators.Model;
using NNLang.Operators.Weights;
using NNLang.Semantics.Graph;
using NNLang.Tensors;
using NNLang.Tensors.Npy;

namespace NNLang.Targets.Launch;

/// <summary>The inputs of a run: given as files, or drawn from a seed.</summary>
internal static class InputFactory
{
    /// <summary>One tensor an input, in the network's order.</summary>
    /// <exception cref="LaunchException">A file cannot be read, has another type or shape, or names no input.</exception>
    public static ImmutableArray<Tensor> Create(Network network, LaunchRequest request)
    {
        foreach (var name in request.Inputs.Keys)
        {
            if (!network.Inputs.Any(input => input.Name == name))
            {
                var known = string.Join(", ", network.Inputs.Select(input => input.Name));
                throw new LaunchException("inputs", $"'inputs.{name}': '{network.Name}' has no such input; its inputs are {known}.");
            }
        }

        var inputs = ImmutableArray.CreateBuilder<Tensor>(network.Inputs.Length);
        for (var i = 0; i < network.Inputs.Length; i++)
        {
            inputs.Add(Create(network.Inputs[i], i, request));
        }

        return inputs.MoveToImmutable();
    }

    private static Tensor Create(NetworkInput input, int index, LaunchRequest request)
    {
        var shape = input.Type.KnownShape!.Value;
        if (request.Inputs.TryGetValue(input.Name, out var path))
        {
            return Fit(input, Read(path, p => NpyReader.Read(p)));
        }

        if (request.InputDirectory is { } folder)
        {
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"input_{index}.pb"));
            return Fit(input, Read(file, p => OnnxTensorFile.Read(SourceBytes.ReadAll(p))));
        }

        // Uniform in [-0.1, 0.1], stretched to [-1, 1]: the generator of seeded weights, keyed by the input's name.
        var drawn = SeededWeights.Draw(request.Seed, 1.0, "input:" + input.Name, shape, SlotRole.Bias);
        var elements = drawn.AsFloats().ToArray();
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] *= 10;
        }

        return Tensor.Of(shape, elements).ConvertTo(input.Type.Element);
    }

    private static Tensor Read(string path, Func<string, Tensor> read)
    {
        if (!File.Exists(path))
        {
            throw new LaunchException("inputs", $"Cannot read {path}: {(Directory.Exists(path) ? "it is a directory" : "it does not exist")}.");
        }

        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is TensorFileException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LaunchException("inputs", $"Cannot read {path}: {failure.Message}");
        }
    }

    private static Tensor Fit(NetworkInput input, Tensor tensor)
    {
        if (tensor.Shape != input.Type.KnownShape)
        {
            throw new LaunchException("inputs", $"'inputs.{input.Name}' is {tensor}; '{input.Name}' is {input.Type}.");
        }

        return tensor.Type == input.Type.Element ? tensor : tensor.ConvertTo(input.Type.Element);
    }
}
