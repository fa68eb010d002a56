using System.CommandLine;
using System.Text;
using System.Text.Json;
using NNLang.Bisection.Reports;
using NNLang.Cli.Hosting;
using NNLang.Targets.Launch;
using NNLang.Tensors;
using NNLang.Tensors.Npy;
using NNLang.Workspaces.Texts;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc run</c>: runs a network on the emulated device or on a reference processor.</summary>
internal static class RunCommand
{
    private const int SchemaVersion = 1;

    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var target = new Option<string>("--target") { Description = "Where to run.", DefaultValueFactory = _ => "emulator" };
        target.AcceptOnlyFromAmong("emulator", "interpreter", "onnxruntime");
        var precision = new Option<string>("--precision") { Description = "The element type of computation.", DefaultValueFactory = _ => "f32" };
        precision.AcceptOnlyFromAmong("f32");
        var all = new Option<bool>("--all-tensors") { Description = "Write the tensor of every layer." };
        var output = new Option<string?>("--output") { Description = "A folder for <tensor>.npy and index.json.", HelpName = "DIR" };
        var timing = new Option<bool>("--timing-only") { Description = "Compute times only; no data moves." };
        var command = new Command("run", "Runs a network once.");
        common.AddLaunch(command);
        common.AddRun(command);
        foreach (var option in new Option[] { target, precision, all, output, timing, common.SourceOrder, common.Json })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => (int)Run(
            console, common.Request(parsed), Enum.Parse<RunTarget>(parsed.GetValue(target)!, ignoreCase: true), parsed.GetValue(all),
            parsed.GetValue(output), parsed.GetValue(timing), parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(
        CommandConsole console, LaunchRequest request, RunTarget target, bool all, string? output, bool timingOnly, bool json)
    {
        using var launched = Launcher.Launch(request);
        var result = NetworkRun.Execute(launched, target, all && output is not null, timingOnly, console.CancellationToken);
        if (output is not null && !timingOnly)
        {
            TensorFolder.Write(output, launched, result);
        }

        if (json)
        {
            JsonText.Write(console.Output, writer => WriteJson(writer, launched, target, result));
        }
        else
        {
            WriteText(console.Output, launched, result);
        }

        return result.Hazards.IsEmpty ? ExitCode.Fine : ExitCode.Divergence;
    }

    private static void WriteText(TextWriter output, LaunchedNetwork launched, RunResult result)
    {
        for (var i = 0; i < result.Outputs.Length; i++)
        {
            output.WriteLine($"{launched.Network.Outputs[i].Name}: {result.Outputs[i]} {Describe(result.Outputs[i])}");
        }

        if (result.Makespan is { } makespan)
        {
            output.WriteLine($"{Figures.Time(makespan)} on {launched.Device.Name} (emulated)");
        }

        foreach (var hazard in result.Hazards)
        {
            output.WriteLine($"hazard: {hazard}");
        }
    }

    private static string Describe(Tensor tensor)
    {
        var values = tensor.ToDoubles().AsDoubles();
        if (values.Length == 0)
        {
            return "empty";
        }

        var (least, greatest, at) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        for (var i = 0; i < values.Length; i++)
        {
            least = Math.Min(least, values[i]);
            if (values[i] > greatest)
            {
                (greatest, at) = (values[i], i);
            }
        }

        return $"min {Quantity.Value(least)} max {Quantity.Value(greatest)} at {at}";
    }

    private static void WriteJson(Utf8JsonWriter json, LaunchedNetwork launched, RunTarget target, RunResult result)
    {
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("network", launched.Network.Name);
        json.WriteString("target", target.ToString().ToLowerInvariant());
        json.WriteString("device", launched.Device.Name);
        if (result.Makespan is { } makespan)
        {
            json.WriteString("unit", "ps");
            json.WriteNumber("makespan", makespan);
        }

        json.WriteStartArray("outputs");
        for (var i = 0; i < result.Outputs.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", launched.Network.Outputs[i].Name);
            json.WriteString("type", result.Outputs[i].ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hazards");
        foreach (var hazard in result.Hazards)
        {
            json.WriteStringValue(hazard.ToString());
        }

        json.WriteEndArray();
    }
}

/// <summary>Writes tensors as <c>.npy</c> files with an index.</summary>
internal static class TensorFolder
{
    /// <summary>Writes every tensor, then <c>index.json</c>, so that an index names only what is there.</summary>
    public static void Write(string folder, LaunchedNetwork launched, RunResult result)
    {
        Directory.CreateDirectory(folder);
        var network = launched.Network;
        var fused = launched.Compiled.Fused!;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (layer, tensor) in result.Tensors)
            {
                var name = FileName(network.Layers[layer].Path, names);
                NpyWriter.Write(Path.Combine(folder, name + ".npy"), tensor);
                var last = fused.LastLayers[fused.GroupOfLayer[layer]];
                WriteEntry(json, launched, name, layer, tensor, last == layer ? null : network.Layers[last].Path);
            }

            for (var i = 0; i < result.Outputs.Length; i++)
            {
                var name = FileName(network.Outputs[i].Name, names);
                NpyWriter.Write(Path.Combine(folder, name + ".npy"), result.Outputs[i]);
                WriteEntry(json, launched, name, -1, result.Outputs[i], null);
            }

            json.WriteEndArray();
        }

        AtomicFile.Write(Path.Combine(folder, "index.json"), file => file.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(stream.ToArray()) + "\n")));
    }

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
        var plain = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '#' ? c : '.')).Trim('.');
        var name = plain.Length == 0 ? "tensor" : plain;
        for (var n = 2; !names.Add(name); n++)
        {
            name = $"{plain}~{n}";
        }

        return name;
    }
}
