using System.Text.Json;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>The fields of every JSON that other tools rely on, as snapshots of names and kinds; and what their values promise.</summary>
public sealed class JsonTests
{
    private const string Fault = "stuck_bit(engine: tensor, column: 3, bit: 30, value: 1)";

    [Fact]
    public void Check_prints_diagnostics()
    {
        using var file = new TemporaryFile("wrong.nn", "network wrong(x: f32[1, 4]) {\n  y = relu(x)\n  y = dense(x)\n  return y\n}\n");
        var (code, output, _) = Nnc.Run("check", file.Path, "--json");
        Assert.Equal(2, code);
        Match("check", output);
        using var json = JsonDocument.Parse(output);
        var error = json.RootElement.GetProperty("diagnostics").EnumerateArray().Single(d => d.GetProperty("severity").GetString() == "error");
        Assert.Equal("NN2021", error.GetProperty("code").GetString());
        Assert.Equal(3, error.GetProperty("line").GetInt32());
    }

    [Fact]
    public void Bisect_prints_a_verdict()
    {
        var (code, output, _) = Nnc.Run("bisect", "examples/residual.nn", "--fault", Fault, "--reference", "none", "--json");
        Assert.Equal(1, code);
        Match("bisect", output);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal("divergence", root.GetProperty("verdict").GetString());
        Assert.Equal("stem/relu", root.GetProperty("layer").GetProperty("path").GetString());
        Assert.Equal(["stem/conv2d", "stem/batch_norm"], root.GetProperty("fused").EnumerateArray().Select(path => path.GetString()!));
        Assert.True(root.GetProperty("descent").GetProperty("instrumented").GetProperty("addedInstructions").GetInt32() > 0);
        Assert.Equal(root.GetProperty("targetRuns").GetInt32(), root.GetProperty("probes").GetArrayLength());
    }

    [Fact]
    public void Bisect_prints_a_verdict_that_is_clean()
    {
        var (code, output, _) = Nnc.Run("bisect", "examples/residual.nn", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("clean", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("layer").ValueKind);
        Assert.Equal(0, json.RootElement.GetProperty("hazards").GetArrayLength());
    }

    [Fact]
    public void Schedule_prints_every_operation()
    {
        var (code, output, _) = Nnc.Run("schedule", "examples/branches.nn", "--json");
        Assert.Equal(0, code);
        Match("schedule", output);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        var makespan = root.GetProperty("makespan").GetInt64();
        Assert.Equal("ps", root.GetProperty("unit").GetString());
        Assert.InRange(makespan, root.GetProperty("lowerBound").GetInt64(), root.GetProperty("sourceOrderMakespan").GetInt64());
        var ends = new Dictionary<int, (long Start, long End)>();
        var operations = root.GetProperty("operations").EnumerateArray().ToList();
        foreach (var operation in operations)
        {
            ends.Add(operation.GetProperty("id").GetInt32(), (operation.GetProperty("start").GetInt64(), operation.GetProperty("end").GetInt64()));
        }

        Assert.Equal(makespan, ends.Values.Max(times => times.End));
        foreach (var operation in operations)
        {
            var (start, end) = ends[operation.GetProperty("id").GetInt32()];
            Assert.True(start <= end);
            foreach (var earlier in operation.GetProperty("after").EnumerateArray())
            {
                Assert.True(ends[earlier.GetInt32()].End <= end, $"operation {operation}");
            }
        }

        foreach (var memory in root.GetProperty("memory").EnumerateArray())
        {
            Assert.InRange(memory.GetProperty("peak").GetInt64(), 0, memory.GetProperty("capacity").GetInt64());
        }
    }

    [Fact]
    public void Run_prints_its_outputs()
    {
        var (code, output, _) = Nnc.Run("run", "examples/residual.nn", "--json");
        Assert.Equal(0, code);
        Match("run", output);
    }

    [Fact]
    public void Every_fault_that_is_listed_can_be_planted()
    {
        var seed = PropertySeed.Base;
        foreach (var network in (string[])["residual", "branches", "depthwise"])
        {
            var program = $"examples/{network}.nn";
            var (code, output, _) = Nnc.Run("faults", program, "--seed", $"{seed}", "--count", "13", "--json");
            Assert.Equal(0, code);
            Match("faults", output);
            using var json = JsonDocument.Parse(output);
            var faults = json.RootElement.EnumerateArray().ToList();
            Assert.Equal(13, faults.Count);
            foreach (var fault in faults)
            {
                var spec = fault.GetProperty("spec").GetString()!;
                Assert.StartsWith(fault.GetProperty("kind").GetString() + "(", spec, StringComparison.Ordinal);
                var (planted, _, error) = Nnc.Run("build", program, "--fault", spec, "--emit", "network");
                Assert.True(planted == 0, $"{network}, seed {seed}: {spec}: {error}");
            }
        }
    }

    // Names and kinds of all members, once each, in order of first appearance; values, and so durations, are left out.
    private static void Match(string name, string output)
    {
        using var json = JsonDocument.Parse(output);
        var lines = new List<string>();
        Describe(json.RootElement, "$", lines);
        Snapshot.Match($"tests/NNLang.Cli.Tests/Snapshots/{name}.txt", string.Join('\n', lines.Distinct()) + "\n");
    }

    private static void Describe(JsonElement element, string path, List<string> lines)
    {
        var kind = element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "boolean" : element.ValueKind.ToString().ToLowerInvariant();
        lines.Add($"{path}: {kind}");
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                // The names of engines are the device's.
                Describe(member.Value, path == "$.engines" ? path + ".*" : $"{path}.{member.Name}", lines);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Describe(item, path + "[]", lines);
            }
        }
    }
}
