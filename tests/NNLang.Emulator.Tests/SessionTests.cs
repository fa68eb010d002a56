using NNLang.Emulator.Sessions;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

/// <summary>Run control on the tiny dense layer.</summary>
public sealed class SessionTests
{
    private static readonly InstructionLocation Load = new(Engine.Sync, 1);
    private static readonly InstructionLocation Product = new(Engine.Tensor, 0);
    private static readonly InstructionLocation Relu = new(Engine.Scalar, 0);
    private static readonly InstructionLocation Store = new(Engine.Scalar, 1);

    private static void With(Action<EmulatorSession> act)
    {
        var tiny = new Case(File.ReadAllText(Repository.PathOf("tests/NNLang.Emulator.Tests/Cases/tiny.asm")));
        var program = tiny.Load();
        using var emulator = new Emulator(program, tiny.Weights(program));
        using var session = emulator.Start(tiny.Inputs).Value;
        act(session);
    }

    private static float Psum(EmulatorSession session, out bool initialised)
    {
        var bytes = new byte[4];
        var known = new bool[4];
        session.ReadOnChip(MemoryKind.Psum, 1, 0, bytes, known);
        Assert.All(known, value => Assert.Equal(known[0], value));
        initialised = known[0];
        return BitConverter.ToSingle(bytes);
    }

    [Fact]
    public void ResultsAppearAtTheCommitAndNotBefore() => With(session =>
    {
        Assert.True(session.RunToStart(Product));
        Assert.Equal(session.Program.Timing.Start(Engine.Tensor)[0], session.NextEvent!.Value.Time);
        session.Step();
        Assert.Equal([Product], session.InFlight(Engine.Tensor));
        Assert.Equal(0, Psum(session, out var initialised));
        Assert.False(initialised);
        Assert.Equal(0, session.Semaphore(0));
        Assert.True(session.RunToCommit(Product));
        Assert.Equal(session.Program.Timing.Commit(Engine.Tensor)[0], session.Time);
        Assert.Equal(3, Psum(session, out initialised));
        Assert.True(initialised);
        Assert.Equal(1, session.Semaphore(0));
        Assert.Empty(session.InFlight(Engine.Tensor));
    });

    [Fact]
    public void InstructionsAreSteppedInTheOrderOfTheirStarts() => With(session =>
    {
        Assert.Equal(new(Engine.Sync, 0), session.NextEvent!.Value.Instruction);
        var seen = new List<InstructionLocation>();
        while (session.StepInstruction() is { } next)
        {
            seen.Add(next);
            Assert.Equal(next.Index, session.NextInstruction(next.Engine));
        }

        Assert.Equal([Load, new(Engine.Sync, 2), Product, Relu, Store], seen);
        Assert.True(session.IsFinished);
        Assert.Equal(session.Program.Timing.Makespan, session.Time);
    });

    [Fact]
    public void OneEngineCanBeStepped() => With(session =>
    {
        Assert.Equal(Relu, session.StepInstruction(Engine.Scalar));
        Assert.Equal(Store, session.StepInstruction(Engine.Scalar));
        Assert.Null(session.StepInstruction(Engine.Scalar));
    });

    [Fact]
    public void TransfersInFlightAreShown() => With(session =>
    {
        session.RunToStart(Load);
        session.Step();
        Assert.Equal([(new(Engine.Sync, 0), 0, false), (Load, 0, false)], session.Transfers());
        session.RunUntil(item => item.Kind == SessionEventKind.Read && item.Instruction == Load);
        session.Step();
        Assert.Equal((Load, 0, true), session.Transfers()[1]);
        Assert.True(session.RunToCommit(Load));
        Assert.Equal(32, session.Semaphore(8));
        Assert.DoesNotContain(session.Transfers(), item => item.Trigger == Load);
    });

    [Fact]
    public void StepBackIsASnapshotAndARerun() => With(session =>
    {
        var start = session.TakeSnapshot();
        session.RunToCommit(Relu);
        var (position, hash) = (session.Position, session.StateHash());
        session.RunToEnd();
        var output = session.Outputs()[0].AsFloats().ToArray();
        session.Restore(start);
        Assert.Equal(0, session.Time);
        while (session.Position < position)
        {
            session.Step();
        }

        Assert.Equal(hash, session.StateHash());
        session.RunToEnd();
        Assert.Equal(output, session.Outputs()[0].AsFloats().ToArray());
        Assert.False(session.RunToCommit(Relu));
    });

    [Fact]
    public void RegionsShowWhatWasWritten() => With(session =>
    {
        var bytes = new byte[32];
        var known = new bool[32];
        session.ReadRegion(3, 0, bytes, known);
        Assert.All(known, Assert.False);
        session.RunToEnd();
        session.ReadRegion(3, 0, bytes, known);
        Assert.All(known, Assert.True);
        Assert.Equal(session.Outputs()[0].Bytes.ToArray(), bytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.ReadRegion(3, 8, new byte[32], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.ReadOnChip(MemoryKind.Sbuf, 128, 0, new byte[1], default));
    });
}
