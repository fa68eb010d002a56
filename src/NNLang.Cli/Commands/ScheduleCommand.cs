using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NNLang.Cli.Hosting;
using NNLang.Compiler.Findings;
using NNLang.Compiler.Schedules;
using NNLang.Machine.Instructions;
using NNLang.Targets.Launch;
using NNLang.Workspaces.Texts;

namespace NNLang.Cli.Commands;

/// <summary><c>nnc schedule</c>: which engine runs what and when, before and after reordering, and what is inefficient.</summary>
internal static class ScheduleCommand
{
    private const int SchemaVersion = 1;

    public static Command Create(CommandConsole console)
    {
        var common = new CommonOptions();
        var command = new Command("schedule", "Shows engines, times, memory and inefficiencies.");
        common.AddLaunch(command);
        command.Options.Add(common.SourceOrder);
        command.Options.Add(common.Json);
        command.SetAction(parsed => (int)Run(console, common.Request(parsed), parsed.GetValue(common.Json)));
        return command;
    }

    private static ExitCode Run(CommandConsole console, LaunchRequest request, bool json)
    {
        using var launched = Launcher.Launch(request);
        console.Warn(launched.Warnings);
        var findings = FindingsAnalyzer.Find(launched.Compiled);
        if (json)
        {
            JsonText.Write(console.Output, writer => WriteJson(writer, launched, findings));
        }
        else
        {
            WriteText(console.Output, launched, findings);
        }

        return ExitCode.Fine;
    }

    private static void WriteText(TextWriter output, LaunchedNetwork launched, IReadOnlyList<Finding> findings)
    {
        var schedule = launched.Compiled.Schedule;
        var source = launched.Compiled.SourceOrderSchedule;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{launched.Network.Name} on {launched.Device.Name}: {Figures.Time(schedule.Makespan)}, {Figures.Percent(schedule.OverBound - 1)} over the bound"));
        if (source is not null)
        {
            output.WriteLine($"  in source order: {Figures.Time(source.Makespan)}");
        }

        foreach (var engine in schedule.Engines)
        {
            output.WriteLine($"  {engine.Name,-8} busy {Figures.Time(engine.Busy)}, {Figures.Percent((double)engine.Busy / Math.Max(1, schedule.Makespan))}");
        }

        foreach (var memory in schedule.Memories)
        {
            output.WriteLine($"  {memory.Name,-8} peak {Figures.Bytes(memory.Peak)} of {Figures.Bytes(memory.Capacity)}");
        }

        foreach (var finding in findings)
        {
            output.WriteLine($"  {finding.Code} {finding.Message}");
            output.WriteLine($"         {finding.Help}");
        }
    }

    private static void WriteJson(Utf8JsonWriter json, LaunchedNetwork launched, IReadOnlyList<Finding> findings)
    {
        var compiled = launched.Compiled;
        var schedule = compiled.Schedule;
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("unit", "ps");
        json.WriteNumber("makespan", schedule.Makespan);
        if (compiled.SourceOrderSchedule is { } source)
        {
            json.WriteNumber("sourceOrderMakespan", source.Makespan);
        }
        else
        {
            json.WriteNull("sourceOrderMakespan");
        }

        json.WriteNumber("lowerBound", schedule.Bound.Picoseconds);
        json.WriteStartObject("engines");
        foreach (var engine in schedule.Engines)
        {
            json.WriteStartObject(engine.Name);
            json.WriteNumber("busy", engine.Busy);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteOperations(json, launched, schedule);
        WriteLayers(json, launched, schedule);
        json.WriteStartArray("memory");
        foreach (var memory in schedule.Memories)
        {
            json.WriteStartObject();
            json.WriteString("name", memory.Name);
            json.WriteNumber("capacity", memory.Capacity);
            json.WriteNumber("peak", memory.Peak);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteStartArray("lines");
            foreach (var line in finding.Related.Select(related => related.Layer).Prepend(finding.Layer).Select(layer => launched.PlaceOf(layer)?.Line).Distinct())
            {
                json.WriteNumberValue(line ?? 0);
            }

            json.WriteEndArray();
            json.WriteNumber("saving", finding.Saving);
            json.WriteNumber("savedBytes", finding.SavedBytes);
            json.WriteString("schedule", finding.Schedule == FindingSchedule.SourceOrder ? "sourceOrder" : "default");
            json.WriteString("message", finding.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOperations(Utf8JsonWriter json, LaunchedNetwork launched, Schedule schedule)
    {
        json.WriteStartArray("operations");
        foreach (var operation in schedule.Operations)
        {
            json.WriteStartObject();
            json.WriteNumber("id", operation.Id);
            json.WriteString("layer", operation.Layer < 0 ? null : launched.Network.Layers[operation.Layer].Path);
            WriteLine(json, launched, operation.Layer);
            json.WriteString("engine", operation.Resource);
            json.WriteNumber("start", operation.Start);
            json.WriteNumber("end", operation.End);
            json.WriteStartArray("after");
            foreach (var earlier in launched.Compiled.Plan!.WaitsOf(operation.Id))
            {
                json.WriteNumberValue(earlier);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLayers(Utf8JsonWriter json, LaunchedNetwork launched, Schedule schedule)
    {
        json.WriteStartArray("layers");
        foreach (var layer in schedule.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", launched.Network.Layers[layer.Layer].Path);
            WriteLine(json, launched, layer.Layer);
            json.WriteNumber("start", layer.Start);
            json.WriteNumber("end", layer.End);
            json.WriteStartArray("engines");
            for (var engine = 0; engine < Engines.Count; engine++)
            {
                if ((layer.Engines & (1 << engine)) != 0)
                {
                    json.WriteStringValue(Engines.Name((Engine)engine));
                }
            }

            if ((layer.Engines & (1 << Engines.Count)) != 0)
            {
                json.WriteStringValue(EngineUse.Dma);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLine(Utf8JsonWriter json, LaunchedNetwork launched, int layer)
    {
        if (layer >= 0 && launched.PlaceOf(layer) is { } place)
        {
            json.WriteNumber("line", place.Line);
        }
        else
        {
            json.WriteNull("line");
        }
    }
}
