using System.Globalization;
using NNLang.Emulator;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Races;
using NNLang.Emulator.Weights;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Benchmarks;

/// <summary>What an instruction costs the emulator: to load, to check, to run, and event by event.</summary>
internal static class InstructionBenchmark
{
    public static void Run()
    {
        Convolutions();
        SmallInstructions();
    }

    /// <summary>Convolutions 3x3 of 128 channels on 28 x 28, weights loaded ahead: 18 products and 2 activations a layer.</summary>
    private static void Convolutions()
    {
        const int layers = 20, channels = 128, side = 28, padded = 30, map = padded * padded * 4;
        var builder = new TestProgramBuilder();
        var input = builder.AddRegion("x", RegionKind.Input, channels * side * side * 4);
        var output = builder.AddRegion("y", RegionKind.Output, channels * side * side * 4);
        uint bias = 2 * map, weights = bias + 64;
        OnChipOperand Sbuf(long offset, params OnChipOperand.Dimension[] dimensions) =>
            new(MemoryKind.Sbuf, 0, channels, (uint)offset, ElementType.F32, dimensions);
        OnChipOperand Inner(int buffer, int row, int rows) => Sbuf((buffer * map) + (((row + 1) * padded) + 1) * 4, new((ushort)rows, padded), new(side, 1));
        var cleared = builder.Add(Engine.Vector, new Instruction(Opcode.Memset, [Sbuf(0, new OnChipOperand.Dimension(2 * padded * padded, 1)), Operand.Immediate(0f)]));
        var constants = builder.Add(Engine.Vector, new Instruction(Opcode.Memset, [Sbuf(bias, new OnChipOperand.Dimension(2, 1)), Operand.Immediate(0.01f)]));
        var ready = builder.Add(
            Engine.Sync,
            new Instruction(Opcode.DmaCopy, [Inner(0, 0, side), new HbmOperand(input, 0, ElementType.F32, [new(channels, side * side * 4)], [new(side, side * 4), new(side, 4)])]),
            cleared);
        InstructionLocation[] evacuated = [ready, constants];
        var lastUse = new List<InstructionLocation>();
        for (var layer = 0; layer < layers; layer++)
        {
            var key = "w" + layer;
            var region = builder.AddRegion(key, RegionKind.Weight, 9 * channels * channels * 4, new Recipe([RecipeStep.Load("w"), RecipeStep.Reshape(9 * channels * channels)]));
            var at = weights + ((layer & 1) * 9 * channels * 4);
            var load = builder.Add(
                Engine.Sync,
                new Instruction(Opcode.DmaCopy, [Sbuf(at, new OnChipOperand.Dimension(9 * channels, 1)), new HbmOperand(region, 0, ElementType.F32, [new(channels, 9 * channels * 4)], [new(9 * channels, 4)])]),
                layer > 1 ? [lastUse[layer - 2]] : []);
            var next = new List<InstructionLocation>();
            InstructionLocation last = default;
            for (var band = 0; band < 2; band++)
            {
                var psum = new OnChipOperand(MemoryKind.Psum, 0, channels, (uint)((((layer * 2) + band) & 7) * 2048), ElementType.F32, new OnChipOperand.Dimension(14 * side, 1));
                for (var tap = 0; tap < 9; tap++)
                {
                    var moving = Sbuf(((layer & 1) * map) + (((((band * 14) + (tap / 3)) * padded) + (tap % 3)) * 4), new(14, padded), new(side, 1));
                    last = builder.Add(
                        Engine.Tensor,
                        new Instruction(
                            Opcode.NcMatmul, [psum, Sbuf(at + (tap * channels * 4), new OnChipOperand.Dimension(channels, 1)), moving],
                            new() { Flags = tap > 0 ? InstructionFlags.Accumulate : 0 }),
                        tap == 0 ? [load, .. evacuated] : []);
                }

                next.Add(builder.Add(
                    Engine.Scalar,
                    new Instruction(
                        Opcode.Activation,
                        [Inner((layer + 1) & 1, band * 14, 14), psum, Sbuf(bias, new OnChipOperand.Dimension(1, 1)), Sbuf(bias + 4, new OnChipOperand.Dimension(1, 1))],
                        new() { Function = ActivationFunction.Relu }),
                    last));
            }

            evacuated = [.. next];
            lastUse.Add(last);
        }

        builder.Add(
            Engine.Sync,
            new Instruction(Opcode.DmaCopy, [new HbmOperand(output, 0, ElementType.F32, [new(channels, side * side * 4)], [new(side, side * 4), new(side, 4)]), Inner(layers & 1, 0, side)]),
            evacuated);
        var program = builder.Build();
        var count = program.InstructionCount;
        var loaded = LoadedProgram.Load(program, NeuronCoreV2.Device).Value;
        Print($"load {Best(8, () => LoadedProgram.Load(program, NeuronCoreV2.Device)) / count * 1e9:F0} ns an instruction");
        Print($"checks, timing only {Best(8, () => Emulator.Emulator.CheckTiming(loaded)) / count * 1e9:F0} ns an instruction");
        Print($"checks, all {Best(8, () => Emulator.Emulator.Check(loaded, CheckOptions.All)) / count * 1e9:F0} ns an instruction");
        var random = new Random(1);
        Tensor Noise(params long[] shape) => Tensor.Of(new Shape(shape), Enumerable.Range(0, (int)new Shape(shape).Count).Select(_ => (random.NextSingle() - 0.5f) / 8).ToArray());
        var image = WeightImage.Evaluate(loaded, new WeightDictionary(new Dictionary<string, Tensor> { ["w"] = Noise(9 * channels * channels) })).Value;
        var data = Noise(channels * side * side);
        var flops = 2.0 * layers * 9 * channels * channels * side * side;
        foreach (var path in Enum.GetValues<KernelPath>().Where(path => path != KernelPath.Scalar && KernelPaths.IsSupported(path)))
        {
            foreach (var threads in (int[])[1, 2])
            {
                using var emulator = new Emulator.Emulator(loaded, image, new EmulatorOptions { Path = path, Threads = threads });
                var time = Best(12, () => emulator.Run([data]));
                Print($"{count} instructions, {path}, {threads} threads: {time * 1e3:F2} ms, {flops / time / 1e9:F1} GFLOP/s");
            }
        }

        using var sessions = new Emulator.Emulator(loaded, image);
        Print($"event by event {Best(4, () => Session(sessions, data, int.MaxValue)) * 1e3:F2} ms");
        Print($"with a snapshot at every 10th event {Best(4, () => Session(sessions, data, 10)) * 1e3:F2} ms");
        using var session = sessions.Start([data]).Value;
        session.RunToEnd();
        session.StateHash();
        Print($"state hash again {Best(8, () => session.StateHash()) * 1e6:F1} us");
    }

