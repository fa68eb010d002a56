using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Testing;

namespace NNLang.Debugging.Tests;

/// <summary>Steps forward and back, and that a place has one state however it was reached.</summary>
public sealed class StepTests
{
    [Fact]
    public void Any_walk_reaches_the_states_of_the_walk_straight_ahead()
    {
        using var sessions = Sessions.Residual();
        using var straight = sessions.Fresh();
        PropertySeed.ForEach(3, random =>
        {
            var session = sessions.Session;
            var seen = new Dictionary<int, UInt128>();
            for (var step = 0; step < 12; step++)
            {
                session.MoveTo(random.Next(sessions.Program.Timeline.Count + 1));
                seen[session.Position] = session.StateHash();
            }

            straight.MoveTo(0);
            foreach (var (position, hash) in seen.OrderBy(pair => pair.Key))
            {
                straight.MoveTo(position);
                Assert.Equal(hash, straight.StateHash());
            }
        });
    }

    [Fact]
    public void Steps_of_every_kind_forward_and_back_keep_the_state_of_each_position()
    {
        using var sessions = Sessions.Residual("stuck_bit(engine: tensor, column: 7, bit: 21, value: 0)");
        var session = sessions.Session;
        session.Filters = StopFilters.None;
        var known = new Dictionary<int, UInt128>();
        PropertySeed.ForEach(2, random =>
        {
            for (var step = 0; step < 60; step++)
            {
                var unit = (StepUnit)random.Next(3);
                var engine = (Engine)random.Next(Engines.Count);
                if (random.Next(2) == 0)
                {
                    session.Step(unit, engine, CancellationToken.None);
                }
                else
                {
                    session.StepBack(unit, engine);
                }

                var hash = session.StateHash();
                Assert.Equal(known.TryGetValue(session.Position, out var before) ? before : hash, hash);
                known[session.Position] = hash;
            }
        });
        Assert.True(known.Count > 10);
    }

    [Fact]
    public void A_step_back_undoes_a_step()
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        session.Step(StepUnit.Layer, Engine.Tensor, CancellationToken.None);
        foreach (var unit in Enum.GetValues<StepUnit>())
        {
            session.Step(unit, Engine.Tensor, CancellationToken.None);
            var (position, hash) = (session.Position, session.StateHash());
            session.Step(unit, Engine.Tensor, CancellationToken.None);
            Assert.True(session.Position > position);
            session.StepBack(unit, Engine.Tensor);
            Assert.Equal((position, hash), (session.Position, session.StateHash()));
        }
    }

    [Fact]
    public void Layers_are_met_each_once_and_computed_when_they_are_left()
    {
        using var sessions = Sessions.Residual();
        var session = sessions.Session;
        var met = new List<int>();
        while (session.Step(StepUnit.Layer, Engine.Tensor, CancellationToken.None).Reason == StopReason.Step
            && session.Position < sessions.Program.Timeline.Count)
        {
            met.Add(session.Group);
            foreach (var operand in sessions.Layers.Fused.Groups[session.Group].Operands.Where(o => o.Kind == Compiler.Fuse.FusedLinkKind.Group))
            {
                Assert.Contains(session.Group - operand.Distance, met);
            }
        }

        Assert.Equal(Enumerable.Range(0, sessions.Layers.Fused.Groups.Length), met.Order());
        Assert.True(session.Inspector.TensorOf(met[^1])!.Difference!.IsEqual);
        Assert.Equal(StopReason.End, session.Step(StepUnit.Layer, Engine.Tensor, CancellationToken.None).Reason);
    }
}
