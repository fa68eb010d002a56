using NNLang.Tensors;

namespace NNLang.Emulator.Weights;

/// <summary>Where the loader finds the weights that recipes name (<c>docs/machine.md</c> 8.5).</summary>
public interface IWeightSource
{
    /// <summary>The weight of a key; null if there is none. Called once for each use; must be safe to call from one thread at a time.</summary>
    Tensor? Find(string key);
}

/// <summary>Weights in a dictionary.</summary>
public sealed class WeightDictionary(IReadOnlyDictionary<string, Tensor> weights) : IWeightSource
{
    /// <summary>No weights at all.</summary>
    public static WeightDictionary Empty { get; } = new(new Dictionary<string, Tensor>());

    /// <inheritdoc/>
    public Tensor? Find(string key) => weights.GetValueOrDefault(key);
}
