using NNLang.Compiler.Schedules;
using NNLang.Compiler.Tests.Networks;
using NNLang.Semantics.Graph;
using NNLang.Testing;

namespace NNLang.Compiler.Tests.Schedules;

public sealed class ScheduleFactsTests
{
    [Fact]
    public void Facts_agree_with_the_times_they_explain() => PropertySeed.ForEach(12, random =>
    {
        var network = RandomNetworks.Make(random, random.Next(3, 12)).Build();
        var compiled = CompilationPipeline.Compiler.Compile(network, NeuronCoreV2.Device);
        if (!compiled.Succeeded)
        {
            return;
        }

        var facts = ScheduleFacts.Of(compiled.Plan!);
        var operations = compiled.Schedule.Operations;
        if (operations.IsEmpty)
        {
            return;
        }

        // What ends last is on the path.
        Assert.Contains(operations.Where(operation => operation.End == operations.Max(other => other.End)), operation => facts.IsCritical(operation.Id));
        foreach (var layer in compiled.Schedule.Layers)
        {
            var own = operations.Where(operation => operation.Layer == layer.Layer).Select(operation => operation.Id).ToList();
            if (facts.WeightsOf(own) is { } weights)
            {
                Assert.InRange(weights.Margin, 0, compiled.Schedule.Makespan);
                Assert.InRange(weights.TransferTime, 1, compiled.Schedule.Makespan * own.Count);
            }

            foreach (var operation in own)
            {
                var cause = facts.CauseOf(operation);
                if (cause.Layer >= 0)
                {
                    Assert.True(operations.Where(other => other.Layer == cause.Layer).Min(other => other.Start) <= operations[operation].Start);
                }
            }
        }

        // A result lives from its writer to its last reader; one inside a fused group has no place at all.
        for (var i = 0; i < network.Layers.Length; i++)
        {
            Assert.False(facts.FusedInto(i) >= 0 && facts.LifeOf(i) is not null);
            if (facts.LifeOf(i) is not { } life)
            {
                continue;
            }

            foreach (var reader in Enumerable.Range(i + 1, network.Layers.Length - i - 1)
                .Where(reader => network.Layers[reader].Operands.Any(operand => operand.Kind == ValueKind.Layer && Network.ProducerOf(reader, operand) == i)))
            {
                // Frames of padding may be made before: a reader is done after what it reads has begun to live.
                var last = operations.Where(operation => operation.Layer == reader && operation.Queue < 0).Select(operation => operation.End).DefaultIfEmpty(long.MaxValue).Max();
                Assert.True(life.From < last, $"{network.Layers[i].Path} lives only after {network.Layers[reader].Path} has read it");
            }

            Assert.InRange(life.From, 0, life.Until);
            Assert.InRange(life.Until, life.From, compiled.Schedule.Makespan);
        }
    });
}
