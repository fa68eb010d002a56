using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary><c>nnc lsp</c> as a process of its own, over its real streams.</summary>
public sealed class LspCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TheServerTalksOverStandardStreamsAndEndsAsTheProtocolSays()
    {
        var (code, output) = await ServeAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}""",
            """{"jsonrpc":"2.0","method":"initialized","params":{}}""",
            """{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///t/a.nn","languageId":"nnlang","version":1,"text":"network n(x: f32[1]) -> (out: f32[1]) {\n  return out: relu(x)\n}\n"}}}""",
            """{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///t/a.nn"},"position":{"line":1,"character":15}}}""",
            """{"jsonrpc":"2.0","id":3,"method":"shutdown"}""",
            """{"jsonrpc":"2.0","method":"exit"}""");
        Assert.Equal(0, code);
        Assert.StartsWith("Content-Length: ", output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"NNLang\"", output, StringComparison.Ordinal);
        Assert.Contains("**relu**", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatEndsWithoutShutdownIsExitCodeOne()
    {
        var (code, _) = await ServeAsync();
        Assert.Equal(1, code);
    }

    private static async Task<(int Code, string Output)> ServeAsync(params string[] messages)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.ArgumentList.Add(typeof(Commands.AllCommands).Assembly.Location);
        start.ArgumentList.Add("lsp");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = new StringBuilder();
        var buffer = new char[4096];
        foreach (var message in messages)
        {
            await process.StandardInput.WriteAsync($"Content-Length: {Encoding.UTF8.GetByteCount(message)}\r\n\r\n{message}");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            if (JsonNode.Parse(message)!["id"] is not { } id)
            {
                continue;
            }

            // An editor waits for an answer before it asks the server to end.
            while (!output.ToString().Contains($"\"id\":{id.ToJsonString()},\"result\"", StringComparison.Ordinal))
            {
                var count = await process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
                Assert.True(count > 0, $"The server ended early: {output}");
                output.Append(buffer, 0, count);
            }
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await errors;
        return (process.ExitCode, output.ToString());
    }
}
