using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Testing;
using static NNLang.Machine.Tests.StreamBuilder;

namespace NNLang.Machine.Tests;

/// <summary>
/// The matrix products of the vendor's tutorial as streams: f32, 4096 x 8192 x 8192, tiles of 128 x 128 x 512, on one core of the third
/// generation, with software descriptors.
/// </summary>
internal sealed class PublishedMatmul
{
    private const int Tensor = 0;
    private const int Vector = 1;
    private const int Accumulated = 2;
    private const int Left = 8;
    private const int Stored = 9;
    private const int Right = 10;
    private const int Transfer = 16;
    private const int StoreLag = 30;

    private readonly StreamBuilder _program = new(NeuronCoreV2.DeviceV3);
    private readonly Queue<int> _stores = new();
    private int _lag;
    private int _products;
    private int _results;

    private PublishedMatmul()
    {
        _program.Queues.Add(new QueueDeclaration(0, Engine.GpSimd, DescriptorSource.Software, Left));
        _program.Queues.Add(new QueueDeclaration(1, Engine.GpSimd, DescriptorSource.Software, Stored));
    }

    /// <summary>Loads inside the innermost loop.</summary>
    public static StreamBuilder LoadsInside()
    {
        const int Buffers = 24;
        var m = new PublishedMatmul();
        for (var block = 0; block < 32 * 16; block++)
        {
            for (var k = 0; k < 64; k++)
            {
                m.Load(512, Left, (Tensor, m._products - Buffers + 1));
                m.Load(2048, Left);
                m.StoreLate();
                m.Multiply(k == 0, (Left, Transfer * 2 * (m._products + 1)));
            }

            m.Evacuate();
        }

        return m.Finish();
    }

    /// <summary>The left operand's loads hoisted out of the column loop; with <paramref name="blocked"/>, two by two blocks.</summary>
    public static StreamBuilder LoadsHoisted(bool blocked)
    {
        const int RightBuffers = 72;
        const int LeftBuffers = 128;
        var m = new PublishedMatmul();
        var side = blocked ? 2 : 1;
        var lastUse = new int[4096];
        var (left, right) = (0, 0);
        for (var rows = 0; rows < 32 / side; rows++)
        {
            var first = left;
            for (var tile = 0; tile < 64 * side; tile++)
            {
                var old = left - LeftBuffers;
                m.Load(512, Left, (Tensor, old >= 0 ? lastUse[old] : 0));
                left++;
            }

            for (var columns = 0; columns < 16 / side; columns++)
            {
                for (var part = 0; part < side * side; part++)
                {
                    for (var k = 0; k < 64; k++)
                    {
                        m.Load(2048, Right, (Tensor, right - RightBuffers + 1));
                        right++;
                        m.StoreLate();
                        var tile = first + (part / side * 64) + k;
                        m.Multiply(k == 0, (Right, Transfer * right), (Left, Transfer * (tile + 1)));
                        lastUse[tile] = m._products;
                    }

                    m.Evacuate();
                }
            }
        }

        return m.Finish();
    }

