using System.CommandLine;
using NNLang.Cli.Hosting;

namespace NNLang.Cli.Commands;

/// <summary>The commands of <c>nnc</c>, in the order of the help.</summary>
internal static class AllCommands
{
    /// <summary>Makes all commands.</summary>
    public static IEnumerable<Command> Create(CommandConsole console) =>
    [
        CheckCommand.Create(console),
        FmtCommand.Create(console),
        ExplainCommand.Create(console),
        ImportCommand.Create(console),
        ExportCommand.Create(console),
        BuildCommand.Create(console),
        RunCommand.Create(console),
        BisectCommand.Create(console),
        ScheduleCommand.Create(console),
        FaultsCommand.Create(console),
        LspCommand.Create(console),
        DapCommand.Create(console),
    ];
}
