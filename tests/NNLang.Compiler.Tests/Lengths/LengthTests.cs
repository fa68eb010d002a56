using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lengths;
using NNLang.Compiler.Tests.Emit;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Faults;
using NNLang.Machine.Programs;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Lengths;

public sealed class LengthTests
{
    [Fact]
    public void Every_length_is_legal_keeps_the_full_plans_places_and_stores_its_cut() => PropertySeed.ForEach(3, random =>
    {
        var full = Compile(RandomNetworks.Make(random, random.Next(3, 10)));
        for (var groups = 1; groups <= full.Fused!.Groups.Length; groups++)
        {
            var length = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups);
            Assert.Empty(ProgramChecker.Check(length.Program, full.Device));
            Assert.NotEmpty(length.CutTensors);
            Assert.All(length.CutTensors, cut =>
            {
                Assert.Equal(cut.Name, length.Program.Outputs[cut.Index].Name);
                Assert.Equal(full.Network.Layers[cut.Layer].Operation.ResultTypes[cut.Result].KnownShape, length.Program.Outputs[cut.Index].Shape);
            });
            AssertSamePlaces(full, length);
        }
    });

    [Fact]
    public void A_length_can_start_from_reference_tensors() => PropertySeed.ForEach(3, random =>
    {
        var full = Compile(RandomNetworks.Make(random, random.Next(4, 10)));
        var groups = full.Fused!.Groups.Length;
        var start = random.Next(1, groups);
        var length = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups, new LengthOptions { FromReference = start });
        Assert.Empty(ProgramChecker.Check(length.Program, full.Device));
        Assert.All(length.FedTensors, fed =>
        {
            Assert.True(fed.Group < start);
            Assert.Equal(fed.Name, length.Program.Inputs[fed.Index].Name);
        });
        AssertSamePlaces(full, length);
    });

    [Fact]
    public void An_instrumented_length_writes_the_tensors_of_its_operations_out_and_counts_what_it_added() => PropertySeed.ForEach(3, random =>
    {
        var full = Compile(RandomNetworks.Make(random, random.Next(3, 8)));
        var groups = full.Fused!.Groups.Length;
        var plain = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups);
        var operations = Enumerable.Range(0, full.Plan!.OperationCount).Where(_ => random.Next(3) == 0).ToArray();
        var length = Compiler.CompilationPipeline.Compiler.CompileLength(full, groups, new LengthOptions { Instrument = [.. operations] });
        Assert.Empty(ProgramChecker.Check(length.Program, full.Device));
        Assert.Equal(plain.Program.InstructionCount + length.AddedInstructions, length.Program.InstructionCount);
        var computing = operations.Count(o => full.Plan.ChoiceOf(o).Instructions.Any(t => t.Instruction.Operands[0].IsOnChip));
        Assert.True(length.Instrumented.Select(i => i.Operation).Distinct().Count() >= computing * 9 / 10);
        Assert.All(length.Instrumented, tensor =>
        {
            var output = length.Program.Outputs[tensor.Output];
            Assert.Equal([tensor.Partitions, tensor.Elements], output.Shape.Dimensions.AsSpan().ToArray());
            Assert.Contains(tensor.Operation, operations);
        });
        AssertSamePlaces(full, length);
    });

    [Fact]
    public void A_missing_wait_is_missing_in_the_program_and_in_its_lengths()
    {
        var races = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            var network = RandomNetworks.Make(new Random(seed), 6);
            var healthy = Compile(network);
            var fault = new FaultDescription("missing_wait", "missing_wait", [new FaultField("seed", (long)seed)]);
            var faulty = Compiler.CompilationPipeline.Compiler.Compile(
                network.Build(), NeuronCoreV2.Device, new CompileOptions { Faults = [fault] });
            Assert.Equal(Waits(healthy.Program) - 1, Waits(faulty.Program));
            var length = Compiler.CompilationPipeline.Compiler.CompileLength(faulty, faulty.Fused!.Groups.Length);
            var sound = Compiler.CompilationPipeline.Compiler.CompileLength(healthy, healthy.Fused!.Groups.Length);
            Assert.Equal(Waits(sound.Program) - 1, Waits(length.Program));
            races += ProgramChecker.Check(faulty.Program, faulty.Device).Count > 0 ? 1 : 0;
        }

        Assert.Equal(12, races);
    }

    [Fact]
    public void Every_listed_missing_wait_takes_one_wait_of_its_layer_away()
    {
        var network = RandomNetworks.Make(new Random(3), 5);
        var healthy = Compile(network);
        var faults = Compiler.Faults.CompilerFaults.MissingWaits(healthy.Plan!);
        Assert.NotEmpty(faults);
        foreach (var fault in faults)
        {
            var faulty = Compiler.CompilationPipeline.Compiler.Compile(
                network.Build(), NeuronCoreV2.Device, new CompileOptions { Faults = [fault] });
            Assert.Equal(Waits(healthy.Program) - 1, Waits(faulty.Program));
        }
    }

    private static int Waits(MachineProgram program) =>
        program.Streams.Sum(stream => stream.Decode().Sum(instruction => instruction.Waits.Length));

    private static CompiledNetwork Compile(RandomNetworks network)
    {
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(network.Build(), NeuronCoreV2.Device);
        Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
        return compiled;
    }

    private static void AssertSamePlaces(CompiledNetwork full, CompiledLength length)
    {
        var fullCode = full.Program.Streams.Select(s => s.Decode()).ToArray();
        var code = length.Program.Streams.Select(s => s.Decode()).ToArray();
        for (var i = 0; i < length.Plan.OperationCount; i++)
        {
            if (length.OperationOf(i) is not (>= 0 and var original))
            {
                continue;
            }

            var (here, there) = (length.Plan.CodeOf(i), full.Plan!.CodeOf(original));
            Assert.Equal(there.Engine, here.Engine);
            Assert.Equal(there.Count, here.Count);
            for (var k = 0; k < here.Count; k++)
            {
                var mine = code[(int)here.Engine][here.First + k];
                var theirs = fullCode[(int)there.Engine][there.First + k];
                Assert.Equal(theirs.Opcode, mine.Opcode);
                for (var o = 0; o < mine.Operands.Length; o++)
                {
                    if (mine.Operands[o].IsOnChip)
                    {
                        Assert.Equal(theirs.Operands[o], mine.Operands[o]);
                    }
                }
            }
        }
    }
}
