using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Tile;
using NNLang.Machine.Faults;

namespace NNLang.Compiler.Faults;

/// <summary>The faults of the tile pass: wrong_pad, wrong_stride, dropped_tile, wrong_offset, swapped_operands. Pure.</summary>
internal static class TileFaultPlan
{
    private static readonly FrozenDictionary<string, TileFaultKind> Kinds = new Dictionary<string, TileFaultKind>
    {
        ["wrong_pad"] = TileFaultKind.WrongPad,
        ["wrong_stride"] = TileFaultKind.WrongStride,
        ["dropped_tile"] = TileFaultKind.DroppedTile,
        ["wrong_offset"] = TileFaultKind.WrongOffset,
        ["swapped_operands"] = TileFaultKind.SwappedOperands,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The faults by the index of the group they strike; the first of several for one group.</summary>
    public static IReadOnlyDictionary<int, TileFault> Of(FusedNetwork network, ImmutableArray<FaultDescription> faults)
    {
        var planned = new Dictionary<int, TileFault>();
        foreach (var fault in faults)
        {
            if (!Kinds.TryGetValue(fault.Kind, out var kind) || !FaultTarget.IsFor(fault, "tile"))
            {
                continue;
            }

            var target = FaultTarget.Choose(network, fault);
            if (target >= 0)
            {
                planned.TryAdd(target, new TileFault(kind, kind == TileFaultKind.WrongPad ? EdgeOf(network.Groups[target].Group.Core, fault) : ""));
            }
        }

        return planned;
    }

    private static string EdgeOf(FusedCore core, FaultDescription fault)
    {
        var window = core is FusedCore.Pool pool ? pool.Window : ((FusedCore.Convolution)core).Window;
        return fault.Word("side") is { Length: > 0 } side ? side : FaultTarget.SidesOf(window).First();
    }
}
