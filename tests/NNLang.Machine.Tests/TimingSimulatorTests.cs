using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Machine.Timing;
using NNLang.Tensors;
using NNLang.Testing;
using static NNLang.Machine.Tests.StreamBuilder;

namespace NNLang.Machine.Tests;

public sealed class TimingSimulatorTests
{
    [Fact]
    public void The_simulation_equals_a_naive_one_on_random_streams()
    {
        PropertySeed.ForEach(300, random =>
        {
            // One in five has waits that nothing may fulfil.
            var program = RandomStreams(
                random, random.Next(2) == 0 ? NeuronCoreV2.Device : NeuronCoreV2.DeviceV3, mayDeadlock: random.Next(5) == 0);
            var naive = new NaiveTiming(program);
            naive.Run();
            var result = program.Simulate();
            Assert.Equal(naive.Makespan, result.Makespan);
            Assert.Equal(result.IsComplete, !Enumerable.Range(0, Engines.Count).Any(e => naive.Times[e].Count < program[(Engine)e].Count));
            for (var e = 0; e < Engines.Count; e++)
            {
                var engine = (Engine)e;
                Assert.Equal(naive.Times[e].Select(time => time.Start), result.Start(engine).ToArray());
                Assert.Equal(naive.Times[e].Select(time => time.End), result.End(engine).ToArray());
                for (var i = 0; i < naive.Times[e].Count; i++)
                {
                    if (naive.Times[e][i].Commit >= 0)
                    {
                        Assert.Equal(naive.Times[e][i].Commit, result.Commit(engine)[i]);
                    }
                }
            }
        });
    }

    [Fact]
    public void Running_again_with_reused_arrays_gives_the_same_times()
    {
        var simulator = new TimingSimulator();
        var reused = new TimingResult();
        PropertySeed.ForEach(50, random =>
        {
            var program = RandomStreams(random);
            var fresh = program.Simulate();
            var input = new TimingInput(program.Device);
            program.Queues.ForEach(input.AddQueue);
            for (var round = 0; round < 2; round++)
            {
                for (var e = 0; e < Engines.Count; e++)
                {
                    foreach (var instruction in program[(Engine)e])
                    {
                        Assert.Null(input.Add((Engine)e, instruction));
                    }
                }

                simulator.Run(input, reused);
                for (var e = 0; e < Engines.Count; e++)
                {
                    Assert.Equal(fresh.Commit((Engine)e).ToArray(), reused.Commit((Engine)e).ToArray());
                }

                Assert.Equal(fresh.Transfers.ToArray(), reused.Transfers.ToArray());
                Assert.Equal(fresh.DmaBusy(3), reused.DmaBusy(3));
                input.Clear();
                program.Queues.ForEach(input.AddQueue);
            }
        });
    }

    [Fact]
    public void Every_start_is_explained()
    {
        PropertySeed.ForEach(100, random =>
        {
            var program = RandomStreams(random);
            var result = program.Simulate();
            for (var e = 0; e < Engines.Count; e++)
            {
                var engine = (Engine)e;
                var handOff = program.Device.Picoseconds(engine, program.Device.SemaphoreCycles);
                for (var i = 0; i < result.Start(engine).Length; i++)
                {
                    var start = result.Start(engine)[i];
                    var binder = result.Binder(engine, i);
                    switch (result.Reason(engine)[i])
                    {
                        case StartReason.ProgramStart:
                            Assert.Equal(0, start);
                            break;
                        case StartReason.Predecessor or StartReason.Port:
                            Assert.Equal(result.End(binder!.Value.Engine)[binder.Value.Index], start);
                            break;
                        default:
                            Assert.Equal(result.Commit(binder!.Value.Engine)[binder.Value.Index] + handOff, start);
                            Assert.Equal(
                                program[binder.Value.Engine][binder.Value.Index].IsTransfer, result.Reason(engine)[i] == StartReason.Transfer);
                            break;
                    }
                }
            }
        });
    }

    [Fact]
    public void A_wait_that_nobody_fulfils_is_a_deadlock()
    {
        var program = new StreamBuilder(NeuronCoreV2.Device);
        program.Add(Engine.Vector, Opcode.Wait, [], default, 1, (0, 1));
        program.Add(Engine.Tensor, Opcode.Wait, [], default, 0, (1, 1));
        program.Add(Engine.Sync, Opcode.Wait, [], default, 4);
        var result = program.Simulate();
        Assert.False(result.IsComplete);
        Assert.Equal(
            [
                new BlockedInstruction(new InstructionLocation(Engine.Tensor, 0), new SemaphoreWait(1, 1), 0),
                new BlockedInstruction(new InstructionLocation(Engine.Vector, 0), new SemaphoreWait(0, 1), 0),
            ],
            result.Deadlock);
        Assert.Equal(1, result.Start(Engine.Sync).Length);
    }

