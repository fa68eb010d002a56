using System.Text.Json;
using NNLang.Protocol.Dap;
using NNLang.Protocol.Tests.Lsp;
using NNLang.Protocol.Tests.Models;
using NNLang.Testing;

namespace NNLang.Protocol.Tests.Dap;

public sealed class GeneratedDapTypesTests
{
    public static TheoryData<string> Requests => [.. GeneratedLspTypesTests.Fields(typeof(DapRequests))];

    public static TheoryData<string> ReverseRequests => [.. GeneratedLspTypesTests.Fields(typeof(DapReverseRequests))];

    public static TheoryData<string> Events => [.. GeneratedLspTypesTests.Fields(typeof(DapEvents))];

    [Theory]
    [MemberData(nameof(Requests))]
    public void EveryRequestAndResponseIsWhatTheSchemaSays(string name) => CheckRequest(typeof(DapRequests), name);

    [Theory]
    [MemberData(nameof(ReverseRequests))]
    public void EveryReverseRequestIsWhatTheSchemaSays(string name) => CheckRequest(typeof(DapReverseRequests), name);

    [Theory]
    [MemberData(nameof(Events))]
    public void EveryEventIsWhatTheSchemaSays(string name)
    {
        var (method, json, types) = GeneratedLspTypesTests.Describe(typeof(DapEvents), name);
        PropertySeed.ForEach(20, random =>
        {
            var members = new Dictionary<string, object?> { ["seq"] = 1, ["type"] = "event", ["event"] = method };
            Add(members, "body", types[0], json, random);
            DapSchema.Shared.CheckMessage(JsonSerializer.SerializeToElement(members));
        });
    }

    private static void CheckRequest(Type table, string name)
    {
        var (method, json, types) = GeneratedLspTypesTests.Describe(table, name);
        PropertySeed.ForEach(20, random =>
        {
            var request = new Dictionary<string, object?> { ["seq"] = 1, ["type"] = "request", ["command"] = method };
            Add(request, "arguments", types[0], json, random);
            DapSchema.Shared.CheckMessage(JsonSerializer.SerializeToElement(request));
            var response = new Dictionary<string, object?>
            {
                ["seq"] = 2,
                ["type"] = "response",
                ["request_seq"] = 1,
                ["command"] = method,
                ["success"] = true,
            };
            Add(response, "body", types[1], json, random);
            DapSchema.Shared.CheckMessage(JsonSerializer.SerializeToElement(response));
        });
    }

    private static void Add(
        Dictionary<string, object?> message, string name, Type type, System.Text.Json.Serialization.JsonSerializerContext json, Random random)
    {
        if (type == typeof(Nothing))
        {
            return;
        }

        var values = new RandomValues(random, Special);
        var value = type == typeof(JsonElement) ? JsonDocument.Parse("""{"noDebug":false}""").RootElement : values.Create(type);
        var written = JsonSerializer.SerializeToElement(value, json.GetTypeInfo(type)!);
        var again = JsonSerializer.SerializeToElement(written.Deserialize(json.GetTypeInfo(type)!), json.GetTypeInfo(type)!);
        Assert.Equal(written.GetRawText(), again.GetRawText());
        message[name] = written;

        // Closed lists of words in the schema.
        object? Special(Type owner, string member, string? kind) => (owner.Name, member, kind) switch
        {
            ("Source", "PresentationHint", _) => SourcePresentationHint.Emphasize,
            ("StackFrame", "PresentationHint", _) => StackFramePresentationHint.Subtle,
            ("DisassembledInstruction", "PresentationHint", _) => DisassembledInstructionPresentationHint.Normal,
            ("Breakpoint" or "DataBreakpoint" or "DataBreakpointInfoResponseBody", "Reason" or "AccessType" or "AccessTypes", "String") =>
                member == "Reason" ? BreakpointReason.Failed : DataBreakpointAccessType.Read,
            ("OutputEventBody", "Group", _) => OutputEventGroup.Start,
            ("LoadedSourceEventBody" or "ModuleEventBody", "Reason", _) => "new",
            ("ProcessEventBody", "StartMethod", _) => "launch",
            ("ColumnDescriptor", "Type", _) => "string",
            ("Checksum", "Algorithm", _) or (_, "SupportedChecksumAlgorithms", "String") => ChecksumAlgorithm.SHA256,
            (_, "Granularity", _) => SteppingGranularity.Instruction,
            ("CompletionItem", "Type", _) => "method",
            (_, "BreakMode", _) => ExceptionBreakMode.Always,
            ("StartDebuggingRequestArguments", "Request", _) => "launch",
            ("StartDebuggingRequestArguments", "OutputPresentation", _) => StartDebuggingRequestOutputPresentation.Separate,
            ("VariablesArguments", "Filter", _) => VariablesFilter.Indexed,
            ("RunInTerminalRequestArguments", "Kind", _) => "integrated",
            ("StartDebuggingRequestArguments", "Configuration", _) => JsonDocument.Parse("{}").RootElement,
            ("RestartArguments", "Arguments", _) => JsonDocument.Parse("{}").RootElement,
            _ => null,
        };
    }
}