    /// <summary>Blocked in all three loops: results accumulate in sbuf.</summary>
    public static StreamBuilder Blocked()
    {
        var m = new PublishedMatmul();
        var (loads, written, stored) = (0, 0, 0);
        var leftUse = new List<int>();
        var rightUse = new List<int>();
        for (var columns = 0; columns < 8; columns++)
        {
            for (var i = 0; i < 64; i++)
            {
                m._program.Add(
                    Engine.Vector, Opcode.Memset, [Sbuf(i * 2048, 512), Operand.Immediate(0f)], default, Vector, (Stored, Transfer * stored));
                written++;
            }

            for (var k = 0; k < 8; k++)
            {
                for (var i = 0; i < 8; i++, loads++)
                {
                    m.Load(4096, Left, (Tensor, rightUse.Count >= 2 ? rightUse[^2] : 0));
                }

                for (var half = 0; half < 2; half++)
                {
                    for (var i = 0; i < 8; i++, loads++)
                    {
                        m.Load(8192, Left, (Tensor, leftUse.Count >= 2 ? leftUse[^2] : 0));
                    }

                    for (var tile = 0; tile < 32; tile++)
                    {
                        m.MultiplyBlock(loads, half, tile);
                    }

                    leftUse.Add(m._products);
                }

                rightUse.Add(m._products);
            }

            for (var row = 0; row < 32; row++)
            {
                for (var column = 0; column < 2; column++, written++)
                {
                    m._program.Add(
                        Engine.Vector, Opcode.TensorCopy,
                        [Sbuf(240_000 + (row % 2 * 4096) + (column * 2048), 512), Sbuf(((row * 2) + column) * 2048, 512)], default, Vector,
                        (Stored, row >= 2 ? Transfer * (stored - 1) : 0));
                }

                m.Store(Engine.Sync, 4096, (Vector, written));
                stored++;
            }
        }

        return m._program;
    }

    private void Load(int rowBytes, int semaphore, params ReadOnlySpan<(int, long)> waits)
    {
        var n = (uint)rowBytes / 4;
        _program.Add(
            Engine.GpSimd, Opcode.DmaCopy, [Sbuf(0, (int)n), Hbm(0, 0, 128, 32768, n)], new InstructionAttributes { Queue = 0 }, semaphore, waits);
    }

    private void Store(Engine engine, int rowBytes, params ReadOnlySpan<(int, long)> waits)
    {
        var n = (uint)rowBytes / 4;
        _program.Add(
            engine, Opcode.DmaCopy, [Hbm(1, 0, 128, 32768, n), Sbuf(0, (int)n)], new InstructionAttributes { Queue = 1 }, Stored, waits);
    }

    private void StoreLate()
    {
        if (_stores.Count > 0 && _lag-- == 0)
        {
            Store(Engine.GpSimd, 2048, (Vector, _stores.Dequeue()));
        }
    }

    private void Multiply(bool first, params ReadOnlySpan<(int, long)> loads)
    {
        var free = first && _results >= 4 ? _results - 3 : 0;
        _program.Add(
            Engine.Tensor, Opcode.NcMatmul, [Psum(_results % 8 * 2048, 512), Sbuf(0, 128), Sbuf(4096, 512)], default, Tensor,
            [.. loads, (Vector, free)]);
        _products++;
    }

    private void MultiplyBlock(int loads, int half, int tile)
    {
        var group = _products / 8;
        for (var k = 0; k < 8; k++)
        {
            _program.Add(
                Engine.Tensor, Opcode.NcMatmul, [Psum(group % 8 * 2048, 512), Sbuf(0, 128), Sbuf(4096, 512)], default, Tensor,
                (Left, k == 0 ? Transfer * loads : 0), (Accumulated, k == 0 ? group - 7 : 0));
            _products++;
        }

        // Tiles go along the rows first: column tile / 16, row tile mod 16.
        var place = ((((half * 16) + (tile % 16)) * 2) + (tile / 16)) * 2048;
        _program.Add(
            Engine.Vector, Opcode.TensorTensor, [Sbuf(place, 512), Sbuf(place, 512), Psum(group % 8 * 2048, 512)], default, Accumulated,
            (Tensor, _products));
    }

    private void Evacuate()
    {
        _program.Add(
            Engine.Vector, Opcode.TensorCopy, [Sbuf(100_000 + (_results % 4 * 2048), 512), Psum(_results % 8 * 2048, 512)], default, Vector,
            (Tensor, _products), (Stored, _results >= 4 ? Transfer * (_results - 3) : 0));
        _results++;
        _stores.Enqueue(_results);
        _lag = StoreLag;
    }

    private StreamBuilder Finish()
    {
        while (_stores.Count > 0)
        {
            Store(Engine.GpSimd, 2048, (Vector, _stores.Dequeue()));
        }

        return _program;
    }
}
