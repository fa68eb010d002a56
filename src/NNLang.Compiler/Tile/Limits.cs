using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Limits of a device that recipes cut tiles by.</summary>
internal static class Limits
{
    /// <summary>Bytes of one psum bank in a partition.</summary>
    public static long BankBytes(DeviceDescription device) => device.Memory(MemoryKind.Psum) is { BankBytes: > 0 } psum ? psum.BankBytes : 2048;

    /// <summary>f32 columns of one psum bank, the most one product may have.</summary>
    public static int Columns(DeviceDescription device) => (int)Math.Min(512, BankBytes(device) / 4);

    /// <summary>
    /// Whether an engine may address partitions from a start (<c>docs/machine.md</c> 3.2a).
    /// </summary>
    public static bool IsLegalStart(int first, int count) =>
        first + count <= TensorStorage.PartitionCount
        && (count > 64 ? first == 0 : count > 32 ? first is 0 or 64 : first is 0 or 32 or 64 or 96);

    /// <summary>The most partitions an engine may address from a start; 0 where it may not start there.</summary>
    public static int MostFrom(int first) => first switch
    {
        0 => 128,
        64 => 64,
        32 or 96 => 32,
        _ => 0,
    };
}
