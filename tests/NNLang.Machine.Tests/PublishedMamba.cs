using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Testing;
using static NNLang.Machine.Tests.StreamBuilder;

namespace NNLang.Machine.Tests;

/// <summary>
/// The state space kernels of the vendor's tutorial as streams: f32, one core of the second generation. TensorE broadcasts the rows of B and C
/// over the partitions into psum, ScalarE makes the exponentials, VectorE does the rest.
/// </summary>
internal sealed class PublishedMamba
{
    private const int N = 512;
    private const int Tensor = 0;
    private const int Vector = 1;
    private const int Scalar = 2;
    private const int Evacuation = 3;
    private const int Rows = 8;
    private const int Tiles = 9;
    private const int Transfer = 16;
    private const int Banks = 8;

    private readonly StreamBuilder _program = new(NeuronCoreV2.Device);
    private readonly List<int> _lastUse = [];
    private readonly int _evacuated;
    private int _address;
    private int _vector;
    private int _scalar;
    private int _evacuations;
    private int _loads;

    private PublishedMamba(int evacuated)
    {
        _evacuated = evacuated;
        _program.Queues.Add(new QueueDeclaration(0, Engine.Sync, DescriptorSource.Static, Rows));
        _program.Queues.Add(new QueueDeclaration(1, Engine.Sync, DescriptorSource.Static, Tiles));
    }

    /// <summary>States outside, channels inside: delta and u are loaded for every state.</summary>
    /// <param name="channels">Channels, in tiles of 128.</param>
    /// <param name="evacuated">How many of the 32 broadcasts ScalarE copies to sbuf.</param>
    /// <param name="slack">How many VectorE instructions before its use a load is released.</param>
    public static StreamBuilder StatesOutside(int channels, int evacuated, int slack)
    {
        var m = new PublishedMamba(evacuated);
        var tiles = channels / 128;
        var accumulators = Enumerable.Range(0, tiles).Select(_ => m.Take(N)).ToArray();
        foreach (var accumulator in accumulators)
        {
            m.Clear(accumulator, N);
        }

        for (var state = 0; state < 16; state++)
        {
            var b = m.Broadcast();
            var c = m.Broadcast();
            foreach (var accumulator in accumulators)
            {
                var released = Math.Max(0, m._vector - slack);
                var (delta, u) = (m.Load(N, released), m.Load(N, released));
                var decay = m.Exponential(delta, released);
                var product = m.Multiply(Tile(delta), Tile(u), (Tiles, Transfer * m._loads));
                var input = m.Multiply(Tile(product), b.Operand, b.Ready);
                m.Step(decay, input, c, accumulator, init: null);
            }

            m.Used(2);
        }

        return m._program;
    }

    /// <summary>Channels outside, states inside: delta u is made once a channel tile; long sequences go in chunks of 512.</summary>
    /// <param name="channels">Channels, in tiles of 128.</param>
    /// <param name="sequence">The sequence length, a multiple of 512.</param>
    /// <param name="chained">Whether chunks hand on the last state through a column.</param>
    public static StreamBuilder ChannelsOutside(int channels, int sequence, bool chained)
    {
        var m = new PublishedMamba(0);
        var chunks = sequence / N;
        for (var tile = 0; tile < channels / 128; tile++)
        {
            var accumulator = m.Take(sequence);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                m.Clear(accumulator + (chunk * N * 4), N);
            }

            var released = Math.Max(0, m._vector - (64 * chunks) - 100);
            var (delta, u) = (m.Load(sequence, released), m.Load(sequence, released));
            var product = m.Take(sequence);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                var at = chunk * N * 4;
                m.Vectorise(Opcode.TensorTensor, [Tile(product + at), Tile(delta + at), Tile(u + at)], AluOperation.Mul, (Tiles, Transfer * m._loads));
            }

