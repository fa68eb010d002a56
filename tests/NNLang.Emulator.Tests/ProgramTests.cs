using NNLang.Emulator.Loading;
using NNLang.Emulator.Races;
using NNLang.Emulator.Sessions;
using NNLang.Emulator.Weights;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

public sealed unsafe class ProgramTests
{
    [Fact]
    public void OrderedProgramsGiveWhatThePlainReadingGivesWithAnyNumberOfThreads() => PropertySeed.ForEach(20, random =>
    {
        var builder = RandomPrograms.Make(random, 12, missing: 0);
        var program = LoadedProgram.Load(builder.Build(), NeuronCoreV2.Device).Value;
        var naive = RandomPrograms.Naive();
        foreach (var location in builder.Order)
        {
            naive.Execute(program[location], location.Engine);
        }

        var weights = WeightImage.Evaluate(program, WeightDictionary.Empty).Value;
        foreach (var threads in (int[])[1, 2, 3])
        {
            using var emulator = new Emulator(program, weights, new EmulatorOptions { Threads = threads });
            Assert.Empty(emulator.Hazards);
            for (var run = 0; run < 2; run++)
            {
                Assert.True(emulator.Run([]).Succeeded);
                Memories.AssertEqual(naive, emulator.Memory!, $"{threads} threads, run {run}");
            }
        }

        using var session = new Emulator(program, weights).Start([]).Value;
        session.RunToEnd();
        Memories.AssertEqual(naive, session.Memory, "event by event");
    });

    [Fact]
    public void RestoredSessionsRepeatTheirFutureExactly() => PropertySeed.ForEach(6, random =>
    {
        var builder = RandomPrograms.Make(random, 15, random.Next(2) * 0.5);
        var program = LoadedProgram.Load(builder.Build(), NeuronCoreV2.Device).Value;
        using var emulator = new Emulator(program, WeightImage.Evaluate(program, WeightDictionary.Empty).Value);
        using var session = emulator.Start([]).Value;
        var hashes = new List<UInt128> { session.StateHash() };
        var snapshots = new List<SessionSnapshot>();
        while (!session.IsFinished)
        {
            if (random.Next(4) == 0)
            {
                snapshots.Add(session.TakeSnapshot());
            }

            session.Step();
            hashes.Add(session.StateHash());
        }

        while (snapshots.Count > 0)
        {
            // Later ones are gone after going back to an earlier one.
            var chosen = random.Next(snapshots.Count);
            session.Restore(snapshots[chosen]);
            Assert.All(snapshots.Skip(chosen + 1), later => Assert.False(session.CanRestore(later)));
            snapshots.RemoveRange(chosen + 1, snapshots.Count - chosen - 1);
            Assert.Equal(hashes[session.Position], session.StateHash());
            var steps = random.Next(0, 60);
            for (var i = 0; i < steps && session.Step(); i++)
            {
                Assert.Equal(hashes[session.Position], session.StateHash());
            }

            if (random.Next(3) == 0)
            {
                snapshots.RemoveAt(snapshots.Count - 1);
            }
        }

        session.RunToEnd();
        Assert.Equal(hashes[^1], session.StateHash());
    });

    [Fact]
    public void DroppedSnapshotsAreRefused()
    {
        var builder = RandomPrograms.Make(new Random(3), 10, 0);
        var program = LoadedProgram.Load(builder.Build(), NeuronCoreV2.Device).Value;
        using var emulator = new Emulator(program, WeightImage.Evaluate(program, WeightDictionary.Empty).Value);
        using var session = emulator.Start([]).Value;
        var first = session.TakeSnapshot();
        session.RunToTime(1_000_000_000);
        var second = session.TakeSnapshot();
        Assert.True(session.SnapshotBytes > 0);
        session.TrimSnapshots(0);
        Assert.False(session.CanRestore(first));
        Assert.True(session.CanRestore(second));
        Assert.Throws<InvalidOperationException>(() => session.Restore(first));
    }

    [Fact]
    public void RacesAreFoundExactlyWhereThereAreSome() => PropertySeed.ForEach(60, random =>
    {
        var builder = RandomPrograms.Make(random, random.Next(3, 14), 0.6);
        var program = LoadedProgram.Load(builder.Build(), NeuronCoreV2.Device).Value;
        var races = RaceOracle.Races(program, builder.Order);
        var found = Emulator.CheckTiming(program);
        foreach (var hazard in found)
        {
            Assert.Equal(HazardKind.Race, hazard.Kind);
            Assert.True(
                races.Contains((hazard.Instruction, hazard.Other!.Value)) || races.Contains((hazard.Other!.Value, hazard.Instruction)),
                $"{hazard} is no race");
        }

        Assert.True(found.IsEmpty == (races.Count == 0), $"{races.Count} races, {found.Length} found; first {races.FirstOrDefault()}");
        if (found.IsEmpty)
        {
            // Without a race every order gives the same: that of the text, and three threads in the order of starts.
            var naive = RandomPrograms.Naive();
            foreach (var location in builder.Order)
            {
                naive.Execute(program[location], location.Engine);
            }

            using var emulator = new Emulator(program, WeightImage.Evaluate(program, WeightDictionary.Empty).Value, new EmulatorOptions { Threads = 3 });
            Assert.True(emulator.Run([]).Succeeded);
            Memories.AssertEqual(naive, emulator.Memory!, "without a race");
            using var session = emulator.Start([]).Value;
            session.RunToEnd();
            Memories.AssertEqual(naive, session.Memory, "without a race, event by event");
        }
    });

    [Fact]
    public void ReadsOfWhatNothingWroteAreFoundExactly() => PropertySeed.ForEach(30, random =>
    {
        var builder = RandomPrograms.Make(random, random.Next(3, 12), random.Next(2) * 1e-9);
        var program = LoadedProgram.Load(builder.Build(), NeuronCoreV2.Device).Value;
        var expected = RaceOracle.UninitialisedReaders(program, builder.Order);
        var found = Emulator.Check(program, CheckOptions.All);
        Assert.All(found, hazard => Assert.Equal(HazardKind.UninitialisedRead, hazard.Kind));
        Assert.Equal(expected.OrderBy(Key), found.Select(hazard => hazard.Instruction).Distinct().OrderBy(Key));

        static (Engine, int) Key(InstructionLocation location) => (location.Engine, location.Index);
    });
}
