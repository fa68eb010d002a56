using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Makes the debug section of a plan (<c>docs/machine.md</c> 8.7): which operation an instruction belongs to, which layer and text that is, and
/// where the tensor of every layer lies and from when to when.
/// </summary>
internal sealed class DebugBuilder
{
    /// <summary>The name that locations of layers' tensors carry as their IR.</summary>
    public const string NetworkIr = "network";

    private readonly CompiledNetwork _compiled;
    private readonly Plan _plan;
    private readonly RegionTable _regions;
    private readonly BaseAddresses _addresses;
    private readonly InstructionLocation?[] _overwrittenAt;

    private DebugBuilder(CompiledNetwork compiled, Plan plan, RegionTable regions)
    {
        _compiled = compiled;
        _plan = plan;
        _regions = regions;
        _addresses = new BaseAddresses(plan.Placed, plan.Allocation);
        _overwrittenAt = OverwrittenAt(plan);
    }

    /// <summary>Builds the section. O(instructions' runs + operations + tiles).</summary>
    public static DebugSection Build(CompiledNetwork compiled, Plan plan, RegionTable regions)
    {
        var builder = new DebugBuilder(compiled, plan, regions);
        return new DebugSection
        {
            Operations = builder.Operations(),
            Runs = builder.Runs(),
            Tensors = builder.Tensors(),
        };
    }

    private ImmutableArray<DebugOperation> Operations()
    {
        var network = _plan.Placed.Tiled.Network;
        var places = new SourcePlace?[network.Layers.Length];
        var known = new bool[network.Layers.Length];
        var operations = ImmutableArray.CreateBuilder<DebugOperation>(_plan.OperationCount);
        for (var i = 0; i < _plan.OperationCount; i++)
        {
            var operation = _plan.Placed.Operation(i);
            var layer = _plan.Placed.LayerOf(i);
            if (layer >= 0 && !known[layer])
            {
                known[layer] = true;
                places[layer] = _compiled.Options.Locate?.Invoke(network.Layers[layer].Anchor);
            }

            var path = layer >= 0 ? network.Layers[layer].Path : "";
            var place = layer >= 0 ? places[layer] : null;
            operations.Add(new DebugOperation(
                i, operation.Name, path, place?.File ?? "", place?.Line ?? 0, place?.Column ?? 0, place?.Length ?? 0, operation.Tile));
        }

        return operations.MoveToImmutable();
    }

    private ImmutableArray<ImmutableArray<SourceRun>> Runs()
    {
        var runs = new ImmutableArray<SourceRun>.Builder[Engines.Count];
        for (var e = 0; e < runs.Length; e++)
        {
            runs[e] = ImmutableArray.CreateBuilder<SourceRun>();
        }

        foreach (var operation in _plan.Allocation.Sequence)
        {
            var code = _plan.Code[operation];
            runs[(int)code.Engine].Add(new SourceRun(code.Count, operation));
        }

        return [.. runs.Select(run => run.ToImmutable())];
    }

    private ImmutableArray<TensorLocation> Tensors()
    {
        var placed = _plan.Placed;
        var network = placed.Tiled.Network;
        var locations = ImmutableArray.CreateBuilder<TensorLocation>();
        for (var g = 0; g < placed.Tiled.Groups.Length; g++)
        {
            var instance = placed.Tiled.Groups[g];
            if (instance.IsConversion)
            {
                continue;
            }

            var last = placed.LastLayer[g];
            foreach (var back in instance.Layers)
            {
                if (back > 0)
                {
                    var fused = network.Layers[last - back];
                    var type = fused.Operation.ResultTypes[0];
                    locations.Add(new TensorLocation(
                        NetworkIr, fused.Path, fused.Path, type.Element, type.KnownShape!.Value, [],
                        new FusedTensor(network.Layers[last].Path, instance.Body.Title)));
                }
            }

            for (var r = 0; r < instance.Body.Results.Length; r++)
            {
                locations.Add(Locate(network.Layers[last], g, r, instance.Body.Results[r], instance.Body.Results.Length > 1));
            }
        }

        return locations.ToImmutable();
    }

    private TensorLocation Locate(in Layer layer, int group, int index, ResultTensor result, bool several)
    {
        var placed = _plan.Placed;
        var buffer = placed.ResultBuffer[placed.FirstResult[group] + index];
        var storage = result.Storage;
        var isRegion = placed.Problem.BufferClass[buffer] == BufferClass.Region;
        var placements = ImmutableArray.CreateBuilder<TensorPlacement>();
        foreach (var tile in result.Tiles)
        {
            if (tile.IsHalo)
            {
                continue;
            }

            var offset = storage.Offset + (isRegion ? 0 : _addresses.Of(buffer));
            for (var axis = 0; axis < storage.Shape.Rank; axis++)
            {
                var start = axis == storage.PartitionAxis ? tile.Start[axis] / TensorStorage.PartitionCount : tile.Start[axis];
                offset += start * storage.Strides[axis];
            }

            var definer = placed.DefinerOf(group, tile.DefinedBy);
            placements.Add(new TensorPlacement(
                isRegion ? MemoryKind.Hbm : placed.Problem.BufferClass[buffer] == BufferClass.Psum ? MemoryKind.Psum : MemoryKind.Sbuf,
                isRegion ? _regions.OfBuffer[buffer] : -1,
                storage.Layout,
                storage.PartitionAxis,
                offset,
                storage.PartitionAxis < 0 ? 0 : (int)(tile.Start[storage.PartitionAxis] % TensorStorage.PartitionCount),
                storage.Type,
                tile.Start,
                tile.Extent,
                storage.Strides,
                definer < 0 ? null : _plan.Code[definer].Last,
                _overwrittenAt[buffer]));
        }

        var name = several ? $"{layer.Path}#{index}" : layer.Path;
        return new TensorLocation(NetworkIr, layer.Path, name, storage.Type, storage.Shape, placements.ToImmutable());
    }

    /// <summary>Per buffer the first instruction that may write over it: the first of the first operation that uses its room for another.</summary>
    private static InstructionLocation?[] OverwrittenAt(Plan plan)
    {
        var problem = plan.Placed.Problem;
        var result = new InstructionLocation?[problem.BufferCount];
        var placed = new bool[problem.BufferCount];
        var sbuf = new AddressHistory(problem.Machine.SbufGranules);
        var psum = new AddressHistory(problem.Machine.PsumBanks);
        var before = new List<int>();
        foreach (var operation in plan.Allocation.Sequence)
        {
            for (var u = problem.UseStart[operation]; u < problem.UseStart[operation + 1]; u++)
            {
                var buffer = problem.Uses[u];
                if (placed[buffer] || plan.Allocation.Address[buffer] < 0)
                {
                    continue;
                }

                placed[buffer] = true;
                before.Clear();
                (problem.BufferClass[buffer] == BufferClass.Psum ? psum : sbuf).Place(
                    plan.Allocation.Address[buffer], problem.BufferSize[buffer], buffer, before);
                foreach (var old in before)
                {
                    result[old] ??= new InstructionLocation(plan.Code[operation].Engine, plan.Code[operation].First);
                }
            }
        }

        return result;
    }
}
