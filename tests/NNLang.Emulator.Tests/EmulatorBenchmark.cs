using System.Diagnostics;
using System.Globalization;

namespace NNLang.Emulator.Tests;

/// <summary>Measures, with <c>NNLANG_BENCHMARK=1</c>, and prints; it asserts nothing about time.</summary>
public sealed unsafe class EmulatorBenchmark
{
    private static bool Enabled => Environment.GetEnvironmentVariable("NNLANG_BENCHMARK") == "1";

    [Theory]
    [InlineData(128, 128, 512)]
    [InlineData(128, 128, 196)]
    [InlineData(64, 64, 448)]
    [InlineData(84, 64, 448)]
    [InlineData(128, 128, 49)]
    public void Products(int depth, int outputs, int columns)
    {
        Assert.SkipUnless(Enabled, "A measurement: set NNLANG_BENCHMARK=1.");
        using var buffer = new NativeBuffer((outputs + (2L * columns)) * 512);
        using var scratch = new NativeBuffer(MatmulKernel.ScratchFloats * 4);
        float** st = stackalloc float*[outputs], mv = stackalloc float*[columns], d = stackalloc float*[columns];
        for (var i = 0; i < (outputs + (2 * columns)) * 128; i++)
        {
            ((float*)buffer.Data)[i] = ((i * 7) % 13) - 6;
        }

        for (var i = 0; i < outputs; i++)
        {
            st[i] = (float*)(buffer.Data + (i * 512L));
        }

        for (var i = 0; i < columns; i++)
        {
            mv[i] = (float*)(buffer.Data + ((outputs + i) * 512L));
            d[i] = (float*)(buffer.Data + ((outputs + columns + i) * 512L));
        }

        foreach (var path in Enum.GetValues<KernelPath>().Where(KernelPaths.IsSupported))
        {
            var repeat = path == KernelPath.Scalar ? 4 : 300;
            var best = double.MaxValue;
            for (var round = 0; round < 12; round++)
            {
                var clock = Stopwatch.GetTimestamp();
                for (var i = 0; i < repeat; i++)
                {
                    MatmulKernel.Run(path, st, outputs, mv, columns, depth, d, true, (float*)scratch.Data);
                }

                best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalSeconds / repeat);
            }

            var flops = 2.0 * depth * outputs * columns / best / 1e9;
            Print($"matmul {depth} x {outputs} x {columns} {path}: {flops:F1} GFLOP/s, {best * 1e6:F1} us");
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
