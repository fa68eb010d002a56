using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;
using NNLang.Testing;

namespace NNLang.Semantics.Tests;

/// <summary>Weights that come from files: by key, through a map, converted, or told why not.</summary>
public sealed class NetworkWeightsTests : IDisposable
{
    private const string Network = "\nnetwork n(x: f32[1, 2]) {\n  head = dense(x, units: 3)\n  return head\n}\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_read_from_its_file()
    {
        Write("w.safetensors", ("head.weight", Tensor.Of(new Shape(3, 2), [1f, 2, 3, 4, 5, 6])), ("head.bias", Tensor.Of(new Shape(3), [7f, 8, 9])));
        using var weights = Open("weights \"w.safetensors\"", out var keys);
        Assert.Equal([1f, 2, 3, 4, 5, 6], weights.Load(keys["head.weight"]).AsFloats().ToArray());
        Assert.Equal([7f, 8, 9], weights.Load(keys["head.bias"]).AsFloats().ToArray());
    }

    [Fact]
    public void A_map_leads_to_the_keys_of_the_file()
    {
        Write("w.safetensors", ("fc.weight", Tensor.Of(new Shape(3, 2), new float[6])), ("fc.bias", Tensor.Of(new Shape(3), [7f, 8, 9])));
        using var weights = Open("weights \"w.safetensors\" { head: \"fc\" }", out var keys);
        Assert.Equal([7f, 8, 9], weights.Load(keys["fc.bias"]).AsFloats().ToArray());
    }

    [Fact]
    public void Declarations_are_tried_in_order()
    {
        Write("first.safetensors", ("head.bias", Tensor.Of(new Shape(3), [1f, 1, 1])));
        Write("second.safetensors", ("head.bias", Tensor.Of(new Shape(3), [2f, 2, 2])), ("head.weight", Tensor.Of(new Shape(3, 2), [3f, 3, 3, 3, 3, 3])));
        using var weights = Open("weights \"first.safetensors\"\nweights \"second.safetensors\"", out var keys);
        Assert.Equal(1f, weights.Load(keys["head.bias"]).AsFloats()[0]);
        Assert.Equal(3f, weights.Load(keys["head.weight"]).AsFloats()[0]);
    }

    [Fact]
    public void Another_type_is_converted_where_nothing_is_lost()
    {
        Write(
            "w.safetensors", ("head.weight", Tensor.Of(new Shape(3, 2), [1f, 0.5f, 3, 4, 5, 6]).ConvertTo(ElementType.F16)),
            ("head.bias", Tensor.Of(new Shape(3), [7f, 8, 9]).ConvertTo(ElementType.BF16)));
        using var weights = Open("weights \"w.safetensors\"", out var keys);
        Assert.Equal((ElementType.F32, 0.5f), (weights.Load(keys["head.weight"]).Type, weights.Load(keys["head.weight"]).AsFloats()[1]));
        Assert.Equal(9f, weights.Load(keys["head.bias"]).AsFloats()[2]);
    }

    [Fact]
    public void A_file_that_went_away_after_the_check_is_named()
    {
        Write("w.safetensors", ("head.weight", Tensor.Of(new Shape(3, 2), new float[6])), ("head.bias", Tensor.Of(new Shape(3), new float[3])));
        using var weights = Open("weights \"w.safetensors\"", out var keys);
        File.Delete(Path.Combine(_folder.Path, "w.safetensors"));
        var refused = Assert.Throws<TensorFileException>(() => weights.Load(keys["head.bias"]));
        Assert.Contains("'w.safetensors' cannot be opened", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrank_after_the_check_is_refused()
    {
        Write("w.safetensors", ("head.weight", Tensor.Of(new Shape(3, 2), new float[6])), ("head.bias", Tensor.Of(new Shape(3), new float[3])));
        using var weights = Open("weights \"w.safetensors\"", out var keys);
        File.WriteAllBytes(Path.Combine(_folder.Path, "w.safetensors"), File.ReadAllBytes(Path.Combine(_folder.Path, "w.safetensors"))[..^4]);
        Assert.Throws<TensorFileException>(() => weights.Load(keys["head.bias"]));
    }

    [Theory]
    [InlineData("absent.safetensors", "NN4000")]
    [InlineData("w.safetensors", "NN4001")]
    public void Weights_from_outside_are_checked_like_declared_ones(string given, string code)
    {
        Write("w.safetensors", ("head.weight", Tensor.Of(new Shape(3, 2), new float[6])));
        var compilation = Compile("weights seeded(1)", given);
        Assert.Contains(compilation.Diagnostics, diagnostic => diagnostic.Code == code);
    }

    private void Write(string name, params (string Key, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(Path.Combine(_folder.Path, name), [.. tensors.Select(tensor => KeyValuePair.Create(tensor.Key, tensor.Value))]);

    private Compilation Compile(string declarations, string? given = null) => Compilation.Create(
        SyntaxTree.Parse(declarations + Network),
        new CompilationOptions { Files = new DiskFiles(), BasePath = _folder.Path, Weights = given });

    private NetworkWeights Open(string declarations, out Dictionary<string, TensorSource.Weight> keys)
    {
        var compilation = Compile(declarations);
        Assert.True(!compilation.HasErrors, string.Join('\n', compilation.Diagnostics));
        keys = compilation.GetNetwork("n")!.Layers.SelectMany(layer => layer.Sources).OfType<TensorSource.Weight>().ToDictionary(weight => weight.Key);
        return compilation.OpenWeights();
    }

    private sealed class DiskFiles : IFileSystem
    {
        public Stream? Open(string path) => File.Exists(path) ? File.OpenRead(path) : null;

        public long? VersionOf(string path) => File.Exists(path) ? File.GetLastWriteTimeUtc(path).Ticks : null;

        public string? PhysicalPath(string path) => File.Exists(path) ? path : null;
    }
}
