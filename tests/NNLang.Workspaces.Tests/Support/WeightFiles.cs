using System.Text;
using NNLang.Semantics;

namespace NNLang.Workspaces.Tests.Support;

/// <summary>A folder in memory with one weights file: <c>net.safetensors</c>, its tensors all zero.</summary>
internal sealed class WeightFiles(params (string Name, int[] Shape)[] tensors) : IFileSystem
{
    private readonly byte[] _bytes = Write(tensors);

    public Stream? Open(string path) => path.EndsWith("net.safetensors", StringComparison.Ordinal) ? new MemoryStream(_bytes) : null;

    public long? VersionOf(string path) => path.EndsWith("net.safetensors", StringComparison.Ordinal) ? 1 : null;

    public string? PhysicalPath(string path) => null;

    private static byte[] Write((string Name, int[] Shape)[] tensors)
    {
        var header = new StringBuilder("{");
        var offset = 0L;
        foreach (var (name, shape) in tensors)
        {
            var end = offset + (4L * shape.Aggregate(1, (a, b) => a * b));
            header.Append(header.Length > 1 ? "," : "").Append($"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{offset},{end}]}}");
            offset = end;
        }

        var text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[offset]];
    }
}
