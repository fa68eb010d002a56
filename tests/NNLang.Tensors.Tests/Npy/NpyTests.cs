using System.Text;
using NNLang.Tensors.Npy;
using NNLang.Testing;

namespace NNLang.Tensors.Tests.Npy;

public sealed class NpyTests
{
    [Fact]
    public void WhatIsWrittenIsRead() => Support.WithFolder(folder => PropertySeed.ForEach(100, random =>
    {
        var tensor = Support.Tensor(random);
        var path = Path.Combine(folder, "a.npy");
        NpyWriter.Write(path, tensor);
        Assert.Single(Directory.GetFiles(folder));
        var read = NpyReader.Read(path);
        Assert.Equal(tensor.Shape, read.Shape);
        Assert.Equal(tensor.ToDoubles().Bytes.ToArray(), read.ToDoubles().Bytes.ToArray());
        if (tensor.Type is not (ElementType.BF16 or ElementType.F8E4M3 or ElementType.F8E5M2 or ElementType.I4 or ElementType.U4))
        {
            Assert.Equal(tensor.Type, read.Type);
            Assert.Equal(tensor.Bytes.ToArray(), read.Bytes.ToArray());
        }
    }));

    [Theory]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "f32[2, 3]", "1 2 3 4 5 6")]
    [InlineData(2, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "f32[2, 3]", "1 3 5 2 4 6")]
    [InlineData(3, "{\"shape\": (6,), \"descr\": \"<f4\", \"fortran_order\": False}", "f32[6]", "1 2 3 4 5 6")]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6L, 1L)}      \n", "f32[6, 1]", "1 2 3 4 5 6")]
    public void ForeignHeadersAreRead(int version, string header, string type, string elements)
    {
        float[] data = [1, 2, 3, 4, 5, 6];
        var read = NpyReader.Read(File(version, header, [.. data.SelectMany(BitConverter.GetBytes)]));
        Assert.Equal(type, read.ToString());
        Assert.Equal(elements, string.Join(' ', read.AsFloats().ToArray()));
    }

    [Fact]
    public void BigEndianIsTurned()
    {
        var read = NpyReader.Read(File(1, "{'descr': '>i4', 'fortran_order': False, 'shape': (), }", [0, 0, 1, 2]));
        Assert.Equal(BitConverter.GetBytes(258), read.Bytes.ToArray());
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, "f32[2, 3] needs 24 bytes, but 23 follow the header.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25, "f32[2, 3] needs 24 bytes, but 25 follow the header.")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }", 24, "The element type '<c8' is not supported.")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6,), }", 24, "The header is not that of a .npy file at character 39.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-6,), }", 24, "The header is not that of a .npy file at character 51.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", 24, "The header is not that of a .npy file at character 40.")]
    [InlineData("{'descr': '<f4', 'descr': '<f4'}", 24, "The header is not that of a .npy file at character 25.")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999), }", 24, "The shape is more than any file can hold.")]
    [InlineData("__import__('os')", 24, "The header is not that of a .npy file at character 0.")]
    public void BrokenFilesAreRefused(string header, int dataLength, string message) =>
        Assert.Equal(message, Assert.Throws<TensorFileException>(() => NpyReader.Read(File(1, header, new byte[dataLength]))).Message);

    [Fact]
    public void DamagedFilesAreReadOrRefused() => PropertySeed.ForEach(3_000, random =>
    {
        var stream = new MemoryStream();
        NpyWriter.Write(stream, Support.Tensor(random));
        try
        {
            var read = NpyReader.Read(Support.Damage(random, stream.ToArray()));
            Assert.Equal(read.Bytes.Length, read.Shape.Count * ElementTypes.Bytes(read.Type));
        }
        catch (TensorFileException refusal)
        {
            Assert.True(refusal.Message.Length < 1_000);
        }
    });

    private static byte[] File(int version, string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }
}
