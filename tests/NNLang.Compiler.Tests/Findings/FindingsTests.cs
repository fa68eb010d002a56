using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Findings;
using NNLang.Compiler.Tests.Emit;
using NNLang.Compiler.Tests.Networks;
using NNLang.Machine.Instructions;
using NNLang.Operators.Model;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Findings;

public sealed class FindingsTests
{
    [Fact]
    public void An_engine_that_idles_while_a_later_line_has_work_for_it_is_found_and_the_move_really_helps()
    {
        var compiled = Compile(Aba(rightFirst: false));
        var finding = FindingsAnalyzer.Find(compiled).First(f => f.Remedy is Remedy.Move);
        Assert.Equal(("NN6001", FindingSchedule.SourceOrder, Engine.Tensor), (finding.Code, finding.Schedule, finding.Engine));
        Assert.Equal(FindingKind.Hint, finding.Kind);
        Assert.Contains("The tensor engine idles", finding.Message, StringComparison.Ordinal);
        Assert.StartsWith("Move '", finding.Help, StringComparison.Ordinal);

        var moved = Compile(Apply(compiled.Network, (Remedy.Move)finding.Remedy));
        Assert.Equal(finding.Saving, compiled.SourceOrderPlan!.Makespan - moved.SourceOrderPlan!.Makespan);
        Assert.True(finding.Saving >= compiled.SourceOrderPlan.Makespan / 100);
        Assert.DoesNotContain(
            FindingsAnalyzer.Find(moved), f => f.Remedy is Remedy.Move move && NameOf(moved, move.Layer) == NameOf(compiled, ((Remedy.Move)finding.Remedy).Layer)
                && f.Saving >= finding.Saving);
    }