    /// <summary>Many small instructions of one engine: what an instruction costs beside its data.</summary>
    private static void SmallInstructions()
    {
        const int count = 5000;
        var builder = new TestProgramBuilder();
        OnChipOperand Tile(int i) => new(MemoryKind.Sbuf, 0, 128, (uint)(i * 32), ElementType.F32, new OnChipOperand.Dimension(8, 1));
        builder.Add(Engine.Vector, new Instruction(Opcode.Memset, [new OnChipOperand(MemoryKind.Sbuf, 0, 128, 0, ElementType.F32, new OnChipOperand.Dimension(1024, 1)), Operand.Immediate(1f)]));
        for (var i = 0; i < count; i++)
        {
            builder.Add(
                Engine.Vector,
                new Instruction(Opcode.TensorScalar, [Tile((i + 1) & 127), Tile(i & 127), Operand.Immediate(0.5f)], new() { Operation0 = AluOperation.Mul }));
        }

        var program = builder.Build();
        var loaded = LoadedProgram.Load(program, NeuronCoreV2.Device).Value;
        Print($"load {Best(8, () => LoadedProgram.Load(program, NeuronCoreV2.Device)) / count * 1e9:F0} ns an instruction");
        Print($"checks, all {Best(8, () => Emulator.Emulator.Check(loaded, CheckOptions.All)) / count * 1e9:F0} ns an instruction");
        using var emulator = new Emulator.Emulator(loaded, WeightImage.Evaluate(loaded, WeightDictionary.Empty).Value);
        Print($"run {Best(20, () => emulator.Run([])) / count * 1e9:F0} ns an instruction of 8 columns");
        Print($"event by event {Best(4, () => Session(emulator, null, int.MaxValue)) / count * 1e9:F0} ns an instruction");
    }

    private static void Session(Emulator.Emulator emulator, Tensor? data, int every)
    {
        using var session = emulator.Start(data is null ? [] : [data]).Value;
        for (var i = 1; session.Step(); i++)
        {
            if (i % every == 0)
            {
                session.TakeSnapshot();
            }
        }
    }

    private static double Best(int rounds, Action action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            // Processor time: other processes may be using the cores.
            var clock = Environment.CpuUsage.TotalTime;
            action();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - clock).TotalSeconds);
        }

        return best;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
