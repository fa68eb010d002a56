using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Emit;

public sealed class IncrementalTests
{
    [Fact]
    public void After_any_edits_incremental_equals_full_byte_for_byte() => PropertySeed.ForEach(4, random =>
    {
        var cache = new CompilerCache { RecomputesHits = true };
        var history = new List<RandomNetworks> { RandomNetworks.Make(random, random.Next(6, 16)) };
        for (var edit = 0; edit < 8; edit++)
        {
            // Now and then the author takes edits back.
            var next = history[random.Next(5) == 0 ? random.Next(history.Count) : history.Count - 1].Clone();
            next.Edit(random);
            history.Add(next);
            AssertSame(next.Build(), cache);
        }
    });

    [Fact]
    public void Edits_of_a_large_network_redo_a_few_jobs_and_equal_a_fresh_compilation()
    {
        var random = new Random(PropertySeed.Base);
        var cache = new CompilerCache { RecomputesHits = true };
        AssertSame(Chain(-1, 0), cache);
        for (var edit = 0; edit < 3; edit++)
        {
            var jobs = cache.OrderJobsScheduled;
            var lowered = cache.GroupsLowered;
            var (network, fresh) = (Chain(random.Next(100, 900), edit), new CompilerCache());
            AssertSame(network, cache);
            Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, null, fresh);
            Assert.InRange(cache.OrderJobsScheduled - jobs, 1, (fresh.OrderJobsScheduled + fresh.OrderJobsReused) / 2);
            Assert.InRange(cache.GroupsLowered - lowered, 0, 8);
        }
    }

    [Fact]
    public void An_edit_taken_back_finds_its_plan_again() => PropertySeed.ForEach(4, random =>
    {
        var cache = new CompilerCache();
        var before = RandomNetworks.Make(random, random.Next(3, 12));
        var after = before.Clone();
        after.Edit(random);
        AssertSame(before.Build(), cache);
        AssertSame(after.Build(), cache);
        var (jobs, plans) = (cache.OrderJobsScheduled, cache.PlansReused);
        AssertSame(before.Build(), cache);
        Assert.Equal(jobs, cache.OrderJobsScheduled);
        Assert.Equal(plans + 1, cache.PlansReused);
    });

    private static void AssertSame(Network network, CompilerCache cache)
    {
        var incremental = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, null, cache);
        var full = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        Assert.Equal(full.Problems, incremental.Problems);
        Assert.True(full.Succeeded, string.Join("; ", full.Problems));
        for (var e = 0; e < Engines.Count; e++)
        {
            Assert.True(full.Program.Streams[e].Code.Span.SequenceEqual(incremental.Program.Streams[e].Code.Span), $"stream {e} differs");
        }

        Assert.Equal(full.Program.Regions, incremental.Program.Regions);
        Assert.Equal(full.Schedule.Operations, incremental.Schedule.Operations);
        Assert.Equal(full.Schedule.Bound, incremental.Schedule.Bound);
        Assert.Equal(full.SourceOrderPlan?.Makespan, incremental.SourceOrderPlan?.Makespan);
    }

    private static Network Chain(int edited, int how)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 32, 10, 10);
        long[] filters = [32, 48, 64];
        for (var i = 0; i < 1100; i++)
        {
            x = builder.Conv(x, i == edited ? 40 : filters[i % 3], i % 2 == 0 ? 1 : 3, pad: i % 2 == 0 ? 0 : 1);
            if (i == edited && how == 1)
            {
                x = builder.Relu(builder.Conv(x, 24));
            }
        }

        return builder.Build(x);
    }
}
