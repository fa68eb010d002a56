using System.Globalization;
using NNLang.Machine.Instructions;
using NNLang.Machine.Timing;
using NNLang.Testing;
using static NNLang.Machine.Tests.StreamBuilder;

namespace NNLang.Machine.Tests;

/// <summary>
/// The model beside what the vendor published: the tolerances are 2 % of compute-bound, 5 % of stall- or DMA-bound cases. The modelled
/// figures are a snapshot, so that a change of the model shows.
/// </summary>
public sealed class PublishedTimingTests
{
    private const double Millisecond = 1e-9;
    private const double Microsecond = 1e-6;
    private const double Nanosecond = 1e-3;

    private readonly System.Text.StringBuilder _table = new();

    [Fact]
    public void Matrix_products()
    {
        var v2 = PublishedMatmul.LoadsInside().Simulate();
        Check("matmul, loads inside, total", 39.89, v2.Makespan * Millisecond, "ms", 5);
        Check("matmul, loads inside, DMA busy", 519.58 / 16, Dma(v2), "ms", 5);
        var v3 = PublishedMatmul.LoadsHoisted(blocked: false).Simulate();
        Check("matmul, loads hoisted, total", 28.20, v3.Makespan * Millisecond, "ms", 2);
        Check("matmul, loads hoisted, DMA busy", 402.07 / 16, Dma(v3), "ms", 5);
        var v4 = PublishedMatmul.LoadsHoisted(blocked: true).Simulate();
        Check("matmul, 2 x 2 blocks, total", 28.41, v4.Makespan * Millisecond, "ms", 2);
        var v5 = PublishedMatmul.Blocked().Simulate();
        Check("matmul, blocked, total", 28.30, v5.Makespan * Millisecond, "ms", 2);
        Check("matmul, blocked, TensorE", 28.16, v5.Busy(Engine.Tensor) * Millisecond, "ms", 2);
        Check("matmul, blocked, VectorE", 2.99, v5.Busy(Engine.Vector) * Millisecond, "ms", 2);
        Save("matmul");
    }

    [Fact]
    public void State_space_kernels()
    {
        var v1 = PublishedMamba.StatesOutside(4096, evacuated: 0, slack: 4).Simulate();
        Check("mamba, states outside, VectorE", 2.12, v1.Busy(Engine.Vector) * Millisecond, "ms", 2);
        Check("mamba, states outside, span", 2.30, Span(v1) * Millisecond, "ms", 2);
        var v2 = PublishedMamba.ChannelsOutside(4096, 512, chained: false).Simulate();
        Check("mamba, channels outside, VectorE", 1.57, v2.Busy(Engine.Vector) * Millisecond, "ms", 2);
        var v3 = PublishedMamba.ChannelsOutside(4096, 8192, chained: true).Simulate();
        Check("mamba, 8192 steps in chunks, VectorE", 26.26, v3.Busy(Engine.Vector) * Millisecond, "ms", 2);
        var small = PublishedMamba.StatesOutside(256, evacuated: 14, slack: 40).Simulate();
        Check("mamba, 256 channels, VectorE", 148.99, small.Busy(Engine.Vector) * Microsecond, "us", 5);
        Save("mamba");
    }

    [Fact]
    public void Single_instructions()
    {
        var transfer = new StreamBuilder(NeuronCoreV2.DeviceV3);
        transfer.Add(Engine.Sync, Opcode.DmaCopy, [Sbuf(0, 2048, partitions: 4), Hbm(0, 0, 4, 8192, 2048)], default, 8);
        var result = transfer.Simulate();
        var times = result.Transfers[0];
        Check("32 KiB on one DMA engine, transfer", 1416, (times.LastByte - times.FirstByte) * Nanosecond, "ns", 2);
        var trigger = transfer.Device.Picoseconds(Engine.Sync, 64);
        Check("32 KiB on one DMA engine, latency", 1300, (times.Commit - trigger - (times.LastByte - times.FirstByte)) * Nanosecond, "ns", 0.001);

        var tiny = new StreamBuilder(NeuronCoreV2.Device);
        for (var i = 0; i < 101; i++)
        {
            tiny.Add(Engine.Scalar, Opcode.Activation, [Sbuf(4 * (i + 1), 1), Sbuf(4 * i, 1)]);
        }

        result = tiny.Simulate();
        var interval = (result.End(Engine.Scalar)[^1] - result.End(Engine.Scalar)[0]) / 100.0;
        Check("tiny dependent ScalarE instruction, interval", 189, interval * Nanosecond, "ns", 2);

        foreach (var (n, published) in new[] { (4096, 3710.0), (128, 395.0) })
        {
            var isolated = new StreamBuilder(NeuronCoreV2.DeviceV3);
            isolated.Add(Engine.Scalar, Opcode.Activation, [Sbuf(0, n), Sbuf(4 * n, n)]);
            result = isolated.Simulate();
            Check($"isolated activation of {n}, start to results", published, result.Commit(Engine.Scalar)[0] * Nanosecond, "ns", 2);
        }

        Save("single");
    }

    private static double Dma(TimingResult result)
    {
        var busy = 0L;
        for (var engine = 0; engine < 16; engine++)
        {
            busy += result.DmaBusy(engine);
        }

        return busy / 16.0 * Millisecond;
    }

    private static long Span(TimingResult result) => result.End(Engine.Vector)[^1] - result.Start(Engine.Vector)[0];

    private void Check(string name, double published, double modelled, string unit, double tolerance)
    {
        var error = ((modelled / published) - 1) * 100;
        _table.Append(CultureInfo.InvariantCulture, $"{name}: published {published:F3} {unit}, modelled {modelled:F3} {unit}, {error:+0.00;-0.00} %\n");
        Assert.True(Math.Abs(error) <= tolerance, $"{name}: {modelled:F3} {unit} is {error:F2} % off");
    }

    private void Save(string name) => Snapshot.Match($"tests/NNLang.Machine.Tests/Snapshots/timing-{name}.txt", _table.ToString());
}
