using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

public sealed class ExportTests
{
    [Theory]
    [InlineData("squeezenet")]
    [InlineData("densenet121")]
    public void WhatWasImportedGetsItsNamesBack(string name)
    {
        var import = OnnxData.Light(name);
        var weights = import.Weights.ToDictionary();
        var network = Interpreted.Bind(import, $"light_{name}.safetensors");
        var export = OnnxExporter.Export(network, weight => weights[weight.Key]);
        var model = OnnxImporter.Parse(export.Model.Span);
        var original = OnnxImporter.Parse(SharedOnnx.LightModel(name));
        Assert.Equal(original.Graph.Output.Select(output => output.Name), model.Graph.Output.Select(output => output.Name));
        Assert.Equal(network.Inputs.Select(input => input.Name), model.Graph.Input.Select(input => input.Name));
        var originals = original.Graph.Node.SelectMany(node => node.Output).ToHashSet();
        Assert.Subset(originals, model.Graph.Node.SelectMany(node => node.Output).Where(output => !output.EndsWith("_pool", StringComparison.Ordinal)).ToHashSet());

        var again = OnnxImporter.Import(export.Model, "light_" + name, new OnnxImportOptions { WeightsFile = $"light_{name}.safetensors" });
        Assert.Equal(WithoutComments(import.Text!), WithoutComments(again.Text!));
        Assert.Equal(import.Weights.Select(pair => pair.Key), again.Weights.Select(pair => pair.Key));
        foreach (var (key, tensor) in again.Weights)
        {
            Assert.True(tensor.Bytes.Span.SequenceEqual(weights[key].Bytes.Span), key);
        }
    }

    [Fact]
    public void EveryPrefixComputesWhatTheWholeDoes()
    {
        var import = OnnxImporter.Import(Models.Branches(), "branches", new OnnxImportOptions());
        var weights = import.Weights.ToDictionary();
        var network = Interpreted.Bind(import);
        var random = new Random(PropertySeed.Base);
        var inputs = network.Inputs.Select(input => Tensor.Of(
            input.Type.KnownShape!.Value, [.. Enumerable.Range(0, (int)input.Type.KnownShape!.Value.Count).Select(_ => (float)random.NextDouble() - 0.5f)])).ToArray();
        var all = new Dictionary<string, Tensor>();
        Interpreted.Run(network, inputs, weights, all);
        for (var length = 1; length < network.Layers.Length; length++)
        {
            var export = OnnxExporter.Export(network, weight => weights[weight.Key], length);
            Assert.Contains(export.Outputs, output => output.Layer == length - 1);
            Assert.Equal(OnnxExporter.LiveAt(network, length), export.Outputs.Select(output => (output.Layer, output.Result)));
            var prefix = OnnxImporter.Import(export.Model, "prefix", new OnnxImportOptions());
            var results = Interpreted.Run(Interpreted.Bind(prefix), inputs, prefix.Weights.ToDictionary());
            for (var i = 0; i < results.Length; i++)
            {
                if (export.Outputs[i].Result == 0)
                {
                    Assert.True(Interpreted.RelativeError(all[network.Layers[export.Outputs[i].Layer].Path], results[i]) < 1e-12);
                }
            }
        }
    }

    [Fact]
    public void ExportIsDeterministic()
    {
        var import = OnnxImporter.Import(Models.Branches(), "branches", new OnnxImportOptions());
        var weights = import.Weights.ToDictionary();
        var network = Interpreted.Bind(import);
        Assert.Equal(
            OnnxExporter.Export(network, weight => weights[weight.Key]).Model.ToArray(),
            OnnxExporter.Export(network, weight => weights[weight.Key]).Model.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxExporter.Export(network, weight => weights[weight.Key], network.Layers.Length + 1));
    }

    [Fact]
    public void EveryOperatorOfTheCatalogueHasARule()
    {
        foreach (var @operator in Operators.OperatorCatalogue.All)
        {
            Assert.NotNull(Export.ExportRules.Find(@operator.Name));
        }
    }

    private static string WithoutComments(string text) =>
        string.Join("\n", text.Split('\n').Where(line => !line.StartsWith("///", StringComparison.Ordinal)));
}
