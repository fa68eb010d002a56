using System.Diagnostics;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;

namespace NNLang.Benchmarks;

/// <summary>The emulator's matrix product on one thread, on every path that this processor has, at shapes that convolutions have.</summary>
internal static unsafe class ProductBenchmark
{
    private static readonly (int Depth, int Outputs, int Columns)[] Shapes = [(128, 128, 512), (128, 128, 196), (64, 64, 448), (84, 64, 448), (128, 128, 49), (128, 64, 1)];

    public static void Run()
    {
        foreach (var (depth, outputs, columns) in Shapes)
        {
            Measure(depth, outputs, columns);
        }
    }

    private static void Measure(int depth, int outputs, int columns)
    {
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
            Console.WriteLine(FormattableString.Invariant($"matmul {depth} x {outputs} x {columns} {path}: {flops:F1} GFLOP/s, {best * 1e6:F1} us"));
        }
    }
}
