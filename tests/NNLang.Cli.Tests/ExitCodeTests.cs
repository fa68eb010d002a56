using NNLang.Cli.Hosting;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>Exit codes, each by something that really happens.</summary>
public sealed class ExitCodeTests
{
    private const string Residual = "examples/residual.nn";

    [Theory]
    [InlineData(0, "check examples/residual.nn")]
    [InlineData(0, "check examples/branches.nn --json")]
    [InlineData(0, "explain NN3002")]
    [InlineData(0, "run examples/residual.nn --timing-only")]
    [InlineData(0, "bisect examples/depthwise.nn --json")]
    [InlineData(1, "bisect examples/residual.nn --fault \"stuck_bit(engine: tensor, column: 3, bit: 30, value: 1)\" --reference none")]
    [InlineData(2, "check examples/absent.nn")]
    [InlineData(2, "run examples/residual.nn#absent")]
    [InlineData(2, "run examples/residual.nn --device absent")]
    [InlineData(2, "run examples/residual.nn --fault absent")]
    [InlineData(2, "run examples/residual.nn --fault \"stuck_bit(lane: 3)\"")]
    [InlineData(2, "run examples/residual.nn --fault 'dropped_tile(layer: \"absent\")'")]
    [InlineData(2, "check examples")]
    [InlineData(2, "run examples --json")]
    [InlineData(2, "import examples")]
    [InlineData(2, "import examples/residual.nn")]
    [InlineData(2, "fmt examples")]
    [InlineData(2, "check examples/residual.nn --device absent")]
    [InlineData(2, "check examples/residual.nn --weights absent.safetensors")]
    [InlineData(2, "run examples/residual.nn --input image=examples")]
    [InlineData(3, "run examples/residual.nn --timing-only --output x")]
    [InlineData(3, "run examples/residual.nn --timing-only --target interpreter")]
    [InlineData(2, "run examples/residual.nn --input absent=absent.npy")]
    [InlineData(2, "run examples/residual.nn --input image=absent.npy")]
    [InlineData(2, "run examples/residual.nn --input-dir absent")]
    [InlineData(2, "run examples/residual.nn --weights absent.safetensors")]
    [InlineData(2, "import examples/absent.onnx")]
    [InlineData(2, "fmt examples/absent.nn")]
    [InlineData(3, "")]
    [InlineData(3, "absent")]
    [InlineData(3, "check")]
    [InlineData(3, "check examples/residual.nn --absent")]
    [InlineData(3, "run examples/residual.nn --target absent")]
    [InlineData(3, "run examples/residual.nn --seed many")]
    [InlineData(3, "run examples/residual.nn --dim N")]
    [InlineData(3, "run examples/residual.nn --dim N=many")]
    [InlineData(3, "bisect examples/residual.nn --mode absent")]
    [InlineData(3, "build examples/residual.nn --emit absent")]
    [InlineData(3, "export examples/residual.nn --length 0")]
    [InlineData(3, "explain NN0000")]
    public void A_command_ends_with(int expected, string command)
    {
        var (code, output, error) = Nnc.Run(Nnc.Split(command));
        Assert.True(expected == code, $"{code} instead of {expected}\n{output}{error}");
        if (expected >= 2)
        {
            AssertMessage(command.StartsWith("check", StringComparison.Ordinal) ? output + error : error);
        }
    }

