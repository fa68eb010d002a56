using System.CommandLine;
using System.Text.Json;
using NNLang.Cli.Hosting;
using NNLang.Targets.Emulation;
using NNLang.Targets.Launch;
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
        var all = new Option<bool>("--all-tensors") { Description = "Bring the tensor of every layer, not of the outputs only." };
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
        if (timingOnly && (target != RunTarget.Emulator || output is not null || all))
        {
            throw new InputException(
                target != RunTarget.Emulator ? "--timing-only: only the emulator has a clock. Leave out --target."
                    : "--timing-only moves no data, so there is no tensor to write. Leave out --output and --all-tensors.",
                ExitCode.Usage);
        }

        using var launched = Launcher.Launch(request with { NeedsProgram = target == RunTarget.Emulator });
        console.Warn(target == RunTarget.Emulator ? launched.Warnings
            : launched.Faults.Select(fault => $"The fault '{fault.Name}' acts on the emulator only; --target {target.ToString().ToLowerInvariant()} runs without it."));
        var result = NetworkRun.Execute(launched, target, all, timingOnly, console.CancellationToken);
        if (output is not null)
        {
            TensorFolder.Write(output, launched, result);
        }

        if (json)
        {
            JsonText.Write(console.Output, writer => WriteJson(writer, launched, target, result));
        }
        else
        {
            WriteText(console.Output, launched, result, all && output is null);
        }

        return result.Hazards.IsEmpty ? ExitCode.Fine : ExitCode.Divergence;
    }

    private static void WriteText(TextWriter output, LaunchedNetwork launched, RunResult result, bool layers)
    {
        if (layers)
        {
            foreach (var (layer, tensor) in result.Tensors)
            {
                output.WriteLine($"{launched.Network.Layers[layer].Path}: {tensor} {TensorSummary.Of(tensor)}");
            }
        }

        for (var i = 0; i < result.Outputs.Length; i++)
        {
            output.WriteLine($"{launched.Network.Outputs[i].Name}: {result.Outputs[i]} {TensorSummary.Of(result.Outputs[i])}");
        }

        if (result.Makespan is { } makespan)
        {
            output.WriteLine($"{Figures.Time(makespan)} on {launched.Device.Name} (emulated)");
        }

        foreach (var hazard in result.Hazards)
        {
            output.WriteLine($"hazard: {HazardText.Describe(hazard, launched.Compiled.Program).Text}");
        }
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
            TensorSummary.Of(result.Outputs[i]).Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hazards");
        foreach (var hazard in result.Hazards)
        {
            json.WriteStringValue(HazardText.Describe(hazard, launched.Compiled.Program).Text);
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in target == RunTarget.Emulator ? launched.Warnings : [])
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        if (result.Tensors.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tensors");
        foreach (var (layer, tensor) in result.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("layer", launched.Network.Layers[layer].Path);
            json.WriteString("type", tensor.ToString());
            TensorSummary.Of(tensor).Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
