using Google.Protobuf;
using NNLang.Onnx.Wire;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

/// <summary>Broken and hostile files end in a problem, in bounded memory.</summary>
public sealed class HostileTests
{
    [Fact]
    public void DamagedModelsImportOrAreRefused() => PropertySeed.ForEach(600, random =>
    {
        var bytes = Models.Branches().ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, random.Next(1, Math.Min(40, bytes.Count))));
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        var import = OnnxImporter.Import(bytes.ToArray(), "damaged", new OnnxImportOptions());
        Assert.True(import.Text is not null || import.Problems.Length > 0);
        Assert.All(import.Problems, problem => Assert.True(problem.Message.Length < 2_000));
    });

    [Fact]
    public void LyingShapesTakeNoMemory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var nodes in (string[])["s = Constant() value_ints=100000,100000,100000 | y = ConstantOfShape(s)", "s = Constant() value_ints=1000000000,4 | y = ConstantOfShape(s)", "s = Constant() value_ints=9223372036854775807,9 | y = ConstantOfShape(s)"])
        {
            var import = OnnxImporter.Import(Models.Of(17, ["x: 1"], ["y"], [], nodes.Replace(" | ", "\n", StringComparison.Ordinal)), "n", new OnnxImportOptions());
            Assert.Equal("NN9001", import.Problems.Single().Code);
        }

        var model = Models.Of(17, ["x: 4611686018427387904 4611686018427387904 4"], ["y"], [], "y = Flatten(x)");
        Assert.Equal("NN9003", OnnxImporter.Import(model, "n", new OnnxImportOptions()).Problems.Single().Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [Fact]
    public void ManyTinyPartsAreRefusedBeforeTheyAreBuilt()
    {
        // Three million empty nodes in six megabytes.
        var graph = new byte[6_000_000];
        for (var i = 0; i < graph.Length; i += 2)
        {
            graph[i] = 0x0a;
        }

        var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        output.WriteTag(7, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(graph));
        output.Flush();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var import = OnnxImporter.Import(stream.ToArray(), "n", new OnnxImportOptions());
        Assert.Contains("more than 1,000,000 parts", import.Problems.Single().Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
    }

    [Fact]
    public void RepeatedDoublingStaysInProportion()
    {
        var nodes = "s = Constant() value_ints=1024 | c0 = ConstantOfShape(s)" + string.Concat(Enumerable.Range(0, 40).Select(i => $" | c{i + 1} = Concat(c{i}, c{i}) axis=0")) + " | y = Add(x, c40)";
        var before = GC.GetAllocatedBytesForCurrentThread();
        var import = OnnxImporter.Import(Models.Of(17, ["x: 1"], ["y"], [], nodes.Replace(" | ", "\n", StringComparison.Ordinal)), "n", new OnnxImportOptions());
        Assert.NotNull(import.Text);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1L << 30);

        nodes = string.Concat(Enumerable.Range(0, 40).Select(i => $"s{i + 1} = Concat(s{i}, s{i}) axis=0 | ")) + "y = Reshape(x, s40)";
        import = OnnxImporter.Import(Models.Of(17, ["x: N"], ["y"], [], ("s0 = Shape(x) | " + nodes).Replace(" | ", "\n", StringComparison.Ordinal)), "n", new OnnxImportOptions());
        Assert.Equal("NN9001", import.Problems.Single().Code);
    }

    [Fact]
    public void DeepGraphsAreRefused()
    {
        var graph = new Graph();
        for (var i = 0; i < 80; i++)
        {
            graph = new Graph { Node = { new Node { OpType = "If", Output = { "y" }, Attribute = { new Wire.Attribute { Name = "then_branch", G = graph } } } } };
        }

        var bytes = new Model { Graph = graph, OpsetImport = { new OperatorSet { Version = 17 } } }.ToByteArray();
        Assert.Contains("nested", OnnxImporter.Import(bytes, "n", new OnnxImportOptions()).Problems.Single().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("weights \"a\"\nnetwork n() {}")]
    [InlineData("\u007fELF")]
    [InlineData("PK\u0003\u0004")]
    public void OtherFilesAreRefused(string text)
    {
        var import = OnnxImporter.Import(System.Text.Encoding.UTF8.GetBytes(text), "n", new OnnxImportOptions());
        Assert.Equal("NN9003", import.Problems.Single().Code);
        Assert.StartsWith("The file is no ONNX model", import.Problems.Single().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w.bin", true)]
    [InlineData("sub/w.bin", true)]
    [InlineData("../w.bin", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a/../../w.bin", false)]
    [InlineData("c:w.bin", false)]
    [InlineData("", false)]
    public void ExternalDataStaysInItsFolder(string location, bool read)
    {
        var options = new OnnxImportOptions().ReadingFrom(new AnyFile(), "models");
        Assert.Equal(read, options.ReadExternal!(location) is not null);
    }

    private sealed class AnyFile : Semantics.IFileSystem
    {
        public Stream? Open(string path) => new MemoryStream([1]);

        public long? VersionOf(string path) => 1;

        public string? PhysicalPath(string path) => null;
    }

    [Fact]
    public void ExternalDataStaysInItsFile()
    {
        var model = Models.Of(17, ["x: 2"], ["y"], [], "y = Add(x, w)", model =>
        {
            var data = new TensorData { Name = "w", DataType = 1, DataLocation = 1 };
            data.Dims.Add(2);
            data.ExternalData.Add(new Pair { Key = "location", Value = "w.bin" });
            data.ExternalData.Add(new Pair { Key = "offset", Value = "4" });
            model.Graph.Initializer.Insert(0, data);
        });
        byte[] file = [0, 0, 0, 0, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];
        var import = OnnxImporter.Import(model, "n", new OnnxImportOptions { ReadExternal = name => name == "w.bin" ? file : null });
        Assert.Equal([1, 2], import.Weights.Single().Value.AsFloats().ToArray());
        Assert.Equal("NN9003", OnnxImporter.Import(model, "n", new OnnxImportOptions { ReadExternal = _ => file[..8] }).Problems.Single().Code);
        Assert.Equal("NN9003", OnnxImporter.Import(model, "n", new OnnxImportOptions()).Problems.Single().Code);
    }
}
