using System.Text;

namespace NNLang.Targets.Launch;

/// <summary>Reads the files that a user names; what cannot be read is told with its path, and where it is not text with line and column.</summary>
public static class SourceBytes
{
    private const int LargestText = 64 << 20;
    private const int LargestModel = 0x7FFFFFC7;

    /// <summary>The text of a UTF-8 file, without its byte order mark.</summary>
    /// <exception cref="LaunchException">There is no such file, it is too large, or it is not UTF-8.</exception>
    public static string ReadText(string path)
    {
        Require(path);
        var all = Read(path, LargestText)
            ?? throw new LaunchException("program", $"{path}:1:1: NN8005: The file has more than 64 MiB. Split it, or move constants to a weights file.");
        var bytes = all.AsSpan();
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            // Some invalid sequences are reported by where they begin, some by an offset before it: what is sound before it tells the place.
            var sound = bytes[..FirstInvalid(bytes)];
            var line = sound.Count((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(sound[(sound.LastIndexOf((byte)'\n') + 1)..]) + 1;
            var unknown = failure.BytesUnknown is [var first, ..] ? $" (byte 0x{first:X2})" : "";
            throw new LaunchException("program", $"{path}:{line}:{column}: NN9003: The file is not UTF-8 text here{unknown}. Save it as UTF-8.");
        }
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="LaunchException">There is no such file, or it cannot be read.</exception>
    public static byte[] ReadAll(string path)
    {
        Require(path);
        return Read(path, LargestModel) ?? throw new LaunchException("program", $"Cannot read the network: {path} has more than 2 GiB (NN9003).");
    }

    private static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw new LaunchException("program", $"Cannot read the network: {path} is a directory (NN9003). Name a file in it.");
        }

        if (!File.Exists(path))
        {
            throw new LaunchException("program", $"Cannot read the network: {path} does not exist (NN9003).");
        }
    }

    // What a file says of its length need not hold: a device file has none, and no end. Null if there is more than wanted.
    private static byte[]? Read(string path, int most)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            var bytes = new byte[Math.Clamp(file.CanSeek ? file.Length : 0, 256, most)];
            var count = 0;
            while (file.Read(bytes, count, bytes.Length - count) is > 0 and var read)
            {
                count += read;
                if (count == bytes.Length)
                {
                    if (file.CanSeek && file.Length == count)
                    {
                        break;
                    }

                    if (count == most)
                    {
                        return null;
                    }

                    Array.Resize(ref bytes, (int)Math.Min(2L * count, most));
                }
            }

            Array.Resize(ref bytes, count);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException("program", $"Cannot read the network: {failure.Message.TrimEnd('.')} (NN9003).");
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }
}
