using System.Globalization;
using System.Text;
using NNLang.Tensors;
using NNLang.Tensors.Npy;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>
/// Broken, truncated and hostile files: a clear error and exit code 2, or the file is sound after all; never a defect, a stack trace, or a file
/// half written.
/// </summary>
public sealed class HostileInputTests
{
    private const int CasesOfAKind = 40;
    private const string Network = "weights \"w.safetensors\"\n\nnetwork small(x: f32[1, 2, 4, 4]) {\n"
        + "  a = conv2d(x, filters: 3, kernel: 3, pad: 1) |> relu\n  return global_avg_pool(a) |> dense(units: 2)\n}\n";

    [Fact]
    public void Broken_models_are_refused() => Mutate("model.onnx", folder =>
    {
        var (code, output, error) = Nnc.Run("import", Path.Combine(folder, "model.onnx"), "-o", Path.Combine(folder, "imported.nn"));
        if (code != 0)
        {
            Assert.False(File.Exists(Path.Combine(folder, "imported.nn")) || File.Exists(Path.Combine(folder, "imported.safetensors")), "half written");
        }

        return [(code, output, error), Nnc.Run("check", Path.Combine(folder, "model.onnx"))];
    });

    [Fact]
    public void Broken_weights_are_refused() => Mutate("w.safetensors", folder =>
        [Nnc.Run("check", Path.Combine(folder, "small.nn")), Nnc.Run("run", Path.Combine(folder, "small.nn"), "--output", Path.Combine(folder, "out"))]);

    [Fact]
    public void Broken_tensors_are_refused() => Mutate("x.npy", folder =>
        [Nnc.Run("run", Path.Combine(folder, "small.nn"), "--input", "x=" + Path.Combine(folder, "x.npy"))]);

    [Fact]
    public void Broken_tensors_of_models_are_refused() => Mutate("input_0.pb", folder =>
        [Nnc.Run("run", Path.Combine(folder, "small.nn"), "--input-dir", folder)]);

    [Fact]
    public void Broken_networks_are_refused() => Mutate("small.nn", folder =>
        [Nnc.Run("check", Path.Combine(folder, "small.nn")), Nnc.Run("run", Path.Combine(folder, "small.nn"), "--timing-only")]);

