using System.CommandLine;
using System.Text;
using NNLang.Cli.Hosting;
using NNLang.Targets.Launch;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc import</c>: an ONNX model as a readable <c>.nn</c> file and one <c>.safetensors</c> file.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandConsole console)
    {
        var model = new Argument<string>("MODEL.onnx") { Description = "The model." };
        var output = new Option<string?>("--output", "-o") { Description = "The .nn file; beside the model by default.", HelpName = "FILE.nn" };
        var command = new Command("import", "Imports an ONNX model.");
        command.Arguments.Add(model);
        command.Options.Add(output);
        var json = new CommonOptions().Json;
        command.Options.Add(json);
        command.SetAction(parsed => (int)Run(console, parsed.GetValue(model)!, parsed.GetValue(output), parsed.GetValue(json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, string model, string? output, bool json)
    {
        if (model.EndsWith(".nn", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{model} is no ONNX model, but a network in NNLang already. Use it as it is.");
        }

        var target = output ?? Path.ChangeExtension(model, ".nn");
        var weightsPath = Path.ChangeExtension(target, ".safetensors");
        var (text, weights) = SourceFile.ReadOnnx(model, Path.GetFileName(weightsPath));
        if (Path.GetFullPath(target) == Path.GetFullPath(model))
        {
            throw new InputException($"The import would replace {target}, which it is made from. Name another file with --output.", ExitCode.Usage);
        }

        SafetensorsWriter.Write(weightsPath, weights);
        AtomicFile.Write(target, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)));
        var lines = text.AsSpan().Count('\n');
        if (json)
        {
            JsonText.Write(console.Output, writer =>
            {
                writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
                writer.WriteString("network", target);
                writer.WriteNumber("lines", lines);
                writer.WriteString("weights", weightsPath);
                writer.WriteNumber("tensors", weights.Length);
            });
        }
        else
        {
            console.Output.WriteLine($"{target}: {lines} lines; {weightsPath}: {weights.Length} tensors");
        }

        return ExitCode.Fine;
    }
}
