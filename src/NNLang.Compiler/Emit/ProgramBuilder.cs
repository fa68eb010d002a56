using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Order;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Emit;

/// <summary>Makes the program of a plan: regions, inputs and outputs, semaphores, queues, code, debug section. O(program).</summary>
internal static class ProgramBuilder
{
    /// <summary>Builds the program of a compiled network's plan.</summary>
    public static MachineProgram Build(CompiledNetwork compiled, Plan plan)
    {
        var regions = new RegionTable(plan.Placed);
        ImmutableArray<InstructionStream> streams;
        lock (compiled.Cache.Gate)
        {
            var templates = compiled.Cache.PlannerFor(compiled.Device).Templates;
            streams = new CodeEmitter(plan.Placed, plan.Allocation, plan.Signals, regions.OfBuffer, templates).Emit();
        }

        var network = plan.Placed.Tiled.Network;
        return new MachineProgram
        {
            Name = network.Name,
            DeviceName = compiled.Device.Name,
            DeviceHash = compiled.Device.Hash,
            FunctionTablesHash = FunctionTables.Standard.Hash,
            Regions = regions.Regions,
            Inputs = [.. network.Inputs.Select((input, i) =>
                new ProgramTensor(input.Name, regions.OfBuffer[i], input.Type.Element, input.Type.KnownShape!.Value))],
            Outputs = Outputs(network, regions),
            Semaphores = Semaphores(plan),
            Queues = Queues(plan),
            Streams = streams,
            Debug = DebugBuilder.Build(compiled, plan, regions),
        };
    }

    private static ImmutableArray<ProgramTensor> Outputs(Network network, RegionTable regions)
    {
        var outputs = ImmutableArray.CreateBuilder<ProgramTensor>();
        for (var i = 0; i < network.Outputs.Length; i++)
        {
            // A length lacks the outputs of groups behind its cut.
            if (regions.OfOutput[i] < 0)
            {
                continue;
            }

            var output = network.Outputs[i];
            outputs.Add(new ProgramTensor(output.Name, regions.OfOutput[i], output.Type.Element, output.Type.KnownShape!.Value));
        }

        return outputs.ToImmutable();
    }

    private static ImmutableArray<SemaphoreDeclaration> Semaphores(Plan plan)
    {
        var declarations = ImmutableArray.CreateBuilder<SemaphoreDeclaration>();
        foreach (var agent in plan.AgentTable.NumberOf)
        {
            declarations.Add(Agents.IsQueue(agent)
                ? new SemaphoreDeclaration(Signals.SemaphoreOf(agent), null, agent - Agents.FirstQueue, $"queue {agent - Agents.FirstQueue}")
                : new SemaphoreDeclaration(Signals.SemaphoreOf(agent), (Engine)agent, null, Engines.Name((Engine)agent)));
        }

        return declarations.ToImmutable();
    }

    private static ImmutableArray<QueueDeclaration> Queues(Plan plan)
    {
        var declarations = ImmutableArray.CreateBuilder<QueueDeclaration>();
        for (var a = 0; a < plan.AgentTable.Count; a++)
        {
            var agent = plan.AgentTable.NumberOf[a];
            if (Agents.IsQueue(agent))
            {
                var sequencer = (Engine)plan.AgentTable.NumberOf[plan.AgentTable.Sequencer[plan.AgentTable.Operations[a][0]]];
                declarations.Add(new QueueDeclaration(
                    agent - Agents.FirstQueue, sequencer, DescriptorSource.Static, Signals.SemaphoreOf(agent)));
            }
        }

        return declarations.ToImmutable();
    }
}
