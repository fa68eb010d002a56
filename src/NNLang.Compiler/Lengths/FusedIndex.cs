using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Lengths;

/// <summary>Which tiled instance a fused group became, and the other way round.</summary>
internal sealed class FusedIndex
{
    /// <summary>Reads a compiled network. O(instances).</summary>
    public FusedIndex(CompiledNetwork compiled)
    {
        Tiled = compiled.Tiled!;
        Fused = compiled.Fused!;
        Instance = new int[Fused.Groups.Length];
        GroupOf = new int[Tiled.Groups.Length];
        LastLayer = new int[Fused.Groups.Length];
        var group = 0;
        var layer = -1;
        for (var i = 0; i < Tiled.Groups.Length; i++)
        {
            GroupOf[i] = -1;
            if (!Tiled.Groups[i].IsConversion)
            {
                layer += Fused.Groups[group].Advance;
                LastLayer[group] = layer;
                GroupOf[i] = group;
                Instance[group++] = i;
            }
        }
    }

    /// <summary>The tiled network.</summary>
    public TiledNetwork Tiled { get; }

    /// <summary>The fused network.</summary>
    public FusedNetwork Fused { get; }

    /// <summary>Per fused group its instance in the tiled network.</summary>
    public int[] Instance { get; }

    /// <summary>Per instance its fused group; -1 for loads and conversions.</summary>
    public int[] GroupOf { get; }

    /// <summary>Per fused group its last layer.</summary>
    public int[] LastLayer { get; }

    /// <summary>The results of the first groups that a later group or an output of the network reads, and those of the last group.</summary>
    public List<(int Group, int Result)> LiveAfter(int groups)
    {
        var live = new SortedSet<(int, int)>();
        for (var r = 0; r < Fused.Groups[groups - 1].Group.Results.Length; r++)
        {
            live.Add((groups - 1, r));
        }

        for (var g = groups; g < Fused.Groups.Length; g++)
        {
            foreach (var link in Fused.Groups[g].Operands)
            {
                if (link.Kind == FusedLinkKind.Group && g - link.Distance < groups)
                {
                    live.Add((g - link.Distance, link.Index));
                }
            }
        }

        foreach (var link in Fused.Outputs)
        {
            if (link.Kind == FusedLinkKind.Group && Fused.Groups.Length - link.Distance < groups)
            {
                live.Add((Fused.Groups.Length - link.Distance, link.Index));
            }
        }

        return [.. live];
    }
}
