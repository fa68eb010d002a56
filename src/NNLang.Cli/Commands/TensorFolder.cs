using System.Text.Json;
using NNLang.Cli.Hosting;
using NNLang.Semantics.Graph;
using NNLang.Targets.Launch;
using NNLang.Tensors;
using NNLang.Tensors.Npy;

namespace NNLang.Cli.Commands;

/// <summary>Writes tensors as <c>.npy</c> files with an index.</summary>
internal static class TensorFolder
{
    /// <summary>Writes every tensor, then <c>index.json</c>, so that an index names only what is there.</summary>
    public static void Write(string folder, LaunchedNetwork launched, RunResult result)
    {
        Directory.CreateDirectory(folder);
        var network = launched.Network;
        var fusedInto = FusedInto(launched);

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.Options))
        {
            json.WriteStartArray();
            // Outputs keep their names; a layer that is called like another's output gives way.
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var outputs = result.Outputs.Select((_, i) => (Name: FileName(network.Outputs[i].Name, names), Layer: ProducerOf(network, i))).ToList();
            var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (layer, tensor) in result.Tensors)
            {
                var plain = Plain(network.Layers[layer].Path);
                var isOutput = outputs.Any(o => o.Layer == layer && string.Equals(o.Name, plain, StringComparison.OrdinalIgnoreCase));
                var name = isOutput ? plain : FileName(network.Layers[layer].Path, names);
                written.Add(name);
                NpyWriter.Write(Path.Combine(folder, name + ".npy"), tensor);
                WriteEntry(json, launched, name, layer, tensor, fusedInto[layer] == layer ? null : network.Layers[fusedInto[layer]].Path);
            }

            for (var i = 0; i < result.Outputs.Length; i++)
            {
                if (written.Add(outputs[i].Name))
                {
                    NpyWriter.Write(Path.Combine(folder, outputs[i].Name + ".npy"), result.Outputs[i]);
                    WriteEntry(json, launched, outputs[i].Name, outputs[i].Layer, result.Outputs[i], null);
                }
            }

            json.WriteEndArray();
        }

        AtomicFile.Write(Path.Combine(folder, "index.json"), file => file.Write([.. stream.ToArray(), (byte)'\n']));
    }

    // Per layer the layer whose tensor is left of its group; itself where nothing was compiled.
    private static int[] FusedInto(LaunchedNetwork launched)
    {
        var into = Enumerable.Range(0, launched.Network.Layers.Length).ToArray();
        if (launched.Compiled.Fused is not { } fused)
        {
            return into;
        }

        var last = fused.LastLayers;
        for (var group = 0; group < last.Length; group++)
        {
            foreach (var distance in fused.Groups[group].Layers)
            {
                into[last[group] - distance] = last[group];
            }
        }

        return into;
    }

    private static int ProducerOf(Network network, int output) => network.Outputs[output].Value is { Kind: ValueKind.Layer } value
        ? Network.ProducerOf(network.Layers.Length, value)
        : -1;

    private static void WriteEntry(Utf8JsonWriter json, LaunchedNetwork launched, string name, int layer, Tensor tensor, string? fusedInto)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("layer", layer < 0 ? null : launched.Network.Layers[layer].Path);
        json.WriteString("operator", layer < 0 ? null : launched.Network.Layers[layer].Operation.Operator.Name);
        var place = layer < 0 ? null : launched.PlaceOf(layer);
        if (place is { } found)
        {
            json.WriteNumber("line", found.Line);
            json.WriteString("file", found.File);
        }
        else
        {
            json.WriteNull("line");
            json.WriteNull("file");
        }

        json.WriteStartArray("shape");
        foreach (var extent in tensor.Shape.Dimensions)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteString("fusedInto", fusedInto);
        json.WriteEndObject();
    }

    // Paths hold '/', which folders do not; two tensors never share a file.
    private static string FileName(string path, HashSet<string> names)
    {
        var plain = Plain(path);
        var name = plain;
        for (var n = 2; !names.Add(name); n++)
        {
            name = $"{plain}~{n}";
        }

        return name;
    }

    private static string Plain(string path)
    {
        var plain = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '#' ? c : '.')).Trim('.');
        return plain.Length == 0 ? "tensor" : plain;
    }
}
