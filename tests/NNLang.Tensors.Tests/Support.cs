using NNLang.Testing;

namespace NNLang.Tensors.Tests;

/// <summary>Random tensors and scratch folders.</summary>
internal static class Support
{
    public static Tensor Tensor(Random random, ElementType? type = null)
    {
        var element = type ?? (ElementType)random.Next(17);
        var extents = new long[random.Next(0, 5)];
        for (var i = 0; i < extents.Length; i++)
        {
            extents[i] = random.Next(0, 6);
        }

        var shape = new Shape(extents);
        var bytes = new byte[shape.Count * ElementTypes.Bytes(element)];
        random.NextBytes(bytes);
        for (var i = 0; i < bytes.Length && element is ElementType.Bool or ElementType.I4 or ElementType.U4; i++)
        {
            bytes[i] = element switch { ElementType.Bool => (byte)(bytes[i] & 1), ElementType.U4 => (byte)(bytes[i] & 15), _ => (byte)(sbyte)((bytes[i] & 15) - 8) };
        }

        return new Tensor(element, shape, bytes);
    }

    /// <summary>Runs with a new folder below the build output, and deletes it.</summary>
    public static void WithFolder(Action<string> body)
    {
        var folder = Directory.CreateDirectory(Path.Combine(
            Repository.PathOf("artifacts"), "scratch", Path.GetRandomFileName())).FullName;
        try
        {
            body(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Damages bytes in one of the ways files get damaged.</summary>
    public static byte[] Damage(Random random, byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            switch (random.Next(5))
            {
                case 0 when damaged.Count > 0:
                    damaged.RemoveRange(random.Next(damaged.Count), 0);
                    damaged = damaged[..random.Next(damaged.Count)];
                    break;
                case 1 when damaged.Count > 0:
                    damaged[random.Next(Math.Min(damaged.Count, 200))] = (byte)random.Next(256);
                    break;
                case 2 when damaged.Count > 0:
                    damaged[random.Next(damaged.Count)] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    damaged.Insert(random.Next(damaged.Count + 1), (byte)"0129{}[]\",:-e."[random.Next(14)]);
                    break;
                default:
                    if (damaged.Count > 16)
                    {
                        var (from, count) = (random.Next(damaged.Count - 8), random.Next(1, 8));
                        damaged.InsertRange(random.Next(Math.Min(damaged.Count, 200)), damaged.GetRange(from, count));
                    }

                    break;
            }
        }

        return [.. damaged];
    }
}
