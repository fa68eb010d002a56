using NNLang.Operators.Model;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Tests.Networks;

/// <summary>
/// Random networks given by a list of genes, so that edits of every kind are edits of the list: the same genes make the same network.
/// </summary>
public sealed class RandomNetworks
{
    private readonly List<Gene> _genes = [];
    private readonly List<int> _outputs = [];

    /// <summary>One layer: what it does, how far back its inputs are, a parameter.</summary>
    public readonly record struct Gene(int Kind, int Back, int Back2, int Size);

    public static RandomNetworks Make(Random random, int layers)
    {
        var network = new RandomNetworks();
        for (var i = 0; i < layers; i++)
        {
            network._genes.Add(Any(random));
        }

        return network;
    }

    public RandomNetworks Clone()
    {
        var copy = new RandomNetworks();
        copy._genes.AddRange(_genes);
        copy._outputs.AddRange(_outputs);
        return copy;
    }

    /// <summary>One random edit: insert, delete, attribute, rewiring, output on or off.</summary>
    public void Edit(Random random)
    {
        var at = random.Next(_genes.Count);
        switch (random.Next(6))
        {
            case 0:
                _genes.Insert(at, Any(random));
                break;
            case 1 when _genes.Count > 2:
                _genes.RemoveAt(at);
                break;
            case 2:
                _genes[at] = _genes[at] with { Size = random.Next(8) };
                break;
            case 3:
                _genes[at] = _genes[at] with { Back = random.Next(4), Back2 = random.Next(6) };
                break;
            case 4:
                _genes[at] = Any(random);
                break;
            default:
                if (!_outputs.Remove(at))
                {
                    _outputs.Add(at);
                }

                break;
        }
    }

    public Network Build()
    {
        var builder = new NetworkBuilder();
        var values = new List<Value> { builder.Input("x", 1, 24, 12, 12) };
        foreach (var gene in _genes)
        {
            var x = values[Math.Max(0, values.Count - 1 - gene.Back)];
            var y = values[Math.Max(0, values.Count - 1 - gene.Back2)];
            values.Add(Layer(builder, gene, x, y));
        }

        var outputs = _outputs.Where(o => o < values.Count - 1).Select(o => values[o + 1]).Append(values[^1])
            .Where(v => v.Layer >= 0).DistinctBy(v => v.Layer).ToArray();
        return builder.Build(outputs);
    }

    private static Value Layer(NetworkBuilder builder, Gene gene, Value x, Value y)
    {
        long[] filters = [16, 24, 32, 40, 64, 96, 130, 160];
        return gene.Kind switch
        {
            0 => builder.Conv(x, filters[gene.Size], 1),
            1 => builder.Conv(x, filters[gene.Size], 3, pad: 1),
            2 => builder.Relu(builder.Conv(x, filters[gene.Size], 1)),
            3 => builder.Relu(x),
            4 => x.Type.Equals(y.Type) ? builder.Sum(x, y) : builder.Relu(x),
            5 => builder.Add("sigmoid", null, [x]),
            6 => builder.Relu(builder.Conv(x, x.Channels, 3, pad: 1, groups: x.Channels)),
            _ => builder.Add("max_pool2d", null, [x], ("kernel", AttributeValue.Of(3L)), ("stride", AttributeValue.Of(1L)), ("pad", AttributeValue.Of(1L))),
        };
    }

    private static Gene Any(Random random) => new(random.Next(8), random.Next(3), random.Next(5), random.Next(8));
}
