using System.Text.Json.Nodes;
using NNLang.LanguageServer.Tests.Support;
using NNLang.Testing;

namespace NNLang.LanguageServer.Tests;

/// <summary>The whole server, driven as an editor drives it.</summary>
public sealed class LanguageServerTests
{
    private const string Uri = "file:///t/n.nn";

    private const string Text =
        "weights seeded(1)\n"
        + "network n(x: f32[1, 8, 28, 28]) -> (out: f32[1, 8, 28, 28]) {\n"
        + "  a = conv2d(x, filters: 8, kernel: 3, pad: 1)\n"
        + "  b = relu(a)\n"
        + "  return out: b\n"
        + "}\n";

    private static string At(int line, int character, string more = "") =>
        $$"""{"textDocument":{"uri":"{{Uri}}"},"position":{"line":{{line}},"character":{{character}} }{{more}} }""";

    private static string Change(int version, int line, int start, int end, string text) =>
        $$"""{"textDocument":{"uri":"{{Uri}}","version":{{version}} },"contentChanges":[{"range":{"start":{"line":{{line}},"character":{{start}} },"end":{"line":{{line}},"character":{{end}} } },"text":"{{text}}"}]}""";

    private static Func<JsonNode, bool> Version(int version) => parameters => parameters["version"]?.GetValue<int>() == version;

