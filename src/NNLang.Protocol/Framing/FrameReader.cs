using System.Buffers.Text;
using System.Text;

namespace NNLang.Protocol.Framing;

/// <summary>
/// Reads messages framed as both protocols frame them: header lines ended by CR LF, among them <c>Content-Length</c>, an empty line,
/// the body. One reader at a time; memory is bounded by the longest message allowed, and grows only as bytes really arrive.
/// </summary>
public sealed class FrameReader
{
    /// <summary>The longest body accepted unless told otherwise, in bytes: a text of a million lines fits.</summary>
    public const int DefaultMaximumLength = 64 << 20;

    private const int MaximumHeaderLength = 8 << 10;
    private const int BodyStep = 1 << 20;
    private static ReadOnlySpan<byte> LengthName => "Content-Length"u8;

    private readonly Stream stream;
    private readonly int maximumLength;
    private readonly byte[] buffer = new byte[MaximumHeaderLength];
    private int start;
    private int end;

    /// <summary>Reads from a stream that the caller keeps and closes.</summary>
    public FrameReader(Stream stream, int maximumLength = DefaultMaximumLength)
    {
        this.stream = stream;
        this.maximumLength = maximumLength;
    }

    /// <summary>The body of the next message, in an array of its own; null at the end of the stream between two messages.</summary>
    /// <exception cref="FramingException">The header is malformed, the length is refused, or the stream ends within a message.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var length = await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        return length < 0 ? null : await ReadBodyAsync(length, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var length = -1;
        var lines = 0;
        var read = 0;
        while (true)
        {
            var line = FindLine();
            if (line < 0)
            {
                if (end - start + read >= MaximumHeaderLength)
                {
                    throw new FramingException($"The header of a message is longer than {MaximumHeaderLength} bytes: {Excerpt()}.");
                }

                if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (lines == 0 && start == end)
                    {
                        return -1;
                    }

                    throw new FramingException($"The stream ended within the header of a message: {Excerpt()}.");
                }

                continue;
            }

            var text = buffer.AsSpan(start, line);
            if (text.EndsWith("\r"u8))
            {
                text = text[..^1];
            }

            if (text.IsEmpty)
            {
                start += line + 1;
                if (length < 0)
                {
                    throw new FramingException("A message has no Content-Length header.");
                }

                return length;
            }

            length = ParseLine(text, length);
            start += line + 1;
            read += line + 1;
            lines++;
        }
    }

    private int ParseLine(ReadOnlySpan<byte> line, int known)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            throw new FramingException($"Expected a header such as 'Content-Length: 120', got {Quote(line)}.");
        }

        if (!Ascii.EqualsIgnoreCase(line[..colon].Trim((byte)' '), LengthName))
        {
            return known;
        }

        var value = line[(colon + 1)..].Trim((byte)' ');
        if (!Utf8Parser.TryParse(value, out long length, out var used) || used != value.Length || length < 0)
        {
            throw new FramingException($"Content-Length is {Quote(value)}: expected a number of bytes.");
        }

        if (length > maximumLength)
        {
            throw new FramingException($"A message of {length} bytes is announced; at most {maximumLength} are accepted.");
        }

        return (int)length;
    }

    private async ValueTask<byte[]> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(length, BodyStep)];
        var filled = Math.Min(end - start, length);
        Array.Copy(buffer, start, body, 0, filled);
        start += filled;
        while (filled < length)
        {
            if (filled == body.Length)
            {
                Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
            }

            var count = await stream.ReadAsync(body.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new FramingException($"The stream ended {length - filled} bytes before the end of a message of {length}.");
            }

            filled += count;
        }

        return body;
    }

    private int FindLine() => buffer.AsSpan(start, end - start).IndexOf((byte)'\n');

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            Array.Copy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }

        var count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
        end += count;
        return count > 0;
    }

    private string Excerpt() => Quote(buffer.AsSpan(start, end - start));

    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        const int Shown = 40;
        var text = new StringBuilder("'");
        foreach (var value in bytes[..Math.Min(bytes.Length, Shown)])
        {
            text.Append(value is >= 32 and < 127 ? (char)value : '.');
        }

        return text.Append(bytes.Length > Shown ? "…'" : "'").ToString();
    }
}
