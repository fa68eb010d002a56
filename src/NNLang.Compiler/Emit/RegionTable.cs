using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Place;
using NNLang.Machine.Programs;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Emit;

/// <summary>The regions of a program: the network's inputs, then every region that a group makes, in program order.</summary>
internal sealed class RegionTable
{
    /// <summary>Numbers and names the regions of a placed network. O(buffers + recipe steps).</summary>
    public RegionTable(PlacedNetwork placed)
    {
        var network = placed.Tiled.Network;
        var regions = ImmutableArray.CreateBuilder<Region>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        OfBuffer = new int[placed.FirstBuffer[^1]];
        Array.Fill(OfBuffer, -1);
        OfOutput = new int[network.Outputs.Length];
        Array.Fill(OfOutput, -1);
        for (var i = 0; i < network.Inputs.Length; i++)
        {
            var storage = placed.Tiled.Inputs[i];
            OfBuffer[i] = regions.Count;
            regions.Add(new Region(Unique(names, network.Inputs[i].Name), RegionKind.Input, storage.Type, storage.Shape.Dimensions, storage.Bytes));
        }

        for (var g = 0; g < placed.Tiled.Groups.Length; g++)
        {
            var instance = placed.Tiled.Groups[g];
            for (var b = 0; b < instance.Body.Buffers.Length; b++)
            {
                var buffer = instance.Body.Buffers[b];
                if (!buffer.IsRegion)
                {
                    continue;
                }

                OfBuffer[placed.FirstBuffer[g] + b] = regions.Count;
                if (buffer.Kind == BufferKind.OutputRegion)
                {
                    OfOutput[instance.Outputs[buffer.Output]] = regions.Count;
                }

                regions.Add(Make(network, placed, g, instance, buffer, names));
            }
        }

        Regions = regions.ToImmutable();
    }

    /// <summary>The regions.</summary>
    public ImmutableArray<Region> Regions { get; }

    /// <summary>Per buffer its region; -1 if it is on chip.</summary>
    public int[] OfBuffer { get; }

    /// <summary>Per output of the network its region.</summary>
    public int[] OfOutput { get; }

    private static Region Make(
        Network network, PlacedNetwork placed, int group, GroupInstance instance, LocalBuffer buffer, HashSet<string> names)
    {
        var (kind, name) = buffer.Kind switch
        {
            BufferKind.OutputRegion => (RegionKind.Output, network.Outputs[instance.Outputs[buffer.Output]].Name),
            BufferKind.WeightRegion => (RegionKind.Weight, NameOf(network, placed, group, buffer)),
            BufferKind.ConstantRegion => (RegionKind.Constant, NameOf(network, placed, group, buffer)),
            _ => (RegionKind.Scratch, NameOf(network, placed, group, buffer)),
        };

        return new Region(
            Unique(names, name), kind, buffer.Type, buffer.Dimensions, buffer.Bytes, buffer.Recipe?.Instantiate(instance.Sources));
    }

    private static string NameOf(Network network, PlacedNetwork placed, int group, LocalBuffer buffer)
    {
        var layer = placed.LastLayer[group];
        var path = layer >= 0 && layer < network.Layers.Length ? network.Layers[layer].Path : "start";
        return placed.Tiled.Groups[group].IsConversion ? $"{path}+/{buffer.Name}" : $"{path}/{buffer.Name}";
    }

    private static string Unique(HashSet<string> names, string name)
    {
        if (names.Add(name))
        {
            return name;
        }

        for (var n = 2; ; n++)
        {
            var numbered = $"{name}~{n}";
            if (names.Add(numbered))
            {
                return numbered;
            }
        }
    }
}
