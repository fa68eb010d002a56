using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Operators.Catalogue;
using NNLang.Operators.Model;

namespace NNLang.Operators;

/// <summary>The operators of the language by name. Immutable, thread-safe; a look-up is one hash.</summary>
public static class OperatorCatalogue
{
    private static readonly FrozenDictionary<string, Operator> ByName = new Operator[]
    {
        new Abs(), new Add(), new AvgPool2d(), new BatchNorm(), new Cast(), new Clip(), new Concat(), new Constant(), new Conv2d(),
        new Dense(), new Div(), new Dropout(), new Exp(), new Flatten(), new GlobalAvgPool(), new GlobalMaxPool(), new HardSigmoid(),
        new Identity(), new LeakyRelu(), new Log(), new LogSoftmax(), new Matmul(), new Max(), new MaxPool2d(), new Min(), new Mul(),
        new Neg(), new Pad(), new ReduceMax(), new ReduceMean(), new ReduceMin(), new ReduceSum(), new Relu(), new Reshape(),
        new Sigmoid(), new Silu(), new Slice(), new Softmax(), new Softplus(), new Split(), new Sqrt(), new Squeeze(), new Sub(), new Sum(),
        new Tanh(), new Transpose(), new Unsqueeze(),
    }.ToFrozenDictionary(@operator => @operator.Name, StringComparer.Ordinal);

    /// <summary>All operators in ordinal order of their names.</summary>
    public static ImmutableArray<Operator> All { get; } = [.. ByName.Values.OrderBy(@operator => @operator.Name, StringComparer.Ordinal)];

    /// <summary>The operator of a name, or null.</summary>
    public static Operator? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The operator of a name. Throws <see cref="ArgumentException"/> where there is none.</summary>
    public static Operator Get(string name) => Find(name) ?? throw new ArgumentException($"There is no operator '{name}'.", nameof(name));
}
