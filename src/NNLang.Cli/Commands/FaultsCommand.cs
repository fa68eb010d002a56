using System.CommandLine;
using System.Text;
using System.Text.Json;
using NNLang.Cli.Hosting;
using NNLang.Targets.Faults;
using NNLang.Targets.Launch;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc faults</c>: faults that a network can suffer, each usable as <c>--fault</c>.</summary>
internal static class FaultsCommand
{
    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var count = new Option<int?>("--count") { Description = "How many, drawn by the seed; all that are known by default.", HelpName = "M" };
        var command = new Command("faults", "Lists faults that a network can suffer.");
        common.AddLaunch(command);
        command.Options.Add(common.Seed);
        command.Options.Add(count);
        command.Options.Add(common.Json);
        command.SetAction(parsed =>
        {
            using var launched = Launcher.Launch(common.Request(parsed));
            var faults = FaultCatalogue.Draw(launched.Compiled, parsed.GetValue(common.Seed), parsed.GetValue(count));
            if (parsed.GetValue(common.Json))
            {
                WriteJson(console.Output, faults);
            }
            else
            {
                foreach (var fault in faults)
                {
                    console.Output.WriteLine(fault.Spec);
                }
            }

            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<PossibleFault> faults)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.Options))
        {
            json.WriteStartArray();
            foreach (var fault in faults)
            {
                json.WriteStartObject();
                json.WriteString("spec", fault.Spec);
                json.WriteString("kind", fault.Kind);
                json.WriteString("where", fault.Where);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.Write(Encoding.UTF8.GetString(stream.ToArray()));
        output.Write('\n');
    }
}
