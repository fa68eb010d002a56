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
        command.SetAction(parsed => (int)Run(console, parsed.GetValue(model)!, parsed.GetValue(output)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, string model, string? output)
    {
        if (!File.Exists(model))
        {
            throw new InputException($"{model} does not exist.");
        }

        var target = output ?? Path.ChangeExtension(model, ".nn");
        var weightsPath = Path.ChangeExtension(target, ".safetensors");
        var (text, weights) = SourceFile.ReadOnnx(model, Path.GetFileName(weightsPath));
        SafetensorsWriter.Write(weightsPath, weights);
        AtomicFile.Write(target, stream => stream.Write(new UTF8Encoding(false).GetBytes(text)));
        console.Output.WriteLine($"{target}: {text.AsSpan().Count('\n')} lines; {weightsPath}: {weights.Length} tensors");
        return ExitCode.Fine;
    }
}
