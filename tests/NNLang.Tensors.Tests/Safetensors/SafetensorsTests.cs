using System.Buffers.Binary;
using System.Text;
using NNLang.Tensors.Safetensors;
using NNLang.Testing;

namespace NNLang.Tensors.Tests.Safetensors;

public sealed class SafetensorsTests
{
    [Fact]
    public void WhatIsWrittenIsRead() => Support.WithFolder(folder => PropertySeed.ForEach(60, random =>
    {
        var tensors = Enumerable.Range(0, random.Next(0, 8))
            .Select(i => KeyValuePair.Create($"layer{i}.wéight \"{i}\"", Support.Tensor(random, (ElementType)random.Next(10))))
            .ToList();
        var path = Path.Combine(folder, "a.safetensors");
        SafetensorsWriter.Write(path, tensors, [new("format", "pt"), new("by", "test")]);
        Assert.False(File.Exists(path + ".part"));
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(tensors.Count, file.Header.Entries.Length);
        Assert.Equal("pt", file.Header.Metadata["format"]);
        Assert.Null(file.Find("other"));
        foreach (var (name, tensor) in tensors)
        {
            var read = file.Find(name)!;
            Assert.Equal(tensor.ToString(), read.ToString());
            Assert.Equal(tensor.Bytes.ToArray(), read.Bytes.ToArray());
            Assert.Equal(0, file.Header.Find(name)!.Offset % ElementTypes.Bytes(tensor.Type));
        }
    }));

    [Fact]
    public void AReadTensorOfAClosedFileThrows() => Support.WithFolder(folder =>
    {
        var path = Path.Combine(folder, "a.safetensors");
        SafetensorsWriter.Write(path, [new("w", Tensor.Of(new Shape(2), [1f, 2f]))]);
        var file = SafetensorsFile.Open(path);
        var tensor = file.Find("w")!;
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.AsFloats().ToArray());
    });

    [Fact]
    public void AFailedWriteLeavesTheOldFile() => Support.WithFolder(folder =>
    {
        var path = Path.Combine(folder, "a.safetensors");
        SafetensorsWriter.Write(path, [new("w", Tensor.Of(new Shape(2), [1f, 2f]))]);
        var before = File.ReadAllBytes(path);
        var twice = KeyValuePair.Create("w", Tensor.Of(new Shape(1), [1f]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [twice, twice]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("x", new Tensor(ElementType.I4, new Shape(1), new byte[1]))]));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder));
    });

    [Theory]
    [InlineData("", "A safetensors file has at least 8 bytes, this one has 0.")]
    [InlineData("{", "The header is not the JSON of a safetensors file at byte 9.")]
    [InlineData("[]", "At byte 8, in 'the header': something else than expected.")]
    [InlineData("{}x", "The header is not the JSON of a safetensors file at byte 10.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'a' occurs twice in the header.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "'a' is f32[3]: 12 bytes, but 8 are given.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "'a' lies in bytes 0 to 16 of the data, which has 8.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "'a' lies in bytes 8 to 0 of the data, which has 8.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "'a' has a number that is negative, too large or one too many.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", "'a' has a number that is negative, too large or one too many.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "'a' has not two data offsets.")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "'a' has the element type 'F33', which is not supported.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "'a' lacks dtype, shape or data_offsets.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "'a' has the shape [4294967296, 4294967296], more than any file can hold.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "The data of 'b' overlaps that of another tensor.")]
    [InlineData("""{"__metadata__":{"a":1}}""", "At byte 29, in '__metadata__': something else than expected.")]
    public void BrokenHeadersAreRefused(string json, string message)
    {
        var bytes = json.Length == 0 ? [] : Bytes(json, new byte[8]);
        Assert.Equal(message, Assert.Throws<TensorFileException>(() => SafetensorsFile.ReadHeader(new MemoryStream(bytes))).Message);
    }

    [Fact]
    public void LyingLengthsAreRefusedWithoutReadingThem()
    {
        foreach (var length in (ulong[])[9, 1 << 20, ulong.MaxValue, long.MaxValue])
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Throws<TensorFileException>(() => SafetensorsFile.ReadHeader(new MemoryStream(bytes)));
        }

        Assert.Contains("at most", Assert.Throws<TensorFileException>(() => SafetensorsHeader.ReadLength(BitConverter.GetBytes(1L << 30), 1L << 40)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNestingIsRefused() =>
        Assert.Throws<TensorFileException>(() => SafetensorsFile.ReadHeader(new MemoryStream(Bytes(new string('[', 100_000), []))));

    [Fact]
    public void DamagedFilesAreReadOrRefused() => Support.WithFolder(folder => PropertySeed.ForEach(1_500, random =>
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [.. Enumerable.Range(0, 4).Select(i => KeyValuePair.Create($"w{i}", Support.Tensor(random, ElementType.F32)))], []);
        var bytes = Support.Damage(random, stream.ToArray());
        SafetensorsHeader header;
        try
        {
            header = SafetensorsFile.ReadHeader(new MemoryStream(bytes));
        }
        catch (TensorFileException refusal)
        {
            Assert.True(refusal.Message.Length < 400);
            return;
        }

        // What was accepted is sound and can be read to the last byte.
        var path = Path.Combine(folder, "damaged.safetensors");
        File.WriteAllBytes(path, bytes);
        using var file = SafetensorsFile.Open(path);
        foreach (var entry in header.Entries)
        {
            Assert.Equal(entry.Length, file.Find(entry.Name)!.Bytes.ToArray().Length);
        }
    }));

    private static byte[] Bytes(string json, byte[] data) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json), .. data];
}