            for (var state = 0; state < 16; state++)
            {
                m.State(delta, product, accumulator, chunks, chained);
            }
        }

        return m._program;
    }

    private static OnChipOperand Tile(int address) => Sbuf(address, N);

    private void State(int delta, int product, int accumulator, int chunks, bool chained)
    {
        int? init = null;
        if (chained)
        {
            init = Take(1);
            Clear(init.Value, 1);
        }

        for (var chunk = 0; chunk < chunks; chunk++)
        {
            var at = chunk * N * 4;
            var b = Broadcast();
            var c = Broadcast();
            var decay = Exponential(delta + at, Math.Max(0, _vector - 20));
            var input = Multiply(Tile(product + at), b.Operand, b.Ready);
            Step(decay, input, c, accumulator + at, init);
            Used(2);
        }
    }

    // scan, output product, accumulation.
    private void Step(int decay, int input, (Operand Operand, (int, long) Ready) c, int accumulator, int? init)
    {
        var states = Take(N);
        Operand start = init is { } column ? Sbuf(column, 1) : Operand.Immediate(0f);
        _program.Add(
            Engine.Vector, Opcode.TensorTensorScan, [Tile(states), Tile(decay), Tile(input), start],
            new InstructionAttributes { Operation0 = AluOperation.Mul, Operation1 = AluOperation.Add }, Vector, (Scalar, _scalar));
        _vector++;
        if (init is { } next)
        {
            Vectorise(Opcode.TensorCopy, [Sbuf(next, 1), Sbuf(states + ((N - 1) * 4), 1)], default);
        }

        var output = Multiply(Tile(states), c.Operand, c.Ready);
        Vectorise(Opcode.TensorTensor, [Tile(accumulator), Tile(accumulator), Tile(output)], AluOperation.Add);
    }

    private int Take(int elements)
    {
        var address = _address;
        _address += 4 * elements;
        return address;
    }

    private void Clear(int address, int elements) => Vectorise(Opcode.Memset, [Sbuf(address, elements), Operand.Immediate(0f)], default);

    private int Multiply(Operand a, Operand b, params ReadOnlySpan<(int, long)> waits)
    {
        var result = Take(N);
        Vectorise(Opcode.TensorTensor, [Tile(result), a, b], AluOperation.Mul, waits);
        return result;
    }

    private void Vectorise(Opcode opcode, ReadOnlySpan<Operand> operands, AluOperation operation, params ReadOnlySpan<(int, long)> waits)
    {
        _program.Add(Engine.Vector, opcode, operands, new InstructionAttributes { Operation0 = operation }, Vector, waits);
        _vector++;
    }

    private int Load(int elements, int released)
    {
        var address = Take(elements);
        _program.Add(
            Engine.Sync, Opcode.DmaCopy, [Sbuf(address, elements), Hbm(0, 0, 128, 4 * elements, (uint)elements)],
            new InstructionAttributes { Queue = 1 }, Tiles, (Vector, released));
        _loads++;
        return address;
    }

    private int Exponential(int delta, int released)
    {
        var decay = Take(N);
        _program.Add(
            Engine.Scalar, Opcode.Activation, [Tile(decay), Tile(delta)], new InstructionAttributes { Function = ActivationFunction.Exp }, Scalar,
            (Tiles, Transfer * _loads), (Vector, released));
        _scalar++;
        return decay;
    }

    private (Operand Operand, (int, long) Ready) Broadcast()
    {
        var i = _lastUse.Count;
        _lastUse.Add(0);
        _program.Add(
            Engine.Sync, Opcode.DmaCopy, [Sbuf(0, N, partitions: 1), Hbm(0, 0, 1, 4 * N, N)], new InstructionAttributes { Queue = 0 }, Rows,
            (Tensor, i - 15));
        _program.Add(
            Engine.Tensor, Opcode.NcMatmul, [Psum(i % Banks * 2048, N), Sbuf(0, 128, partitions: 1), Sbuf(0, N, partitions: 1)], default, Tensor,
            (Vector, i >= Banks ? _lastUse[i - Banks] : 0), (Rows, Transfer * (i + 1)));
        if (i >= _evacuated)
        {
            return (Psum(i % Banks * 2048, N), (Tensor, i + 1));
        }

        var copy = Take(N);
        _program.Add(
            Engine.Scalar, Opcode.Activation, [Tile(copy), Psum(i % Banks * 2048, N)],
            new InstructionAttributes { Function = ActivationFunction.Copy }, Evacuation, (Tensor, i + 1));
        _lastUse[i] = _vector;
        return (Tile(copy), (Evacuation, ++_evacuations));
    }

    private void Used(int broadcasts)
    {
        for (var i = _lastUse.Count - broadcasts; i < _lastUse.Count; i++)
        {
            _lastUse[i] = _vector;
        }
    }
}
