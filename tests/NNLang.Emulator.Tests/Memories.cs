using NNLang.Emulator.Execution;
using NNLang.Emulator.Memories;

namespace NNLang.Emulator.Tests;

/// <summary>Compares the memories of the emulator with those of the plain reading.</summary>
internal static unsafe class Memories
{
    public static void AssertEqual(NaiveMachine naive, DeviceMemory memory, string what)
    {
        Compare(naive.Sbuf, memory.Sbuf, what + ": sbuf");
        Compare(naive.Psum, memory.Psum, what + ": psum");
        for (var r = 0; r < naive.Regions.Length; r++)
        {
            var at = new Span<byte>(memory.Regions[r].Data, naive.Regions[r].Length).CommonPrefixLength(naive.Regions[r]);
            Assert.True(at == naive.Regions[r].Length, $"{what}: region {r} differs at byte {at}");
        }
    }

    private static void Compare(byte[][] expected, PagedMemory actual, string what)
    {
        for (var p = 0; p < expected.Length; p++)
        {
            var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(expected[p]);
            var column = (uint*)(actual.Data + DenseTransfer.HostOffset(p, 0));
            for (var word = 0; word < words.Length; word++, column += ColumnCursor.WordBytes / 4)
            {
                if (*column != words[word])
                {
                    Assert.Fail($"{what}: partition {p} differs in the word at byte {word * 4}: {*column:x8}, expected {words[word]:x8}");
                }
            }
        }
    }
}
