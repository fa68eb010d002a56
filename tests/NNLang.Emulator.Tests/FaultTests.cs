using NNLang.Machine.Faults;
using NNLang.Machine.Programs;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

/// <summary>Each device fault on the tiny dense layer: what it changes, computed by hand, and that it changes no time.</summary>
public sealed class FaultTests
{
    private static readonly float[] Sound = Values([]);

    private static Case Tiny(string? replace = null, string? by = null)
    {
        var text = File.ReadAllText(Repository.PathOf("tests/NNLang.Emulator.Tests/Cases/tiny.asm"));
        return new Case(replace is null ? text : text.Replace(replace, by, StringComparison.Ordinal));
    }

    private static float[] Values(FaultDescription[] faults, Case? on = null)
    {
        var tiny = on ?? Tiny();
        var sound = tiny.Run(new EmulatorOptions());
        var result = tiny.Run(new EmulatorOptions { Faults = [.. faults], Threads = 2 });
        Assert.Equal(sound.Timing.Makespan, result.Timing.Makespan);
        Assert.All(faults, fault => Assert.Empty(FaultKinds.Validate(fault, NeuronCoreV2.Device)));

        // A session gives the same: the fault does not depend on how the program is run.
        var loaded = tiny.Load();
        using var emulator = new Emulator(loaded, tiny.Weights(loaded), new EmulatorOptions { Faults = [.. faults] });
        using var session = emulator.Start(tiny.Inputs).Value;
        session.RunToEnd();
        Assert.Equal(session.Outputs()[0].Bytes.ToArray(), result.Outputs[0].Bytes.ToArray());
        return result.Outputs[0].AsFloats().ToArray();
    }

    private static FaultDescription Fault(string kind, params (string Name, object Value)[] fields) =>
        new(kind, kind, [.. fields.Select(field => new FaultField(field.Name, field.Value))]);

