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
        command.SetAction(parsed => (int)Run(console, common.Request(parsed), parsed.GetValue(output), parsed.GetValue(length)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, LaunchRequest request, string? output, int? length)
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
        AtomicFile.Write(target, stream => stream.Write(export.Model.Span));
        console.Output.WriteLine($"{target}: {export.Outputs.Length} output{(export.Outputs.Length == 1 ? "" : "s")}");
        return ExitCode.Fine;
    }
}
