using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;

namespace NNLang.Compiler.Tile;

/// <summary>A tile of output channels of a convolution, and the input channels it reads.</summary>
internal sealed class ConvolutionTile
{
    /// <summary>Its number.</summary>
    public required int Index { get; init; }

    /// <summary>The first output channel.</summary>
    public required int FirstOutput { get; init; }

    /// <summary>Output channels, at most 128.</summary>
    public required int Outputs { get; init; }

    /// <summary>The first input channel.</summary>
    public required int FirstInput { get; init; }

    /// <summary>Input channels of all its groups together.</summary>
    public required int Inputs { get; init; }

    /// <summary>Groups side by side; 1 where it lies inside one group.</summary>
    public required int Groups { get; init; }

    /// <summary>Blocks of at most 128 input channels.</summary>
    public int Slabs => (Inputs + TensorStorage.PartitionCount - 1) / TensorStorage.PartitionCount;

    /// <summary>Whether its input channels must be copied to where an engine may read them.</summary>
    public bool StagesInput { get; init; }

    /// <summary>Whether its result must be moved to where no engine may write.</summary>
    public bool StagesOutput { get; init; }

    /// <summary>The copy of its input channels, once it is made.</summary>
    public TensorView? Staged { get; set; }

    /// <summary>Input channels of one block.</summary>
    public int InputsOf(int slab) => Math.Min(TensorStorage.PartitionCount, Inputs - (slab * TensorStorage.PartitionCount));
}

/// <summary>How a convolution's channels are cut (<c>docs/lowering.md</c> 2.1).</summary>
internal sealed class ConvolutionPlan
{
    private const int Lanes = TensorStorage.PartitionCount;

    private ConvolutionPlan(List<ConvolutionTile> tiles, int columnChannels)
    {
        Tiles = tiles;
        ColumnChannels = columnChannels;
    }

    /// <summary>The tiles, by ascending output channel.</summary>
    public IReadOnlyList<ConvolutionTile> Tiles { get; }

    /// <summary>Output channels of every tile but perhaps the last.</summary>
    public int ColumnChannels { get; }

    /// <summary>Cuts the channels: without groups by 128 outputs; with groups as many groups as fit side by side, else pieces of one group.</summary>
    public static ConvolutionPlan Of(FusedCore.Convolution core)
    {
        var tiles = new List<ConvolutionTile>();
        var (inputs, outputs) = (core.GroupInputs, core.GroupOutputs);
        if (core.Groups > 1 && inputs <= Lanes && outputs <= Lanes)
        {
            var together = Math.Min(core.Groups, Math.Min(Lanes / inputs, Lanes / outputs));
            for (var group = 0; group < core.Groups; group += together)
            {
                var count = Math.Min(together, core.Groups - group);
                tiles.Add(Make(tiles.Count, group * outputs, count * outputs, group * inputs, count * inputs, count));
            }

            return new ConvolutionPlan(tiles, together * outputs);
        }

        // Tiles of equal size within a group, so that one table of columns serves all.
        var pieces = (outputs + Lanes - 1) / Lanes;
        var size = core.Groups == 1 ? Math.Min(Lanes, outputs) : LargestDivisor(outputs, pieces);
        for (var group = 0; group < core.Groups; group++)
        {
            for (var first = 0; first < outputs; first += size)
            {
                tiles.Add(Make(
                    tiles.Count, (group * outputs) + first, Math.Min(size, outputs - first), group * inputs, inputs, 1));
            }
        }

        return new ConvolutionPlan(tiles, size);
    }

    private static int LargestDivisor(int outputs, int pieces)
    {
        while (outputs % pieces != 0)
        {
            pieces++;
        }

        return outputs / pieces;
    }

    private static ConvolutionTile Make(int index, int firstOutput, int outputs, int firstInput, int inputs, int groups) => new()
    {
        Index = index,
        FirstOutput = firstOutput,
        Outputs = outputs,
        FirstInput = firstInput,
        Inputs = inputs,
        Groups = groups,
        StagesInput = !Reachable(firstInput, inputs),
        StagesOutput = !Reachable(firstOutput, outputs),
    };

    // Whether every block of channels lies in one block of partitions, at a legal start.
    private static bool Reachable(int first, int count) => count <= Lanes ? Limits.IsLegalStart(first % Lanes, count) : first % Lanes == 0;
}