    [Fact]
    public void Random_bytes_are_no_network() => PropertySeed.ForEach(8, random =>
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[10_000];
        random.NextBytes(bytes);
        foreach (var name in (string[])["noise.nn", "noise.onnx"])
        {
            var path = Path.Combine(folder.Path, name);
            File.WriteAllBytes(path, bytes);
            foreach (var command in (string[])["check", "build", "bisect"])
            {
                AssertRefused(Nnc.Run(command, path));
            }
        }

        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    });

    public static TheoryData<string> Hostile => [.. HostileNetworks.Keys];

    private static readonly SortedDictionary<string, string> HostileNetworks = new(StringComparer.Ordinal)
    {
        ["a tensor beyond memory"] = "network n(x: f32[1000000, 1000000, 1000000]) {\n  return relu(x)\n}\n",
        ["a tensor beyond 64 bits"] = "network n(x: f32[9000000000000000000, 9000000000000000000]) {\n  return relu(x)\n}\n",
        ["weights beyond memory"] = "weights seeded(1)\nnetwork n(x: f32[1, 100000]) {\n  return dense(x, units: 2000000000)\n}\n",
        ["a loop beyond patience"] = "network n(x: f32[4]) {\n  repeat 2000000000 { x = relu(x) }\n  return x\n}\n",
        ["loops in loops"] = "network n(x: f32[4]) {\n  repeat 100000 {\n    repeat 100000 { x = relu(x) }\n  }\n  return x\n}\n",
        ["blocks that double"] = string.Concat(Enumerable.Range(1, 40).Select(i => $"block b{i}(x: tensor) {{\n  y = b{i - 1}(x)\n  return b{i - 1}(y)\n}}\n"))
            + "block b0(x: tensor) {\n  return relu(x)\n}\nnetwork n(x: f32[4]) {\n  return b40(x)\n}\n",
        ["parentheses"] = "network n(x: f32[4]) {\n  return " + new string('(', 100_000) + "x" + new string(')', 100_000) + "\n}\n",
        ["parentheses that stay open"] = "network n(x: f32[4]) {\n  return " + new string('(', 200_000),
        ["lists in lists"] = "network n(x: f32[4]) {\n  return x + constant(" + new string('[', 50_000) + "1" + new string(']', 50_000) + ")\n}\n",
        ["blocks in blocks"] = "network n(x: f32[4]) {\n" + string.Concat(Enumerable.Repeat("if true {\n", 20_000)) + "x = relu(x)\n" + new string('}', 20_000) + "\n  return x\n}\n",
        ["signs"] = "network n(x: f32[4]) {\n  return " + new string('-', 100_000) + "x\n}\n",
        ["a long sum"] = "network n(x: f32[4]) {\n  return x" + string.Concat(Enumerable.Repeat(" + x", 50_000)) + "\n}\n",
        ["a long pipe"] = "network n(x: f32[4]) {\n  return x" + string.Concat(Enumerable.Repeat(" |> relu", 10_000)) + "\n}\n",
        ["a large power"] = "k = 2 ** 2 ** 2 ** 2 ** 2 ** 2\nnetwork n(x: f32[k]) {\n  return relu(x)\n}\n",
        ["a window larger than its image"] = "weights seeded(1)\nnetwork n(x: f32[1, 1, 4, 4]) {\n  return conv2d(x, filters: 1, kernel: 2000000000)\n}\n",
        ["padding beyond memory"] = "network n(x: f32[1, 1, 4, 4]) {\n  return pad(x, before: [0, 0, 2000000000, 0], after: [0, 0, 2000000000, 0])\n}\n",
        ["a list that doubles"] = "a0 = [1, 1]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i} = a{i - 1} + a{i - 1}\n"))
            + "network n(x: f32[len(a60)]) {\n  return relu(x)\n}\n",
        ["a text that doubles"] = "a0 = \"ab\"\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i} = a{i - 1} + a{i - 1}\n"))
            + "network n(x: f32[4]) {\n  assert 1 == 2, a60\n  return relu(x)\n}\n",
        ["a constant beyond 64 bits"] = "network n(x: f32[1]) {\n  return x + constant(0.0, type: f32, shape: [4000000000, 4000000000, 4000000000])\n}\n",
        ["a power of a sum"] = "network n(x: f32[A, B, C, D, E, F]) {\n  dim A = 1, B = 1, C = 1, D = 1, E = 1, F = 1\n  return reshape(x, [(A + B + C + D + E + F) ** 60])\n}\n",
        ["an empty tensor"] = "network n(x: f32[0, 4]) {\n  return relu(x)\n}\n",
        ["nothing"] = "",
        ["a brace"] = "{",
        ["a zero byte"] = "network n(x: f32[4]) {\n  return \0relu(x)\n}\n",
        ["half a surrogate"] = "network n(x: f32[4]) {\n  return relu(x) \uD800\n}\n",
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_network_ends_in_a_clear_answer(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "hostile.nn");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(HostileNetworks[name]));
        AssertSound(Nnc.Run("check", path), name);
        AssertSound(Nnc.Run("fmt", "--check", path), name);
        AssertSound(Nnc.Run("build", path), name);
        AssertSound(Nnc.Run("run", path, "--target", "interpreter"), name);
        AssertSound(Nnc.Run("export", path), name);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    // A sound set of files, one of which is cut off or changed at random.
    private static void Mutate(string name, Func<string, IEnumerable<(int Code, string Output, string Error)>> run)
    {
        using var sound = new TemporaryFolder();
        var text = Network.Replace("\"w.safetensors\"", "seeded(4)", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(sound.Path, "seeded.nn"), text);
        Assert.Equal(0, Nnc.Run("export", Path.Combine(sound.Path, "seeded.nn"), "-o", Path.Combine(sound.Path, "model.onnx")).Code);
        Assert.Equal(0, Nnc.Run("import", Path.Combine(sound.Path, "model.onnx"), "-o", Path.Combine(sound.Path, "small.nn")).Code);
        File.Move(Path.Combine(sound.Path, "small.safetensors"), Path.Combine(sound.Path, "w.safetensors"));
        File.WriteAllText(
            Path.Combine(sound.Path, "small.nn"),
            File.ReadAllText(Path.Combine(sound.Path, "small.nn")).Replace("small.safetensors", "w.safetensors", StringComparison.Ordinal));
        NpyWriter.Write(Path.Combine(sound.Path, "x.npy"), Tensor.Of(new Shape(1, 2, 4, 4), new float[32]));
        File.WriteAllBytes(Path.Combine(sound.Path, "input_0.pb"), [0x08, 1, 0x08, 2, 0x08, 4, 0x08, 4, 0x10, 1, 0x4A, 0x80, 1, .. new byte[128]]);
        foreach (var result in run(sound.Path))
        {
            Assert.True(result.Code == 0, $"the sound files: {result.Code}\n{result.Error}");
        }

        var original = File.ReadAllBytes(Path.Combine(sound.Path, name));
        var refused = 0;
        PropertySeed.ForEach(CasesOfAKind, random =>
        {
            using var folder = new TemporaryFolder();
            foreach (var file in Directory.GetFiles(sound.Path).Where(file => !file.Contains("imported", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
            }

            File.WriteAllBytes(Path.Combine(folder.Path, name), Mutated(original, random));
            foreach (var result in run(folder.Path))
            {
                AssertSound(result, string.Create(CultureInfo.InvariantCulture, $"{name}"));
                refused += result.Code == 2 ? 1 : 0;
            }

            Assert.DoesNotContain(
                Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file => file.EndsWith(".part", StringComparison.Ordinal));
        });
        Assert.True(refused > 0, "no broken file was refused");
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                // A length or an offset that is far too large.
                bytes.AsSpan(random.Next(bytes.Length - 8), random.Next(1, 9)).Fill(0xFF);
                return bytes;
            case 2:
                var start = random.Next(bytes.Length);
                return [.. bytes[..start], .. bytes[random.Next(bytes.Length)..]];
            default:
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }

    private static void AssertRefused((int Code, string Output, string Error) result)
    {
        Assert.True(result.Code == 2, $"{result.Code}\n{result.Output}{result.Error}");
        AssertSound(result, "");
    }

    private static void AssertSound((int Code, string Output, string Error) result, string what)
    {
        var text = result.Output + result.Error;
        Assert.True(result.Code is 0 or 2, $"{what}: {result.Code}\n{text[..Math.Min(2000, text.Length)]}");
        Assert.DoesNotContain("   at NNLang", text, StringComparison.Ordinal);
        if (result.Code == 2)
        {
            Assert.NotEqual("", text.Trim());
        }
    }
}
