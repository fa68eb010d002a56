using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

/// <summary>Random programs over small memories: region 0 and 1 are scratch, so that everything in them is defined.</summary>
internal static class RandomPrograms
{
    /// <summary>A program of some instructions.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="instructions">How many.</param>
    /// <param name="missing">The chance that an instruction does not wait for the one before it.</param>
    public static TestProgramBuilder Make(Random random, int instructions, double missing)
    {
        var builder = new TestProgramBuilder();
        builder.AddRegion("a", RegionKind.Scratch, RandomInstructions.RegionBytes);
        builder.AddRegion("b", RegionKind.Scratch, RandomInstructions.RegionBytes);
        var generator = new RandomInstructions(random);
        var seen = new List<InstructionLocation>();
        if (missing == 0 || random.Next(2) == 0)
        {
            // Everything defined: two memsets over what the random operands can reach.
            var sbuf = new OnChipOperand(MemoryKind.Sbuf, 0, 128, 0, NNLang.Tensors.ElementType.F32, new OnChipOperand.Dimension(RandomInstructions.SbufBytes / 4, 1));
            seen.Add(builder.Add(Engine.GpSimd, new Instruction(Opcode.Memset, [sbuf, Operand.Immediate(0.75f)])));
            for (var bank = 0; bank < 8; bank++)
            {
                var psum = new OnChipOperand(MemoryKind.Psum, 0, 128, (uint)(bank * 2048), NNLang.Tensors.ElementType.F32, new OnChipOperand.Dimension(512, 1));
                seen.Add(builder.Add(Engine.Vector, new Instruction(Opcode.Memset, [psum, Operand.Immediate(bank - 2f)])));
            }
        }

        for (var i = 0; i < instructions; i++)
        {
            var (instruction, engine) = NextLegal(generator, random, builder);

            // Waiting for the last of each writer orders everything.
            var last = seen.GroupBy(location => builder.WaitFor(location).Semaphore).Select(group => group.Last()).ToArray();
            seen.Add(builder.Add(engine, instruction, random.NextDouble() < missing ? last.Where(_ => random.Next(2) == 0).ToArray() : last));
        }

        return builder;
    }

    private static (Instruction Instruction, Engine Engine) NextLegal(RandomInstructions generator, Random random, TestProgramBuilder builder)
    {
        while (true)
        {
            var (instruction, engine) = generator.Next();
            engine = instruction.IsTransfer ? (Engine)random.Next(5) : engine;
            if (Legality.Check(NNLang.Testing.NeuronCoreV2.Device, engine, instruction, builder.Regions) is null)
            {
                return (instruction, engine);
            }
        }
    }

    public static NaiveMachine Naive() => new(
        RandomInstructions.SbufBytes, RandomInstructions.PsumBytes, [new byte[RandomInstructions.RegionBytes], new byte[RandomInstructions.RegionBytes]]);
}
