using System.Buffers.Binary;
using System.Text.Json;
using NNLang.Machine.ProgramFormat;
using NNLang.Tensors;
using NNLang.Tensors.Npy;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>What commands read and write.</summary>
public sealed class FileTests
{
    private const string Network = "weights seeded(3)\n\nnetwork small(x: f32[1, 2, 4, 4], y: f32[1, 2, 4, 4]) -> (sum: f32[1, 3, 4, 4]) {\n"
        + "  a = conv2d(x, filters: 3, kernel: 3, pad: 1) |> relu\n  b = conv2d(y, filters: 3, kernel: 1)\n  return sum: a + b\n}\n";

    [Theory]
    [InlineData("emulator")]
    [InlineData("interpreter")]
    [InlineData("onnxruntime")]
    public void Run_writes_all_tensors_and_an_index_in_program_order(string target)
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        var output = Path.Combine(folder.Path, "out");
        Succeed("run", program, "--target", target, "--output", output, "--all-tensors", "--seed", "5");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "index.json")));
        var entries = json.RootElement.EnumerateArray().ToList();
        var layers = entries.Select(entry => entry.GetProperty("layer").GetString()).Where(layer => layer is not null).ToList();
        string[] order = ["a/conv2d", "a/relu", "b", "sum"];
        Assert.Equal(order.Where(layers.Contains), layers);
        Assert.Contains("a/relu", layers);
        if (target != "emulator")
        {
            Assert.Equal(order, layers);
            Assert.Equal("a/relu", entries[0].GetProperty("fusedInto").GetString());
        }

        foreach (var entry in entries)
        {
            var tensor = NpyReader.Read(Path.Combine(output, entry.GetProperty("name").GetString() + ".npy"));
            Assert.Equal(entry.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64()), tensor.Shape.Dimensions);
            if (entry.GetProperty("layer").GetString() is "a/relu")
            {
                Assert.Equal(4, entry.GetProperty("line").GetInt32());
                Assert.Equal(program, entry.GetProperty("file").GetString());
                Assert.Equal("relu", entry.GetProperty("operator").GetString());
            }
        }

        var files = Directory.GetFiles(output).Select(Path.GetFileName).ToHashSet();
        Assert.Equal(entries.Count + 1, files.Count);
    }

    [Fact]
    public void Inputs_come_from_npy_files_and_from_folders_alike()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        var (x, y) = (Sequence(0.1f), Sequence(-0.2f));
        NpyWriter.Write(Path.Combine(folder.Path, "x.npy"), x);
        NpyWriter.Write(Path.Combine(folder.Path, "y.npy"), y);
        var tensors = Directory.CreateDirectory(Path.Combine(folder.Path, "set")).FullName;
        File.WriteAllBytes(Path.Combine(tensors, "input_0.pb"), Protobuf(x));
        File.WriteAllBytes(Path.Combine(tensors, "input_1.pb"), Protobuf(y));
        var (one, other, seeded) = (Path.Combine(folder.Path, "1"), Path.Combine(folder.Path, "2"), Path.Combine(folder.Path, "3"));
        Succeed("run", program, "--input", "x=" + Path.Combine(folder.Path, "x.npy"), "--input", "y=" + Path.Combine(folder.Path, "y.npy"), "--output", one);
        Succeed("run", program, "--input-dir", tensors, "--output", other);
        Succeed("run", program, "--output", seeded);
        Assert.Equal(File.ReadAllBytes(Path.Combine(one, "sum.npy")), File.ReadAllBytes(Path.Combine(other, "sum.npy")));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(one, "sum.npy")), File.ReadAllBytes(Path.Combine(seeded, "sum.npy")));
    }

    [Fact]
    public void An_input_of_another_shape_is_refused_with_both_shapes()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        var path = Path.Combine(folder.Path, "x.npy");
        NpyWriter.Write(path, Tensor.Of(new Shape(3), [1f, 2, 3]));
        var (code, _, error) = Nnc.Run("run", program, "--input", "x=" + path);
        Assert.Equal(2, code);
        Assert.Contains("[3]", error, StringComparison.Ordinal);
        Assert.Contains("f32[1, 2, 4, 4]", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_writes_a_program_that_can_be_read()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        Succeed("build", program);
        var bytes = File.ReadAllBytes(Path.Combine(folder.Path, "small.nnp"));
        Assert.True(ProgramFile.TryRead(bytes, out var read, out var problem), $"{problem}");
        Assert.Equal("small", read!.Name);
        Assert.Equal(["x", "y"], read.Inputs.Select(input => input.Name));
        Assert.Equal(bytes, ProgramFile.Write(read));
        var again = Path.Combine(folder.Path, "again.nnp");
        Succeed("build", program, "-o", again);
        Assert.Equal(bytes, File.ReadAllBytes(again));
    }

    [Fact]
    public void Export_and_import_keep_the_meaning()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        var model = Path.Combine(folder.Path, "model.onnx");
        Succeed("export", program, "-o", model);
        Succeed("import", model);
        var imported = Path.Combine(folder.Path, "model.nn");
        Succeed("check", imported);
        Succeed("fmt", "--check", imported);
        var tensors = new List<byte[]>();
        foreach (var (source, name) in (ReadOnlySpan<(string, string)>)[(program, "1"), (imported, "2"), (model, "3")])
        {
            var output = Path.Combine(folder.Path, name);
            Succeed("run", source, "--output", output, "--seed", "9");
            tensors.Add(File.ReadAllBytes(Directory.GetFiles(output, "*.npy").Single()));
        }

        Assert.Equal(tensors[0], tensors[1]);
        Assert.Equal(tensors[0], tensors[2]);
    }

    [Fact]
    public void A_prefix_is_exported_with_what_is_live_there()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        Assert.Contains("2 outputs", Succeed("export", program, "--length", "3"), StringComparison.Ordinal);
        Succeed("import", Path.Combine(folder.Path, "small.3.onnx"));
        var text = File.ReadAllText(Path.Combine(folder.Path, "small.3.nn"));
        Assert.DoesNotContain(" + ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fmt_checks_without_writing_and_formats_once()
    {
        using var folder = new TemporaryFolder();
        var text = Network.Replace("  a = conv2d", "a=conv2d", StringComparison.Ordinal);
        var program = Write(folder, "small.nn", text);
        Assert.Equal(2, Nnc.Run("fmt", "--check", program).Code);
        Assert.Equal(text, File.ReadAllText(program));
        Succeed("fmt", program);
        Assert.Equal(Network, File.ReadAllText(program));
        Succeed("fmt", "--check", program);
    }

    [Fact]
    public void A_report_is_one_page()
    {
        using var folder = new TemporaryFolder();
        var program = Write(folder, "small.nn", Network);
        var report = Path.Combine(folder.Path, "report.html");
        var fault = "stuck_bit(engine: tensor, column: 1, bit: 30, value: 1)";
        Assert.Equal(1, Nnc.Run("bisect", program, "--fault", fault, "--report", report).Code);
        var page = File.ReadAllText(report);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"http", page, StringComparison.Ordinal);
    }

    private static string Succeed(params string[] args)
    {
        var (code, output, error) = Nnc.Run(args);
        Assert.True(code == 0, $"nnc {string.Join(' ', args)}: {code}\n{output}{error}");
        return output;
    }

    private static string Write(TemporaryFolder folder, string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static Tensor Sequence(float step) =>
        Tensor.Of(new Shape(1, 2, 4, 4), [.. Enumerable.Range(0, 32).Select(i => (i - 16) * step)]);

    // A TensorProto: dims, data_type FLOAT, raw_data.
    private static byte[] Protobuf(Tensor tensor)
    {
        var bytes = new List<byte>();
        foreach (var extent in tensor.Shape.Dimensions)
        {
            bytes.AddRange([0x08, (byte)extent]);
        }

        var data = new byte[4 * tensor.Shape.Count];
        var elements = tensor.AsFloats();
        for (var i = 0; i < elements.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), elements[i]);
        }

        bytes.AddRange([0x10, 1, 0x4A, (byte)((data.Length & 0x7F) | 0x80), (byte)(data.Length >> 7)]);
        bytes.AddRange(data);
        return [.. bytes];
    }
}
