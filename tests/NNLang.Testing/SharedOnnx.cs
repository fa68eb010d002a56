using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace NNLang.Testing;

/// <summary>The shared ONNX archives, read where they lie, and the recipe of the numbers in the light models.</summary>
public static class SharedOnnx
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

    /// <summary>A light model as it is shipped: its weights are filled with one number each.</summary>
    public static byte[] LightModel(string name) => Read("backend-tests.tar.gz", path => path == $"dev/light/light_{name}.onnx").Values.Single();

    /// <summary>
    /// The numbers that the oracles have in place of a filled tensor. <paramref name="gain"/>: a tensor of rank 1 that is a scale or a
    /// variance, or goes into a multiplication.
    /// </summary>
    public static float[] SeededWeight(string tensor, IReadOnlyList<long> shape, bool gain)
    {
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        var values = Sequence(tensor, (int)count);
        if (shape.Count >= 2)
        {
            var scale = (float)Math.Sqrt(6.0 / shape.Skip(1).Aggregate(1L, (product, extent) => product * extent));
            return Array.ConvertAll(values, v => scale * v);
        }

        return Array.ConvertAll(values, v => gain ? 1 + (0.25f * v) : 0.1f * v);
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