    [Fact]
    public void StuckLaneOfScalarEngineChangesOneOutputColumn()
    {
        var values = Values([Fault("stuck_bit", ("engine", "scalar"), ("lane", 1L), ("bit", 31L))]);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(i % 4 == 1 ? -Math.Abs(Sound[i]) : Sound[i], values[i]);
        }
    }

    [Fact]
    public void StuckArrayRowChangesTheMovingOperand()
    {
        // Array row 2 reads x[.., 2]: bit 31 stuck at 1 makes 3 into -3; -6 has it already.
        var values = Values([Fault("stuck_bit", ("engine", "tensor"), ("lane", 2L), ("bit", 31L))]);
        float[] w2 = [-1, 0.5f, 0, 1], b = [0, 1, -1, 0.25f], rest = [1, 1.5f, 0, -1];
        for (var m = 0; m < 4; m++)
        {
            Assert.Equal(Math.Max(0, b[m] + rest[m] + (-3 * w2[m])), values[m]);
            Assert.Equal(Sound[4 + m], values[4 + m]);
        }
    }

    [Fact]
    public void StuckArrayColumnChangesTheSum()
    {
        // Column 0: sums are -2 and 2; bit 31 stuck at 0 makes them 2 and 2.
        var values = Values([Fault("stuck_bit", ("engine", "tensor"), ("column", 0L), ("bit", 31L), ("value", 0L))]);
        Assert.Equal([2f, 2f], new[] { values[0], values[4] });
        Assert.Equal(Sound.Where((_, i) => i % 4 != 0), values.Where((_, i) => i % 4 != 0));
    }

    [Fact]
    public void LostAccumulateOverwritesPsum()
    {
        const string matmul = "  nc_matmul psum[0+4]@0 f32 {2:1}, sbuf[0+3]@8 f32 {4:1}, sbuf[0+3]@0 f32 {2:1} ; wait 8>=32 ; inc 0\n";
        var twice = Tiny(matmul, matmul.Replace(" ; inc 0", "", StringComparison.Ordinal) + matmul.Replace(" ; wait", ", acc ; wait", StringComparison.Ordinal));
        var doubled = Values([], twice);
        Assert.NotEqual(Sound, doubled);
        Assert.Equal(Sound, Values([Fault("lost_accumulate", ("bank", 0L))], twice));
        Assert.Equal(doubled, Values([Fault("lost_accumulate", ("bank", 1L))], twice));
        Assert.Equal(doubled, Values([Fault("lost_accumulate", ("every", 2L))], twice));
    }

    [Fact]
    public void DroppedRowsAreNotWritten()
    {
        // The store has 8 rows of one element: partition m, then token; every third is missing: (0, 2), (2, 1), so 2 and 5.
        var values = Values([Fault("dropped_row", ("queue", 1L), ("every", 3L))]);
        int[] dropped = [1, 6];
        for (var i = 0; i < 8; i++)
        {
            var row = ((i % 4) * 2) + (i / 4);
            Assert.Equal((row + 1) % 3 == 0 ? 0 : Sound[i], values[i]);
        }

        Assert.Contains(dropped, i => Sound[i] != 0);
    }

    [Fact]
    public void MisplacedRowsWrapInTheirRegion()
    {
        var values = Values([Fault("misplaced_row", ("queue", 1L), ("offset", 8L))]);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Sound[i], values[(i + 2) % 8]);
        }
    }

    [Fact]
    public void FlippedBitIsSeenByWhatStartsLater()
    {
        // Byte 27 of sbuf is the top byte of the bias; bit 7 its sign. Early it is overwritten by the load, late it counts.
        var late = Values([Fault("flipped_bit", ("memory", "sbuf"), ("partition", 1L), ("byte", 27L), ("bit", 7L), ("at", 1_600_000L))]);
        Assert.Equal(Math.Max(0, 3f - 1f), late[1]);
        var early = Values([Fault("flipped_bit", ("memory", "sbuf"), ("partition", 1L), ("byte", 27L), ("bit", 7L), ("at", 0L))]);
        Assert.Equal(Sound, early);
    }

    [Fact]
    public void FlippedBitOfAWeightStaysInItsRun()
    {
        var tiny = Tiny();
        var loaded = tiny.Load();
        var weights = tiny.Weights(loaded);
        var fault = Fault("flipped_bit", ("memory", "hbm"), ("byte", 64L + 3), ("bit", 7L));
        using var faulty = new Emulator(loaded, weights, new EmulatorOptions { Faults = [fault] });
        using var sound = new Emulator(loaded, weights);
        Assert.NotEqual(Sound, faulty.Run(tiny.Inputs).Value.Outputs[0].AsFloats().ToArray());
        Assert.Equal(Sound, sound.Run(tiny.Inputs).Value.Outputs[0].AsFloats().ToArray());
    }

    [Fact]
    public void WrongTableStrikesItsSegmentOnly()
    {
        var exp = Tiny("relu", "exp");
        var sound = Values([], exp);
        var changed = Enumerable.Range(0, 32).Select(segment => Values([Fault("wrong_table", ("engine", "scalar"), ("function", "exp"), ("segment", (long)segment))], exp))
            .SelectMany(values => values.Select((value, i) => (value, i)).Where(item => item.value != sound[item.i])).ToArray();

        // Each element is in exactly one of the 32 segments.
        Assert.Equal(Enumerable.Range(0, 8), changed.Select(item => item.i).Order());
    }

    [Fact]
    public void LayersAndProbabilityNarrow()
    {
        var tiny = Tiny();
        var debug = new DebugSection
        {
            Operations = [new DebugOperation(0, "dense", "net/fc", "a.nn", 1, 1, 1, 0), new DebugOperation(1, "relu", "net/relu", "a.nn", 2, 1, 1, 0)],
            Runs = [[new(1, 0)], [], [new(2, 1)], [], [new(3, 0)]],
        };
        var mapped = tiny.With(debug);
        FaultDescription Stuck(params (string, object)[] more) =>
            Fault("stuck_bit", [("engine", "scalar"), ("lane", 1L), ("bit", 31L), .. more]);
        Assert.NotEqual(Sound, Values([Stuck(("layer", "net/relu"))], mapped));
        Assert.NotEqual(Sound, Values([Stuck(("layer", "net"))], mapped));
        Assert.Equal(Sound, Values([Stuck(("layer", "net/fc"))], mapped));
        Assert.Equal(Sound, Values([Stuck(("layer", "ne"))], mapped));
        Assert.Equal(Sound, Values([Stuck(("probability", 0.0))], mapped));
        Assert.Equal(Sound, Values([Stuck(("every", 2L))], mapped));

        // Over many seeds a probability is a frequency.
        var struck = Enumerable.Range(0, 200).Count(seed => !Values([Stuck(("probability", 0.25), ("seed", (long)seed))]).SequenceEqual(Sound));
        Assert.InRange(struck, 25, 80);
    }
}
