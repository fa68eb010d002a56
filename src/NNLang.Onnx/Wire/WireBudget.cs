namespace NNLang.Onnx.Wire;

/// <summary>
/// Walks a model's bytes before they are parsed and counts what parsing would allocate, so that a small hostile file cannot take much
/// memory. One pass without allocation.
/// </summary>
internal static class WireBudget
{
    private const int MaximumMessages = 1_000_000;
    private const long MaximumPackedBytes = 256L << 20;
    private const int MaximumDepth = 64;

    // Which fields of a message are messages: (message, field) -> message. Messages by number: 0 model, 1 graph, 2 node, 3 attribute,
    // 4 tensor, 5 value, 6 other leaves.
    private static readonly (int Message, int Field, int Inner)[] Nested =
    [
        (0, 7, 1), (0, 8, 6), (0, 14, 6), (1, 1, 2), (1, 5, 4), (1, 11, 5), (1, 12, 5), (1, 13, 5), (1, 15, 6), (2, 5, 3), (3, 5, 4),
        (3, 6, 1), (4, 13, 6), (5, 2, 6), (6, 1, 6), (6, 2, 6),
    ];

    /// <summary>What is wrong, or null for a model that may be parsed.</summary>
    public static string? Check(ReadOnlySpan<byte> model)
    {
        var counts = new Counts();
        return Walk(model, 0, 0, ref counts);
    }

    private static string? Walk(ReadOnlySpan<byte> bytes, int message, int depth, ref Counts counts)
    {
        if (++counts.Messages > MaximumMessages)
        {
            return $"it has more than {MaximumMessages:N0} parts";
        }

        if (depth > MaximumDepth)
        {
            return $"it is nested more than {MaximumDepth} deep";
        }

        var at = 0;
        while (at < bytes.Length)
        {
            if (!ReadNumber(bytes, ref at, out var tag))
            {
                return "it ends inside a field";
            }

            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    counts.Packed++;
                    if (!ReadNumber(bytes, ref at, out _))
                    {
                        return "it ends inside a number";
                    }

                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                case 2:
                    if (!ReadNumber(bytes, ref at, out var length) || length > (ulong)(bytes.Length - at))
                    {
                        return "a part is longer than the file";
                    }

                    var content = bytes.Slice(at, (int)length);
                    at += (int)length;
                    var inner = InnerOf(message, field);
                    if (inner >= 0 && !(message == 6 && !LooksNested(content)))
                    {
                        if (Walk(content, inner, depth + 1, ref counts) is { } problem && message != 6)
                        {
                            return problem;
                        }
                    }
                    else
                    {
                        // Strings of a node are objects of their own; numbers of a byte each become eight bytes.
                        counts.Messages += message == 2 ? 1 : 0;
                        counts.Packed += message is 3 or 4 && field is 7 or 8 or 5 or 1 or 11 ? (long)length : 0;
                    }

                    if (counts.Packed > MaximumPackedBytes)
                    {
                        return $"it has more than {MaximumPackedBytes >> 20} MiB of encoded numbers";
                    }

                    break;
                default:
                    return $"it has a field of the unknown kind {tag & 7}";
            }

            if (at > bytes.Length)
            {
                return "it ends inside a field";
            }
        }

        return null;
    }

    // Leaves hold strings or further leaves; what begins with no plausible tag is a string.
    private static bool LooksNested(ReadOnlySpan<byte> content) => content.Length > 1 && content[0] is 0x08 or 0x0a or 0x12;

    private static int InnerOf(int message, int field)
    {
        foreach (var row in Nested)
        {
            if (row.Message == message && row.Field == field)
            {
                return row.Inner;
            }
        }

        return -1;
    }

    private static bool ReadNumber(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private struct Counts
    {
        public int Messages;
        public long Packed;
    }
}