    [Fact]
    public void Errors_in_a_network_end_with_2_wherever_it_is_used()
    {
        using var file = new TemporaryFile("wrong.nn", "network wrong(x: f32[1, 4]) {\n  return dense(x)\n}\n");
        foreach (var command in (string[])["check", "build", "run", "bisect", "schedule", "faults", "export"])
        {
            var (code, output, error) = Nnc.Run(command, file.Path);
            Assert.True(code == 2, $"{command}: {code}\n{output}{error}");
            Assert.Contains(file.Path + ":2:", output + error, StringComparison.Ordinal);
            Assert.Contains("NN2021", output + error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void References_that_disagree_end_with_4()
    {
        // In f32 the one is lost beside 1e20, in the binary64 of the interpreter as well; beside 1e10 only f32 loses it.
        using var file = new TemporaryFile(
            "cancel.nn", "network cancel(x: f32[1, 4]) {\n  large = x * 0.0 + 10000000000.0\n  return relu(large + 1.0) - large\n}\n");
        var (code, output, error) = Nnc.Run("bisect", file.Path);
        Assert.True(code == 4, $"{code}\n{output}{error}");
        Assert.Contains("The references disagree", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_interrupted_ends_with_5()
    {
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Run(["bisect", Repository.PathOf(Residual), "--reference", "none"], output, error, interrupted.Token);
        Assert.Equal(ExitCode.Defect, code);
        Assert.Equal("Cancelled.", error.ToString().Trim());
    }

    [Fact]
    public void Every_code_is_explained()
    {
        var count = 0;
        foreach (var descriptor in NNLang.Workspaces.Texts.Explanations.All)
        {
            var (code, output, error) = Nnc.Run("explain", descriptor.Code);
            Assert.True(code == 0 && output.Length > descriptor.Code.Length + 20, $"{descriptor.Code}: {output}{error}");
            Assert.StartsWith(descriptor.Code, output, StringComparison.Ordinal);
            count++;
        }

        Assert.True(count > 80, $"only {count} codes");
    }

    [Theory]
    [InlineData("run examples/residual.nn --device nueron_core_v2", "neuron_core_v2")]
    [InlineData("run examples/residual.nn#absent", "residual")]
    [InlineData("run examples/residual.nn --fault \"stuck_bits(lane: 3)\"", "stuck_bit")]
    [InlineData("run examples/residual.nn --input picture=x.npy", "image")]
    [InlineData("run examples/residual.nn --target gpu", "onnxruntime")]
    public void What_is_unknown_is_answered_with_what_is_known(string command, string known)
    {
        var (_, _, error) = Nnc.Run(Nnc.Split(command));
        AssertMessage(error);
        Assert.Contains(known, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run examples/residual.nn --fault 'dropped_tile(layer: \"x/unti\")'", "did you mean 'x/unit'")]
    [InlineData("absent", "'absent'")]
    [InlineData("run examples/residual.nn --seed many", "'many' is not a whole number")]
    [InlineData("check examples", "is a directory")]
    public void A_message_says_what_is_wrong(string command, string expected)
    {
        var (_, _, error) = Nnc.Run(Nnc.Split(command));
        AssertMessage(error);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stuck_bit(engine: tensor, column: 124, bit: 30, value: 1, layer: 'x/unit')")]
    [InlineData("stuck_bit(engine: tensor, lane: 124, bit: 30, value: 1, layer: 'stem')")]
    [InlineData("lost_accumulate(layer: 'stem/relu')")]
    [InlineData("wrong_table(engine: scalar, function: 'erf', segment: 1)")]
    [InlineData("wrong_offset()")]
    [InlineData("wrong_pad(pass: 'emit')")]
    [InlineData("missing_wait(operation: 'absent')")]
    public void A_fault_that_strikes_nothing_is_told(string fault)
    {
        fault = fault.Replace('\'', '"');
        var (code, output, error) = Nnc.Run("run", "examples/residual.nn", "--fault", fault, "--json");
        Assert.Equal(0, code);
        Assert.Contains("strikes nothing", error, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public void A_network_that_the_device_cannot_run_is_run_elsewhere_and_exported()
    {
        using var file = new TemporaryFile("half.nn", "network half(x: f16[1, 4]) {\n  return neg(x)\n}\n");
        var (code, _, error) = Nnc.Run("run", file.Path);
        Assert.Equal(2, code);
        Assert.StartsWith(file.Path + ":", error, StringComparison.Ordinal);
        Assert.Contains("error NN5020", error, StringComparison.Ordinal);
        foreach (var target in (string[])["interpreter", "onnxruntime"])
        {
            (code, _, error) = Nnc.Run("run", file.Path, "--target", target, "--output", file.Path + ".tensors");
            Assert.True(code == 0, error);
        }

        (code, _, error) = Nnc.Run("export", file.Path);
        Assert.True(code == 0, error);
        Directory.Delete(file.Path + ".tensors", recursive: true);
    }

    [Fact]
    public void What_the_device_cannot_do_stands_at_its_line_in_every_instance_of_a_block()
    {
        using var file = new TemporaryFile(
            "twice.nn",
            "block twice(x: f32[1, 4]) {\n  y = relu(x) |> relu\n  return log_softmax(y, axis: -1)\n}\nnetwork main(x: f32[1, 4]) {\n  repeat 2 { x = twice(x) }\n  return x\n}\n");
        var (code, _, error) = Nnc.Run("build", file.Path, "--json");
        Assert.Equal(2, code);
        Assert.Equal(2, error.Split('\n').Count(line => line.StartsWith(file.Path + ":3:10: error NN5021", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_command_would_destroy_it_refuses()
    {
        using var file = new TemporaryFile("model.nn", "network model(x: f32[1, 4]) {\n  return relu(x)\n}\n");
        var model = Path.ChangeExtension(file.Path, ".onnx");
        Assert.Equal(0, Nnc.Run("export", file.Path).Code);
        var before = File.ReadAllBytes(model);
        Assert.Equal(3, Nnc.Run("export", model).Code);
        Assert.Equal(3, Nnc.Run("import", model, "-o", model).Code);
        Assert.Equal(before, File.ReadAllBytes(model));
    }

    private static void AssertMessage(string error)
    {
        Assert.NotEqual("", error.Trim());
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }
}