    [Fact]
    public void A_pattern_without_a_saving_is_no_finding()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 28, 28);
        for (var i = 0; i < 6; i++)
        {
            x = builder.Relu(builder.Conv(x, 64, 3, pad: 1));
        }

        Assert.Empty(FindingsAnalyzer.Find(Compile(builder.Build(x))));
    }

    [Fact]
    public void An_annotation_that_holds_the_default_order_back_is_a_warning_whose_remedy_lifts_it()
    {
        var network = Aba(rightFirst: false);
        var mix = IndexOf(network, "mix");
        var right = IndexOf(network, "right");
        var held = Annotated(network, right, new OperationAnnotations(null, false, null, null)
        {
            Order = [new OrderConstraint(false, mix - right)],
        });
        var compiled = Compile(held);
        var finding = Assert.Single(FindingsAnalyzer.Find(compiled), f => f.Schedule == FindingSchedule.Default);
        Assert.Equal(FindingKind.Warning, finding.Kind);
        Assert.Equal(new Remedy.RemoveAnnotation(right, "after"), finding.Remedy);
        Assert.Equal(finding.Saving, compiled.Plan!.Makespan - Compile(network).Plan!.Makespan);
    }

    [Fact]
    public void Annotations_are_kept_by_every_order()
    {
        var network = Aba(rightFirst: false);
        int mix = IndexOf(network, "mix"), right = IndexOf(network, "right"), left = IndexOf(network, "left");
        foreach (var level in (OptimizationLevel[])[OptimizationLevel.SourceOrder, OptimizationLevel.Default])
        {
            var after = Compile(Annotated(network, right, Order(new OrderConstraint(false, mix - right))), level);
            Assert.True(Interval(after, right).Start >= Interval(after, mix).End);
            var before = Compile(Annotated(network, right, Order(new OrderConstraint(true, left - right))), level);
            Assert.True(Interval(before, right).End <= Interval(before, left).Start);
            var pinned = Compile(Annotated(network, mix, new OperationAnnotations(null, true, null, null)), level);
            Assert.True(Interval(pinned, right).Start >= Interval(pinned, mix).Start);
        }
    }

    [Fact]
    public void An_engine_can_be_asked_for_and_is_refused_where_it_cannot_run()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 28, 28);
        var network = builder.Build(builder.Relu(builder.Conv(x, 64, name: "c"), "r"));
        var vector = Compile(Annotated(network, 1, new OperationAnnotations("vector", false, null, null)));
        var mine = vector.Schedule.Operations.Where(o => o.Layer == 1 && o.Queue < 0).ToArray();
        Assert.NotEmpty(mine);
        Assert.All(mine, o => Assert.Equal(Engine.Vector, o.Engine));
        var refused = Compiler.CompilationPipeline.Compiler.Compile(
            Annotated(network, 0, new OperationAnnotations("scalar", false, null, null)), NeuronCoreV2.Device);
        Assert.Equal("NN6010", Assert.Single(refused.Problems).Code);
    }

    [Fact]
    public void Orders_that_contradict_the_data_are_refused_with_the_chain()
    {
        var network = Aba(rightFirst: false);
        int mix = IndexOf(network, "mix"), left = IndexOf(network, "left");
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(
            Annotated(network, mix, Order(new OrderConstraint(true, left - mix))), NeuronCoreV2.Device);
        var problem = Assert.Single(compiled.Problems);
        Assert.Equal("NN6011", problem.Code);
        Assert.Contains("left", problem.Message, StringComparison.Ordinal);
        Assert.Contains("mix", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_order_that_needs_more_memory_is_found_and_the_peak_really_falls()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 56, 56);
        var fork = builder.Conv(x, 32, name: "fork");
        var wide = builder.Conv(fork, 256, name: "wide");
        var narrow = builder.Conv(builder.Conv(fork, 512, name: "swell"), 16, name: "narrow");
        var network = builder.Build(builder.Conv(builder.Concat("join", wide, narrow), 8, name: "end"));
        var compiled = Compile(network);
        var finding = Assert.Single(FindingsAnalyzer.Find(compiled), f => f.Code == "NN6002");
        Assert.Equal(FindingKind.MemoryWarning, finding.Kind);
        var remedy = Assert.IsType<Remedy.OrderBranches>(finding.Remedy);
        var order = new List<int> { IndexOf(network, "fork") };
        order.AddRange(remedy.Branches.SelectMany(b => b));
        order.AddRange([IndexOf(network, "join"), IndexOf(network, "end")]);
        var moved = Compile(NetworkEdits.Reorder(network, [.. order])!);
        Assert.Equal(finding.SavedBytes, Peak(compiled) - Peak(moved));
        Assert.True(finding.SavedBytes > 0);
    }

    [Fact]
    public void A_move_is_a_hint_only_where_the_default_order_does_without_it() => PropertySeed.ForEach(10, random =>
    {
        var compiled = Compile(RandomNetworks.Make(random, random.Next(5, 16)).Build());
        Assert.True(compiled.Plan!.Makespan <= compiled.SourceOrderPlan!.Makespan);
        foreach (var finding in FindingsAnalyzer.Find(compiled).Where(f => f.Remedy is Remedy.Move))
        {
            var moved = Compile(Apply(compiled.Network, (Remedy.Move)finding.Remedy));
            Assert.Equal(finding.Saving, compiled.SourceOrderPlan.Makespan - moved.SourceOrderPlan!.Makespan);
            var lost = compiled.Plan.Makespan <= moved.SourceOrderPlan.Makespan ? 0 : compiled.Plan.Makespan - moved.Plan!.Makespan;
            var matters = lost >= 1_000_000 && lost >= compiled.Plan.Makespan / 100;
            Assert.NotEqual(matters ? FindingKind.Hint : FindingKind.Warning, finding.Kind);
            Assert.Equal(matters, finding.Help.Contains("in the default order", StringComparison.Ordinal));
        }
    });

    [Fact]
    public void A_full_memory_is_told_with_what_more_of_it_would_save()
    {
        // While the first layers compute, the weights of the last could be loaded, if there were room.
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 56, 56);
        for (var i = 0; i < 4; i++)
        {
            x = builder.Conv(x, 64, 3, pad: 1, name: $"layer{i}");
        }

        x = builder.Add("max_pool2d", "small", [x], ("kernel", AttributeValue.Of(8L)), ("stride", AttributeValue.Of(8L)));
        for (var i = 4; i < 7; i++)
        {
            x = builder.Conv(x, 512, 3, pad: 1, name: $"layer{i}");
        }

        var network = builder.Build(x);
        var device = ProgramTests.WithSbuf(NeuronCoreV2.Device, 96 << 10);
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(network, device);
        var finding = Assert.Single(FindingsAnalyzer.Find(compiled), f => f.Remedy is Remedy.MoreMemory);
        Assert.Equal((FindingKind.Warning, FindingSchedule.Default), (finding.Kind, finding.Schedule));
        var roomier = Compiler.CompilationPipeline.Compiler.Compile(network, ProgramTests.WithSbuf(NeuronCoreV2.Device, 192 << 10));
        Assert.Equal(finding.Saving, compiled.Plan!.Makespan - roomier.Plan!.Makespan);
        Assert.Contains("'layer", finding.Help, StringComparison.Ordinal);
        Assert.DoesNotContain(FindingsAnalyzer.Find(roomier), f => f.Remedy is Remedy.MoreMemory);
    }

    [Fact]
    public void An_engine_that_was_asked_for_is_told_with_the_time_on_the_others()
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 64, 56, 56);
        var a = builder.Relu(builder.Conv(x, 128, name: "a"), "r");
        var network = builder.Build(builder.Relu(builder.Conv(a, 128, name: "b"), "s"));
        var compiled = Compile(Annotated(network, 1, new OperationAnnotations("vector", false, null, null)));
        var findings = FindingsAnalyzer.Find(compiled).Where(f => f.Remedy is Remedy.RemoveAnnotation).ToList();
        var lifted = Compile(network);
        foreach (var finding in findings)
        {
            Assert.Equal(finding.Saving, compiled.Plan!.Makespan - lifted.Plan!.Makespan);
            Assert.StartsWith("@engine(vector) on 'r' keeps it ", finding.Message, StringComparison.Ordinal);
        }

        var worth = compiled.Plan!.Makespan - lifted.Plan!.Makespan is var saving && saving >= 1_000_000 && saving >= compiled.Plan.Makespan / 200;
        Assert.Equal(worth, findings.Count == 1);
    }

    private static long Peak(CompiledNetwork compiled) => compiled.SourceOrderPlan!.Allocation.ActivationPeak * 64L * 128;

    private static Network Aba(bool rightFirst)
    {
        var builder = new NetworkBuilder();
        var x = builder.Input("x", 1, 128, 28, 28);
        var left = builder.Conv(x, 64, 3, pad: 1, name: "left");
        var early = rightFirst ? builder.Conv(x, 64, 3, pad: 1, name: "right") : left;
        var norm = left;
        for (var i = 0; i < 3; i++)
        {
            norm = builder.Add("max_pool2d", $"pool{i}", [norm], ("kernel", AttributeValue.Of(3L)), ("stride", AttributeValue.Of(1L)), ("pad", AttributeValue.Of(1L)));
        }

        var mix = builder.Conv(norm, 64, 3, pad: 1, name: "mix");
        var right = rightFirst ? early : builder.Conv(x, 64, 3, pad: 1, name: "right");
        return builder.Build(builder.Sum(mix, right, "sum"));
    }

    private static OperationAnnotations Order(OrderConstraint constraint) =>
        new(null, false, null, null) { Order = [constraint] };

    private static Network Annotated(Network network, int layer, OperationAnnotations annotations) =>
        NetworkEdits.Annotate(network, layer, annotations);

    private static Network Apply(Network network, Remedy.Move move)
    {
        var order = Enumerable.Range(0, network.Layers.Length).ToList();
        order.Remove(move.Layer);
        order.Insert(order.IndexOf(move.Target) + (move.Above ? 0 : 1), move.Layer);
        return NetworkEdits.Reorder(network, [.. order])!;
    }

    private static CompiledNetwork Compile(Network network, OptimizationLevel level = OptimizationLevel.Default)
    {
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device, new CompileOptions { Level = level });
        Assert.True(compiled.Succeeded, string.Join("; ", compiled.Problems));
        return compiled;
    }

    private static (long Start, long End) Interval(CompiledNetwork compiled, int layer)
    {
        var found = compiled.Schedule.Layers.First(l => l.Layer == layer);
        return (found.Start, found.End);
    }

    private static int IndexOf(Network network, string path) => Enumerable.Range(0, network.Layers.Length).First(i => network.Layers[i].Path == path);

    private static string NameOf(CompiledNetwork compiled, int layer) => compiled.Network.Layers[layer].Path;
}
