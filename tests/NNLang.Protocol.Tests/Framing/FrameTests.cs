using System.Text;
using NNLang.Protocol.Framing;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Framing;

public sealed class FrameTests
{
    [Fact]
    public void MessagesSurviveAnyCutOfTheStream() => PropertySeed.ForEach(50, random =>
    {
        var messages = Enumerable.Range(0, random.Next(1, 8))
            .Select(_ => { var body = new byte[random.Next(4) == 0 ? random.Next(200_000) : random.Next(200)]; random.NextBytes(body); return body; })
            .ToArray();
        using var written = new MemoryStream();
        var writer = new FrameWriter(written);
        foreach (var message in messages)
        {
            Finish(writer.WriteAsync(message, CancellationToken.None).AsTask());
        }

        var reader = new FrameReader(new ChoppedStream(written.ToArray(), random));
        foreach (var message in messages)
        {
            Assert.Equal(message, Finish(reader.ReadAsync(CancellationToken.None).AsTask()));
        }

        Assert.Null(Finish(reader.ReadAsync(CancellationToken.None).AsTask()));
    });

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}")]
    [InlineData("content-length:2\r\n\r\n{}")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("Content-Length: 2\n\n{}")]
    public async Task HeadersAreReadAsClientsWriteThem(string text) =>
        Assert.Equal("{}"u8.ToArray(), await Reader(text).ReadAsync(TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("hello\r\n\r\n", "Expected a header such as 'Content-Length: 120', got 'hello'.")]
    [InlineData("Content-Length: many\r\n\r\n", "Content-Length is 'many': expected a number of bytes.")]
    [InlineData("Content-Length: -1\r\n\r\n", "Content-Length is '-1': expected a number of bytes.")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n", "Content-Length is '99999999999999999999': expected a number of bytes.")]
    [InlineData("Content-Length: 4000000000\r\n\r\n", "A message of 4000000000 bytes is announced; at most 67108864 are accepted.")]
    [InlineData("Content-Type: x\r\n\r\n", "A message has no Content-Length header.")]
    [InlineData("\r\n", "A message has no Content-Length header.")]
    [InlineData("Content-Length: 5\r\n\r\n{}", "The stream ended 3 bytes before the end of a message of 5.")]
    [InlineData("Content-Length: 5", "The stream ended within the header of a message: 'Content-Length: 5'.")]
    public async Task ABrokenFrameSaysWhatIsWrong(string text, string expected)
    {
        var failure = await Assert.ThrowsAsync<FramingException>(async () => await Reader(text).ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, failure.Message);
    }

    [Fact]
    public async Task AnEndlessHeaderIsRefused()
    {
        var failure = await Assert.ThrowsAsync<FramingException>(async () => await Reader(new string('x', 100_000)).ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("longer than 8192 bytes", failure.Message, StringComparison.Ordinal);
        var lines = string.Concat(Enumerable.Repeat("A: b\r\n", 10_000));
        await Assert.ThrowsAsync<FramingException>(async () => await Reader(lines).ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task MemoryGrowsOnlyAsBytesArrive()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = Reader("Content-Length: 67000000\r\n\r\n{}").ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(reading.IsCompleted);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await Assert.ThrowsAsync<FramingException>(async () => await reading);
        Assert.True(allocated < 4 << 20, $"{allocated} bytes were allocated for a message that never came");
    }

    [Fact]
    public void RandomBytesNeverBreakTheReader() => PropertySeed.ForEach(300, random =>
    {
        var bytes = new byte[random.Next(400)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
        {
            Encoding.ASCII.GetBytes("Content-Length: 7\r\n\r\n").AsSpan(0, Math.Min(bytes.Length, random.Next(22))).CopyTo(bytes);
        }

        var reader = new FrameReader(new ChoppedStream(bytes, random));
        try
        {
            while (Finish(reader.ReadAsync(CancellationToken.None).AsTask()) is not null)
            {
            }
        }
        catch (FramingException)
        {
            // The only way for it to fail.
        }
    });

    private static T Finish<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Finish(Task task) => task.GetAwaiter().GetResult();

    private static FrameReader Reader(string text) => new(new MemoryStream(Encoding.ASCII.GetBytes(text)));

    /// <summary>Gives the bytes in pieces of random length, as a pipe does.</summary>
    private sealed class ChoppedStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 5000))], cancellationToken);
    }
}
