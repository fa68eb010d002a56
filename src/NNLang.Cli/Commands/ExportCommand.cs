using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.Onnx;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc export</c>: a network, or its first layers, as an ONNX model.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var output = new Option<string?>("--output", "-o") { Description = "The .onnx file; beside the network by default.", HelpName = "FILE.onnx" };
        var length = new Option<int?>("--length") { Description = "Only the first N layers; every tensor live there becomes an output.", HelpName = "N" };
        var command = new Command("export", "Exports a network, or a prefix of it, to ONNX.");
        common.AddLaunch(command);
        command.Options.Add(output);
        command.Options.Add(length);
        command.Options.Add(common.Json);
        command.SetAction(parsed => (int)Run(
            console, common.Request(parsed) with { NeedsProgram = false }, parsed.GetValue(output), parsed.GetValue(length), parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, LaunchRequest request, string? output, int? length, bool json)
    {
        using var launched = Launcher.Launch(request);
        if (length is < 1 || length > launched.Network.Layers.Length)
        {
            throw new InputException($"--length {length}: '{launched.Network.Name}' has lengths 1 to {launched.Network.Layers.Length}.", ExitCode.Usage);
        }

        OnnxExport export;
        try
        {
            export = OnnxExporter.Export(launched.Network, launched.Read, length);
        }
        catch (NotSupportedException refused)
        {
            throw new InputException(refused.Message);
        }

        var target = output ?? Path.ChangeExtension(launched.Source.Path, length is null ? ".onnx" : $".{length}.onnx");
        if (Path.GetFullPath(target) == Path.GetFullPath(launched.Source.Path))
        {
            throw new InputException($"The export would replace {target}, which it is made from. Name another file with --output.", ExitCode.Usage);
        }

        AtomicFile.Write(target, stream => stream.Write(export.Model.Span));
        if (json)
        {
            WriteJson(console.Output, target, launched, export);
        }
        else
        {
            console.Output.WriteLine($"{target}: {export.Outputs.Length} output{(export.Outputs.Length == 1 ? "" : "s")}");
        }

        return ExitCode.Fine;
    }

    private static void WriteJson(TextWriter output, string target, LaunchedNetwork launched, OnnxExport export) => JsonText.Write(output, writer =>
    {
        writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
        writer.WriteString("model", target);
        writer.WriteStartArray("outputs");
        foreach (var tensor in export.Outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("layer", tensor.Layer < 0 ? null : launched.Network.Layers[tensor.Layer].Path);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
