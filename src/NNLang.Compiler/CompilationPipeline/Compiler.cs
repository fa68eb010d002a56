using System.Collections.Immutable;
using NNLang.Compiler.Faults;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lengths;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Place;
using NNLang.Compiler.Tile;
using NNLang.Machine.Devices;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.CompilationPipeline;

/// <summary>
/// The way from a network to a program: fuse, tile, place, order, allocate, emit. A pure function of network, device and options; a cache
/// makes it faster, never different. Thread-safe.
/// </summary>
public static class Compiler
{
    /// <summary>Compiles a network for a device.</summary>
    /// <param name="network">The network; its shapes must be known.</param>
    /// <param name="device">The device.</param>
    /// <param name="options">What is asked for; null for the default.</param>
    /// <param name="cache">What earlier compilations remember; null for none.</param>
    /// <returns>The program and everything on the way to it, or what is wrong.</returns>
    public static CompiledNetwork Compile(
        Network network, DeviceDescription device, CompileOptions? options = null, CompilerCache? cache = null)
    {
        cache ??= new CompilerCache();
        var request = new CompiledNetwork(network, device, options ?? CompileOptions.Default, cache);
        var fuse = Fuser.Fuse(network, cache.Fusing);
        if (fuse.Network is not { } fused)
        {
            return Refused(request, null, null, fuse.Problems);
        }

        fused = FuseFaults.Plant(fused, request.Options.Faults);
        var tile = Tiler.Tile(fused, device, cache.Lowering, TileFaultPlan.Of(fused, request.Options.Faults));
        if (tile.Network is not { } tiled)
        {
            return Refused(request, fused, null, tile.Problems);
        }

        return Plan(request, fused, tiled);
    }

    /// <summary>
    /// Compiles a length of a network: its first fused groups, with the full plan's engines, order, banks and addresses, the tensors alive at the
    /// cut stored by a queue of their own.
    /// </summary>
    /// <param name="full">The compiled network.</param>
    /// <param name="groups">How many fused groups the length has, at least 1.</param>
    /// <param name="options">Where it starts and which low-level operations write their tensors out; null for neither.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such length.</exception>
    /// <exception cref="InvalidOperationException">The network did not compile.</exception>
    public static CompiledLength CompileLength(CompiledNetwork full, int groups, LengthOptions? options = null) =>
        LengthCompiler.Compile(full, groups, options ?? LengthOptions.Default);

    private static CompiledNetwork Plan(CompiledNetwork request, FusedNetwork fused, TiledNetwork tiled)
    {
        var annotations = AnnotationProblems.Find(tiled);
        if (!annotations.IsEmpty)
        {
            return Refused(request, fused, tiled, annotations);
        }

        lock (request.Cache.Gate)
        {
            var planner = request.Cache.PlannerFor(request.Device);
            var placed = planner.Place(tiled);
            var sourceOrder = planner.PlanSourceOrder(placed, out var failure);
            if (sourceOrder is null && planner.Spill(placed) is { } spilled)
            {
                placed = spilled;
                sourceOrder = planner.PlanSourceOrder(placed, out failure);
            }

            var plan = request.Options.Level == OptimizationLevel.SourceOrder
                ? sourceOrder
                : planner.PlanDefault(placed, sourceOrder, out failure);
            if (plan is null)
            {
                return Refused(request, fused, tiled, [MemoryProblem.Describe(placed, failure!)]);
            }

            if (MemoryProblem.OfRegions(placed, request.Device) is { } problem)
            {
                return Refused(request, fused, tiled, [problem]);
            }

            plan = MissingWait.Plant(planner, plan, request.Options.Faults);
            return new CompiledNetwork(request, fused, placed.Tiled, plan, sourceOrder);
        }
    }

    private static CompiledNetwork Refused(
        CompiledNetwork request, FusedNetwork? fused, TiledNetwork? tiled, ImmutableArray<CompilationProblem> problems) =>
        new(request.Network, request.Device, request.Options, request.Cache) { Fused = fused, Tiled = tiled, Problems = problems };
}