    [Fact]
    public async Task ADocumentIsOpenedEditedFixedAndClosed()
    {
        await using var client = new EditorClient();
        var capabilities = (await client.InitializeAsync())["capabilities"]!;
        Assert.Equal("utf-16", capabilities["positionEncoding"]!.GetValue<string>());
        Assert.Equal(2, capabilities["textDocumentSync"]!["change"]!.GetValue<int>());
        client.Open(Uri, Text);
        Assert.Empty((await client.WaitAsync("textDocument/publishDiagnostics", Version(1)))["diagnostics"]!.AsArray());

        client.Notify("textDocument/didChange", Change(2, 2, 39, 42, "padding"));
        var wrong = (await client.WaitAsync("textDocument/publishDiagnostics", Version(2)))["diagnostics"]!.AsArray();
        Assert.Contains(wrong, diagnostic => diagnostic!["code"]!.GetValue<string>() == "NN2020");
        var status = await client.WaitAsync("nnlang/status", parameters => parameters["state"]!.GetValue<string>() == "errors");
        Assert.EndsWith("2 errors", status["text"]!.GetValue<string>(), StringComparison.Ordinal);

        var actions = (await client.RequestAsync("textDocument/codeAction", $$"""{"textDocument":{"uri":"{{Uri}}"},"range":{"start":{"line":2,"character":40},"end":{"line":2,"character":40} },"context":{"diagnostics":[]} }"""))["result"]!.AsArray();
        var fix = Assert.Single(actions, action => action!["isPreferred"]!.GetValue<bool>())!;
        Assert.Equal("pad", fix["edit"]!["changes"]![Uri]![0]!["newText"]!.GetValue<string>());

        client.Notify("textDocument/didChange", Change(3, 2, 39, 46, "pad"));
        Assert.Empty((await client.WaitAsync("textDocument/publishDiagnostics", Version(3)))["diagnostics"]!.AsArray());
        var ready = await client.WaitAsync("nnlang/status", parameters => parameters["makespanPs"] is not null && parameters["state"]!.GetValue<string>() == "ready");
        Assert.Matches(@"^neuron_core_v2 · [\d.]+ µs$", ready["text"]!.GetValue<string>());

        client.Notify("textDocument/didClose", $$"""{"textDocument":{"uri":"{{Uri}}"} }""");
        await client.WaitAsync("textDocument/publishDiagnostics", parameters => parameters["version"] is null);
        Assert.Equal("null", (await client.RequestAsync("shutdown", "null"))["result"]?.ToJsonString() ?? "null");
        client.Notify("exit", "null");
        Assert.Equal(0, await client.ExitCode.WaitAsync(EditorClient.Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task EveryFeatureAnswersOverTheProtocol()
    {
        await using var client = new EditorClient();
        await client.InitializeAsync();
        client.Open(Uri, Text);
        var schedule = (await client.RequestAsync("nnlang/schedule", $$"""{"uri":"{{Uri}}"}"""))["result"]!;
        Assert.Equal("n", schedule["network"]!.GetValue<string>());
        Assert.True(schedule["makespan"]!.GetValue<long>() >= schedule["lowerBound"]!.GetValue<long>());
        Assert.All(schedule["default"]!["operations"]!.AsArray(), operation => Assert.InRange(operation!["line"]!.GetValue<int>(), 0, 6));

        Assert.Contains("multiply-adds", (await client.RequestAsync("textDocument/hover", At(2, 8)))["result"]!["contents"]!["value"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains((await client.RequestAsync("textDocument/completion", At(3, 6)))["result"]!["items"]!.AsArray(), item => item!["label"]!.GetValue<string>() == "relu");
        Assert.Contains("conv2d(x", (await client.RequestAsync("textDocument/signatureHelp", At(2, 16)))["result"]!["signatures"]![0]!["label"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(2, (await client.RequestAsync("textDocument/definition", At(3, 11)))["result"]![0]!["range"]!["start"]!["line"]!.GetValue<int>());
        Assert.Equal(2, (await client.RequestAsync("textDocument/references", At(3, 11, ""","context":{"includeDeclaration":true}""")))["result"]!.AsArray().Count);
        Assert.Equal(2, (await client.RequestAsync("textDocument/rename", At(3, 11, ""","newName":"c" """)))["result"]!["changes"]![Uri]!.AsArray().Count);
        Assert.Equal("a", (await client.RequestAsync("textDocument/prepareRename", At(3, 11)))["result"]!["placeholder"]!.GetValue<string>());
        var refused = await client.RequestAsync("textDocument/rename", At(3, 11, ""","newName":"b" """));
        Assert.Equal("'b' is already declared on line 4.", refused["error"]!["message"]!.GetValue<string>());
        var document = $$"""{"textDocument":{"uri":"{{Uri}}"},"options":{"tabSize":2,"insertSpaces":true},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0} } }""";
        Assert.Equal(2, (await client.RequestAsync("textDocument/documentSymbol", document))["result"]!.AsArray().Count);
        Assert.NotEmpty((await client.RequestAsync("textDocument/foldingRange", document))["result"]!.AsArray());
        Assert.Equal("\n", (await client.RequestAsync("textDocument/formatting", document))["result"]![0]!["newText"]!.GetValue<string>());
        Assert.Contains((await client.RequestAsync("textDocument/inlayHint", document))["result"]!.AsArray(), hint => hint!["label"]!.ToJsonString().Contains("[1, 8, 28, 28]", StringComparison.Ordinal));
        Assert.InRange((await client.RequestAsync("textDocument/codeLens", document))["result"]!.AsArray().Count, 3, 4);
        var tokens = (await client.RequestAsync("textDocument/semanticTokens/full", document))["result"]!["data"]!.ToJsonString();
        Assert.Equal(tokens, (await client.RequestAsync("textDocument/semanticTokens/range", document))["result"]!["data"]!.ToJsonString());
        Assert.Equal(2, (await client.RequestAsync("nnlang/networks", $$"""{"uri":"{{Uri}}"}"""))["result"]!["networks"]![0]!["line"]!.GetValue<int>());
        Assert.Contains("NN6002", (await client.RequestAsync("nnlang/explain", """{"code":"NN6002"}"""))["result"]!["markdown"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnErrorInOneNetworkLeavesTheOthersTheirSchedules()
    {
        await using var client = new EditorClient();
        await client.InitializeAsync();
        client.Open(Uri, Text + "network main(x: f32[1, 8]) -> (out: f32[1, 8]) {\n  return out: relu(y)\n}\n");
        await client.WaitAsync("nnlang/status", parameters => parameters["text"]!.GetValue<string>().EndsWith("1 error", StringComparison.Ordinal));
        var other = await client.RequestAsync("nnlang/schedule", $$"""{"uri":"{{Uri}}","network":"n"}""");
        Assert.NotEmpty(other["result"]!["default"]!["operations"]!.AsArray());
        var broken = await client.RequestAsync("nnlang/schedule", $$"""{"uri":"{{Uri}}","network":"main"}""");
        Assert.Null(broken["result"]);
    }

    [Fact]
    public async Task WhatTheClientShowsItselfIsLinkedTo()
    {
        await using var client = new EditorClient();
        await client.RequestAsync("initialize", """{"processId":1,"rootUri":null,"capabilities":{"textDocument":{"publishDiagnostics":{"codeDescriptionSupport":true} } },"initializationOptions":{"explainCommand":"my.explain","deviceScheme":"my-device"} }""");
        client.Notify("initialized", "{}");
        client.Open(Uri, Text.Replace("relu(a)", "rel(a) @engine(scalar)", StringComparison.Ordinal) + "device mine = neuron_core_v2 with { }\n");
        var wrong = await client.WaitAsync("textDocument/publishDiagnostics", Version(1));
        var code = wrong["diagnostics"]![0]!["code"]!.GetValue<string>();
        Assert.Equal($"command:my.explain?%5B%22{code}%22%5D", wrong["diagnostics"]![0]!["codeDescription"]!["href"]!.GetValue<string>());
        var device = (await client.RequestAsync("textDocument/definition", At(6, 18)))["result"]![0]!;
        Assert.Equal("my-device:/neuron_core_v2.nn", device["uri"]!.GetValue<string>());
        var text = (await client.RequestAsync("nnlang/deviceText", """{"name":"neuron_core_v2"}"""))["result"]!["text"]!.GetValue<string>().Split('\n');
        Assert.StartsWith("device neuron_core_v2", text[device["range"]!["start"]!["line"]!.GetValue<int>()], StringComparison.Ordinal);
        var engine = (await client.RequestAsync("textDocument/definition", At(3, 22)))["result"]![0]!;
        Assert.StartsWith("engine scalar", text[engine["range"]!["start"]!["line"]!.GetValue<int>()].Trim(), StringComparison.Ordinal);
        Assert.Null((await client.RequestAsync("nnlang/deviceText", """{"name":"none"}"""))["result"]);
    }

    [Fact]
    public async Task TheLensOfAnOpenDimensionBindsIt()
    {
        await using var client = new EditorClient();
        await client.InitializeAsync();
        client.Open(Uri, Text.Replace("f32[1,", "f32[N,", StringComparison.Ordinal));
        await client.WaitAsync("nnlang/status", parameters => parameters["text"]!.GetValue<string>().EndsWith("needs N", StringComparison.Ordinal));
        var lenses = (await client.RequestAsync("textDocument/codeLens", $$"""{"textDocument":{"uri":"{{Uri}}"} }"""))["result"]!.AsArray();
        var lens = Assert.Single(lenses, lens => lens!["command"]!["title"]!.GetValue<string>() == "needs N: set dim N = 1")!["command"]!;
        await client.RequestAsync("workspace/executeCommand", $$"""{"command":"{{lens["command"]}}","arguments":{{lens["arguments"]!.ToJsonString()}} }""");
        var edit = (await client.WaitAsync("workspace/applyEdit", _ => true))["edit"]!["changes"]![Uri]![0]!;
        Assert.Equal(("\n  dim N = 1", 1), (edit["newText"]!.GetValue<string>(), edit["range"]!["start"]!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task ProposalsAreAnsweredHoweverFastSomebodyTypes()
    {
        await using var client = new EditorClient();
        await client.InitializeAsync();
        client.Open(Uri, Text);
        var answers = new List<Task<JsonNode>>();
        for (var i = 0; i < 60; i++)
        {
            client.Notify("textDocument/didChange", Change(i + 2, 3, 6 + i, 6 + i, "c"));
            answers.Add(client.RequestAsync("textDocument/completion", At(3, 7 + i)));
        }

        foreach (var answer in await Task.WhenAll(answers))
        {
            Assert.Contains(answer["result"]!["items"]!.AsArray(), item => item!["label"]!.GetValue<string>() == "conv2d");
        }
    }

    [Fact]
    public async Task PlacesCountBytesWhereTheClientPrefersThat()
    {
        await using var client = new EditorClient();
        var capabilities = (await client.InitializeAsync("""{"general":{"positionEncodings":["utf-8","utf-16"]}}"""))["capabilities"]!;
        Assert.Equal("utf-8", capabilities["positionEncoding"]!.GetValue<string>());
        client.Open(Uri, Text.Replace("  b = relu(a)", "  `é😀` = relu(a)", StringComparison.Ordinal).Replace("out: b", "out: `é😀`", StringComparison.Ordinal));
        var range = (await client.RequestAsync("textDocument/prepareRename", At(3, 3)))["result"]!["range"]!;
        Assert.Equal((2, 10), (range["start"]!["character"]!.GetValue<int>(), range["end"]!["character"]!.GetValue<int>()));
    }

    [Fact]
    public async Task TheServerSurvivesWhatNoClientShouldSend()
    {
        await using var client = new EditorClient();
        Assert.Equal(-32002, (await client.RequestAsync("textDocument/hover", At(0, 0)))["error"]!["code"]!.GetValue<int>());
        await client.InitializeAsync();
        Assert.Equal(-32600, (await client.RequestAsync("initialize", """{"processId":1,"rootUri":null,"capabilities":{}}"""))["error"]!["code"]!.GetValue<int>());
        Assert.Equal(-32601, (await client.RequestAsync("textDocument/nothing", "{}"))["error"]!["code"]!.GetValue<int>());
        Assert.Equal(-32602, (await client.RequestAsync("textDocument/hover", """{"position":7}"""))["error"]!["code"]!.GetValue<int>());
        client.Notify("textDocument/didChange", Change(7, 0, 0, 0, "never opened"));
        client.Notify("nobody/knows", "[]");
        client.Open(Uri, Text);
        client.Notify("textDocument/didChange", Change(2, 99, 5, 2, "// beyond the end"));
        Assert.Null((await client.RequestAsync("textDocument/hover", At(500, 500)))["result"]);
        Assert.NotNull((await client.RequestAsync("textDocument/hover", At(2, 8)))["result"]);
        Assert.Null((await client.RequestAsync("textDocument/hover", """{"textDocument":{"uri":"file:///no.nn"},"position":{"line":0,"character":0}}"""))["result"]);
    }

    [Fact]
    public async Task RandomMessagesNeitherEndNorStallTheServer()
    {
        await using var client = new EditorClient();
        await client.InitializeAsync();
        client.Open(Uri, Text);
        string[] methods =
        [
            "textDocument/hover", "textDocument/completion", "textDocument/rename", "textDocument/codeAction", "textDocument/inlayHint",
            "workspace/executeCommand", "nnlang/schedule", "textDocument/semanticTokens/range", "textDocument/didChange", "textDocument/didOpen",
            "workspace/didChangeConfiguration", "$/cancelRequest", "textDocument/didClose",
        ];
        string[] values =
        [
            "null", "[]", "{}", "7", "\"x\"", "true", "-1", "1e300", $"\"{Uri}\"", """{"line":-1,"character":2147483647}""",
            $$"""{"uri":"{{Uri}}","version":3}""", """[{"text":"network"}]""", """{"start":{"line":3,"character":9},"end":{"line":1,"character":0} }""",
        ];
        string[] keys = ["textDocument", "position", "range", "contentChanges", "newName", "context", "command", "arguments", "settings", "uri", "id"];
        PropertySeed.ForEach(150, random =>
        {
            var members = Enumerable.Range(0, random.Next(5)).Select(_ => keys[random.Next(keys.Length)]).Distinct()
                .Select(key => $"\"{key}\":{values[random.Next(values.Length)]}");
            var parameters = random.Next(6) == 0 ? values[random.Next(values.Length)] : "{" + string.Join(',', members) + "}";
            var method = methods[random.Next(methods.Length)];
            client.Send(random.Next(2) == 0
                ? $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}} }"""
                : $$"""{"jsonrpc":"2.0","id":{{100_000 + random.Next(1000)}},"method":"{{method}}","params":{{parameters}} }""");
        });
        client.Open(Uri, Text);
        Assert.NotNull((await client.RequestAsync("textDocument/hover", At(2, 8)))["result"]);
    }

    [Fact]
    public async Task AClientThatGoesAwayWithoutAWordIsExitCodeOne()
    {
        var client = new EditorClient();
        await client.InitializeAsync();
        await client.DisposeAsync();
        Assert.Equal(1, await client.ExitCode);
    }
}
