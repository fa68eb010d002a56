using NNLang.Compiler.Fuse;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Faults;

namespace NNLang.Compiler.Faults;

/// <summary>Which group of a fused network a compiler fault strikes: a pure function of fault and network.</summary>
internal static class FaultTarget
{
    /// <summary>
    /// The group: among those that can suffer the fault and cover a layer it names (all, where it names none), the one its seed chooses;
    /// -1 if there is none.
    /// </summary>
    public static int Choose(FusedNetwork network, FaultDescription fault)
    {
        var candidates = new List<int>();
        var last = -1;
        for (var g = 0; g < network.Groups.Length; g++)
        {
            last += network.Groups[g].Advance;
            if (Suffers(network.Groups[g], fault.Kind, fault.Word("side") ?? "") && Covers(network, g, last, fault.Word("layer")))
            {
                candidates.Add(g);
            }
        }

        return candidates.Count == 0 ? -1 : candidates[(int)((ulong)fault.Number("seed", 0) % (ulong)candidates.Count)];
    }

    /// <summary>Whether a fault is meant for a pass: it names it, or names none.</summary>
    public static bool IsFor(FaultDescription fault, string pass) => fault.Word("pass") is null or "" || fault.Word("pass") == pass;

    /// <summary>Whether a fault of a kind would change a group; with a side for wrong_pad, at that edge.</summary>
    public static bool Suffers(in FusedInstance instance, string kind, string side = "")
    {
        var core = instance.Group.Core;
        var window = core switch
        {
            FusedCore.Convolution convolution => convolution.Window,
            FusedCore.Pool pool => pool.Window,
            _ => null,
        };
        return kind switch
        {
            "wrong_fold" => instance.Group.Epilogue is { Scale: not null, Bias: not null },
            "wrong_pad" => window is not null && SidesOf(window).Any(edge => side.Length == 0 || edge == side),
            "wrong_stride" => window is { OutputWidth: > 1 },
            "wrong_offset" => core is FusedCore.Concat { Count: > 1 },
            "swapped_operands" => core is FusedCore.Binary { Operation: AluOperation.Sub or AluOperation.Div },
            "dropped_tile" => !core.IsView && core is not (FusedCore.Concat or FusedCore.Pad or FusedCore.Slice),
            _ => false,
        };
    }

    /// <summary>The edges at which a window operator reads padding and where reading one further inside stays inside.</summary>
    public static IEnumerable<string> SidesOf(WindowGeometry window)
    {
        if (window.OutputHeight > 1 && window.PadTop > 0)
        {
            yield return "top";
        }

        if (window.OutputWidth > 1 && window.PadLeft > 0)
        {
            yield return "left";
        }

        if (window.OutputHeight > 1 && window.PadBottom > 0)
        {
            yield return "bottom";
        }

        if (window.OutputWidth > 1 && window.PadRight > 0)
        {
            yield return "right";
        }
    }

    private static bool Covers(FusedNetwork network, int group, int last, string? layer)
    {
        if (string.IsNullOrEmpty(layer))
        {
            return true;
        }

        foreach (var distance in network.Groups[group].Layers)
        {
            var path = network.Network.Layers[last - distance].Path;
            if (path == layer || path.StartsWith(layer + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
