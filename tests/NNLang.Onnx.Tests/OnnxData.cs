using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

/// <summary>The shared ONNX archives, read where they lie, and the recipe that fills the light models with numbers.</summary>
internal static class OnnxData
{
    /// <summary>The files of an archive whose path passes, by path.</summary>
    public static Dictionary<string, byte[]> Read(string archive, Func<string, bool> wanted)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var stream = new GZipStream(File.OpenRead(Repository.SharedPath("data/onnx/" + archive)), CompressionMode.Decompress);
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            var path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (entry.DataStream is { } data && wanted(path))
            {
                using var memory = new MemoryStream();
                data.CopyTo(memory);
                files[path] = memory.ToArray();
            }
        }

        return files;
    }

    /// <summary>A light model with the seeded weights of the oracles.</summary>
    public static OnnxImport Light(string name) => OnnxImporter.Import(
        Read("backend-tests.tar.gz", path => path == $"dev/light/light_{name}.onnx").Values.Single(),
        "light_" + name,
        new OnnxImportOptions { WeightsFile = $"light_{name}.safetensors", Replace = Seeded });

    /// <summary>The numbers of a filled tensor by the oracles' recipe.</summary>
    public static Tensor? Seeded(FilledTensor filled)
    {
        var values = Sequence(filled.Name, (int)filled.Shape.Count);
        if (filled.Shape.Rank >= 2)
        {
            var fan = 1L;
            for (var axis = 1; axis < filled.Shape.Rank; axis++)
            {
                fan *= filled.Shape[axis];
            }

            var scale = (float)Math.Sqrt(6.0 / fan);
            return Tensor.Of(filled.Shape, Array.ConvertAll(values, v => scale * v));
        }

        var gain = filled.Uses.Any(use => (use.Operator == "BatchNormalization" && use.Input is 1 or 4) || use.Operator == "Mul");
        return Tensor.Of(filled.Shape, Array.ConvertAll(values, v => gain ? 1 + (0.25f * v) : 0.1f * v));
    }

    /// <summary>v(i) of the recipe.</summary>
    public static float[] Sequence(string name, int count)
    {
        var seed = 0xcbf29ce484222325;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            seed = unchecked((seed ^ b) * 0x100000001b3);
        }

        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            unchecked
            {
                var z = seed + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                z ^= z >> 31;
                values[i] = (float)((2 * ((z >> 40) / (double)(1 << 24))) - 1);
            }
        }

        return values;
    }
}
