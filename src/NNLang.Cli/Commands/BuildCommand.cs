using System.CommandLine;
using NNLang.Cli.Hosting;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Machine.ProgramFormat;
using NNLang.Semantics.Graph;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc build</c>: machine code for a device, and every intermediate representation on the way to it.</summary>
internal static class BuildCommand
{
    private static readonly string[] Representations = ["network", .. IrPrinter.Names];

    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var output = new Option<string?>("--output", "-o") { Description = "The program file; beside the network by default.", HelpName = "FILE.nnp" };
        var emit = new Option<string?>("--emit")
        {
            Description = "Print an intermediate representation instead: " + string.Join(", ", Representations) + ".",
            HelpName = "IR",
        };
        emit.AcceptOnlyFromAmong(Representations);
        var command = new Command("build", "Compiles a network to a program file.");
        common.AddLaunch(command);
        command.Options.Add(common.Faults);
        command.Options.Add(common.SourceOrder);
        command.Options.Add(output);
        command.Options.Add(emit);
        command.Options.Add(common.Json);
        command.SetAction(parsed => (int)Run(
            console, common.Request(parsed), parsed.GetValue(output), parsed.GetValue(emit), parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, LaunchRequest request, string? output, string? emit, bool json)
    {
        using var launched = Launcher.Launch(request);
        console.Warn(launched.Warnings);
        if (emit is not null)
        {
            WriteRepresentation(console.Output, emit, emit == "network" ? NetworkDump.Text(launched.Network) : IrPrinter.Print(launched.Compiled, emit)!, json);
            return ExitCode.Fine;
        }

        var bytes = ProgramFile.Write(launched.Compiled.Program);
        var target = output ?? Path.ChangeExtension(launched.Source.Path, ".nnp");
        AtomicFile.Write(target, stream => stream.Write(bytes));
        var (count, identity) = (launched.Compiled.Program.InstructionCount, ProgramFile.CodeIdentity(launched.Compiled.Program).ToString());
        if (json)
        {
            JsonText.Write(console.Output, writer =>
            {
                writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
                writer.WriteString("program", target);
                writer.WriteString("device", launched.Device.Name);
                writer.WriteNumber("instructions", count);
                writer.WriteNumber("bytes", bytes.Length);
                writer.WriteString("code", identity);
            });
        }
        else
        {
            console.Output.WriteLine($"{target}: {count} instructions for {launched.Device.Name}, {bytes.Length} bytes, code {identity}");
        }

        return ExitCode.Fine;
    }

    private static void WriteRepresentation(TextWriter output, string name, string text, bool json)
    {
        if (!json)
        {
            output.Write(text);
            return;
        }

        JsonText.Write(output, writer =>
        {
            writer.WriteNumber("schemaVersion", DiagnosticPrinter.SchemaVersion);
            writer.WriteString("representation", name);
            writer.WriteString("text", text);
        });
    }
}