    [Theory]
    [InlineData(1, false, false, 100 + 64 + 60)]
    [InlineData(64, false, false, 64 + 60)]
    [InlineData(300, false, false, 300 + 60)]
    [InlineData(300, true, false, 600 + 60)]
    [InlineData(1, false, true, 264)]
    [InlineData(300, false, true, 400)]
    [InlineData(300, true, true, 700)]
    public void Corrections_of_the_cost(int n, bool strided, bool dependent, long cycles)
    {
        var device = NeuronCoreV2.Device;
        var program = new StreamBuilder(device);
        if (dependent)
        {
            program.Add(Engine.Scalar, Opcode.Activation, [Sbuf(0, n, stride: strided ? 5 : 1), Sbuf(40960, n)]);
        }

        program.Add(Engine.Scalar, Opcode.Activation, [Sbuf(20480, n), Sbuf(0, n, stride: strided ? 5 : 1)]);
        var result = program.Simulate();
        var last = result.Start(Engine.Scalar).Length - 1;
        Assert.Equal(device.Picoseconds(Engine.Scalar, cycles), result.End(Engine.Scalar)[last] - result.Start(Engine.Scalar)[last]);
    }

    [Fact]
    public void A_function_of_another_set_loads_its_tables_first()
    {
        var device = NeuronCoreV2.Device;
        var program = new StreamBuilder(device);
        ActivationFunction[] functions =
        [
            ActivationFunction.Relu, ActivationFunction.Exp, ActivationFunction.Tanh, ActivationFunction.Copy, ActivationFunction.Silu,
            ActivationFunction.Gelu, ActivationFunction.Exp,
        ];
        foreach (var function in functions)
        {
            program.Add(Engine.Scalar, Opcode.Activation, [Sbuf(0, 700), Sbuf(4096, 700)], new InstructionAttributes { Function = function });
        }

        var result = program.Simulate();
        var busy = new List<long>();
        for (var i = 0; i < functions.Length; i++)
        {
            busy.Add(result.End(Engine.Scalar)[i] - result.Start(Engine.Scalar)[i]);
        }

        Assert.Equal([542_858, 1_800_000, 500_000, 500_000, 500_000, 1_800_000, 1_800_000], busy);
    }

    [Fact]
    public void Templates_give_the_times_of_whole_instructions()
    {
        PropertySeed.ForEach(50, random =>
        {
            var program = RandomStreams(random);
            var expected = program.Simulate();
            var input = new TimingInput(program.Device);
            program.Queues.ForEach(input.AddQueue);
            for (var e = 0; e < Engines.Count; e++)
            {
                foreach (var instruction in program[(Engine)e])
                {
                    if (instruction.IsTransfer)
                    {
                        Assert.True(TransferShape.TryCreate(instruction, out var shape));
                        input.AddTransfer((Engine)e, instruction.Attributes.Queue, shape, instruction.Waits, instruction.Increment);
                        continue;
                    }

                    var cost = program.Device.Costs.Evaluate((Engine)e, instruction, Opcode.None, out _)!.Value;
                    var boxes = new List<OperandBox>();
                    for (var i = 1; i < instruction.Operands.Length; i++)
                    {
                        if (instruction.Operands[i].IsOnChip)
                        {
                            boxes.Add(OperandBox.Of(instruction.Operands[i].OnChip));
                        }
                    }

                    var destination = instruction.Operands.IsEmpty ? default : OperandBox.Of(instruction.Operands[0].OnChip);
                    input.Add(
                        (Engine)e, cost, input.PortsOf((Engine)e, instruction), destination, boxes.ToArray(), instruction.Waits, instruction.Increment);
                }
            }

            Assert.Equal(expected.Makespan, new TimingSimulator().Run(input).Makespan);
        });
    }

    [Fact]
    public void A_port_per_bank_lets_other_banks_pass()
    {
        foreach (var (bank, together) in new[] { (0, false), (2048, true) })
        {
            var program = new StreamBuilder(NeuronCoreV2.DeviceV3);
            program.Add(Engine.Vector, Opcode.TensorCopy, [Sbuf(0, 512), Psum(0, 512)]);
            program.Add(Engine.Scalar, Opcode.Activation, [Sbuf(4096, 512), Psum(bank, 512)]);
            var result = program.Simulate();
            Assert.Equal(together ? 0 : result.End(Engine.Vector)[0], result.Start(Engine.Scalar)[0]);
            Assert.Equal(together ? StartReason.ProgramStart : StartReason.Port, result.Reason(Engine.Scalar)[0]);
        }
    }

