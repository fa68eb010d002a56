using System.Buffers.Text;

namespace NNLang.Protocol.Framing;

/// <summary>Writes framed messages, each with one write and one flush. One writer at a time: callers queue.</summary>
public sealed class FrameWriter
{
    private const int LongestHeader = 40;
    private const int Kept = 1 << 20;
    private readonly Stream stream;
    private byte[] buffer = new byte[4 << 10];

    /// <summary>Writes to a stream that the caller keeps and closes.</summary>
    public FrameWriter(Stream stream) => this.stream = stream;

    /// <summary>Writes a message with this body.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (buffer.Length < body.Length + LongestHeader)
        {
            buffer = new byte[Math.Max(body.Length + LongestHeader, 2 * buffer.Length)];
        }

        var length = Compose(body.Span);
        await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (buffer.Length > Kept)
        {
            buffer = new byte[4 << 10];
        }
    }

    private int Compose(ReadOnlySpan<byte> body)
    {
        var name = "Content-Length: "u8;
        name.CopyTo(buffer);
        Utf8Formatter.TryFormat(body.Length, buffer.AsSpan(name.Length), out var digits);
        var at = name.Length + digits;
        "\r\n\r\n"u8.CopyTo(buffer.AsSpan(at));
        at += 4;
        body.CopyTo(buffer.AsSpan(at));
        return at + body.Length;
    }
}