    [Fact]
    public void The_performance_mode_of_v3_excludes_gpsimd_from_sbuf()
    {
        foreach (var (type, together) in new[] { (ElementType.F32, true), (ElementType.BF16, false) })
        {
            var program = new StreamBuilder(NeuronCoreV2.DeviceV3);
            program.Add(Engine.Vector, Opcode.TensorCopy, [Sbuf(0, 512, type: type), Sbuf(8192, 512, type: type)]);
            program.Add(Engine.GpSimd, Opcode.Memset, [Sbuf(16384, 512), Operand.Immediate(0f)]);
            var result = program.Simulate();
            Assert.Equal(together ? 0 : result.End(Engine.Vector)[0], result.Start(Engine.GpSimd)[0]);
        }
    }

    // Waits name increments that come earlier in a global order, so that the streams cannot deadlock.
    private static StreamBuilder RandomStreams(Random random, DeviceDescription? device = null, bool mayDeadlock = false)
    {
        var program = new StreamBuilder(device ?? NeuronCoreV2.Device);
        for (var q = 0; q < 6; q++)
        {
            var sequencer = (Engine)random.Next(5);
            var source = sequencer is Engine.Scalar or Engine.Sync && program.Device.Dma.HardwareIssuePicoseconds is not null && random.Next(2) == 0
                ? DescriptorSource.Hardware
                : (DescriptorSource)(random.Next(2) * 2);
            program.Queues.Add(new QueueDeclaration(q, sequencer, source, (ushort)(8 + q)));
        }

        var values = new long[256];
        var count = random.Next(5, 60);
        for (var i = 0; i < count; i++)
        {
            var engine = (Engine)random.Next(5);
            var waits = new List<(int, long)>();
            for (var w = random.Next(3); w > 0; w--)
            {
                var semaphore = random.Next(2) == 0 ? random.Next(5) : 8 + random.Next(6);
                if (values[semaphore] > 0 && semaphore != (int)engine)
                {
                    waits.Add((semaphore, random.NextInt64(1, values[semaphore] + (mayDeadlock ? 40 : 1))));
                }
            }

            var increment = random.Next(3) > 0 ? (int)engine : -1;
            var queue = program.Queues.Find(candidate => candidate.Sequencer == engine);
            if (queue is not null && random.Next(2) == 0)
            {
                var (first, partitions) = random.Next(3) switch { 0 => (0, 128), 1 => (32 * random.Next(4), random.Next(1, 33)), _ => (0, random.Next(65, 129)) };
                var n = random.Next(1, 2000);
                program.Add(
                    engine, Opcode.DmaCopy,
                    [Sbuf(0, n, partitions, first, stride: random.Next(1, 3)), Hbm(0, 0, (uint)partitions, 4 * n, (uint)n)],
                    new InstructionAttributes { Queue = (byte)queue.Number }, random.Next(4) > 0 ? queue.Semaphore : -1, [.. waits]);
                values[queue.Semaphore] += program[engine][^1].Increment is null ? 0 : 16;
                continue;
            }

            var (opcode, operands, attributes) = RandomWork(engine, random);
            program.Add(engine, opcode, operands, attributes, increment, [.. waits]);
            values[(int)engine] += increment >= 0 ? 1 : 0;
        }

        return program;
    }

    private static (Opcode Opcode, Operand[] Operands, InstructionAttributes Attributes) RandomWork(Engine engine, Random random)
    {
        var n = random.Next(1, 513);
        var type = random.Next(3) == 0 ? ElementType.BF16 : ElementType.F32;
        Operand Place(bool psum) =>
            psum ? Psum(2048 * random.Next(8), n) : Sbuf(4096 * random.Next(8), n, stride: random.Next(8) == 0 ? 5 : 1, type: type);
        switch (engine)
        {
            case Engine.Tensor:
                return (Opcode.NcMatmul, [Psum(2048 * random.Next(8), n), Sbuf(0, 128), Sbuf(4096, n)], default);
            case Engine.Vector when random.Next(2) == 0:
                return (Opcode.TensorTensor, [Place(false), Place(random.Next(2) == 0), Place(false)], default);
            case Engine.Vector:
                return (Opcode.TensorCopy, [Place(random.Next(2) == 0), Place(random.Next(2) == 0)], default);
            case Engine.Scalar:
                var attributes = new InstructionAttributes { Function = (ActivationFunction)random.Next(Mnemonics.FunctionCount) };
                return (Opcode.Activation, [Place(random.Next(2) == 0), Place(random.Next(2) == 0)], attributes);
            case Engine.GpSimd:
                return (Opcode.TensorCopy, [Place(false), Place(false)], default);
            default:
                return (Opcode.Wait, [], default);
        }
    }
}
