using NNLang.Testing;

namespace NNLang.DebugAdapter.Tests;

/// <summary>Launches that cannot work: a text that says which attribute, and a session that goes on.</summary>
public sealed class LaunchTests
{
    private static readonly string Program = Repository.PathOf("examples/residual.nn");

    public static TheoryData<string, string> Bad() => new()
    {
        { """{"program":"/none.nn"}""", "Cannot read the network: /none.nn does not exist (NN9003)." },
        { """{}""", "'program' is missing: name the network, as in \"sample.nn\"." },
        { """{"program":3}""", "'program' must be a text." },
        { """{"program":"P","mode":"walk"}""", "'mode' is 'walk'; it can be bisect, run." },
        { """{"program":"P","device":"trn9"}""", "'device' is 'trn9': not a device. Known: neuron_core_v2." },
        { """{"program":"P","faults":"all"}""", "'faults' must be a list of texts." },
        { """{"program":"P","seed":1.5}""", "'seed' must be a whole number." },
        { """{"program":"P","precision":"f16"}""", "'precision' is 'f16': only f32 can be run." },
        { """{"program":"P","inputs":{"picture":"x.npy"}}""", "'inputs.picture': 'residual' has no such input; its inputs are image." },
        { """[]""", "The launch configuration must be an object." },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_launch_says_which_attribute(string configuration, string message)
    {
        await using var host = new AdapterHost();
        await host.Client.RequestAsync("initialize", new { adapterID = "nnlang" });
        host.Client.Send("configurationDone");
        var arguments = System.Text.Json.JsonDocument.Parse(configuration.Replace("\"P\"", "\"" + Program + "\"", StringComparison.Ordinal)).RootElement;
        Assert.Equal(message, await host.Client.RefusalAsync("launch", arguments));
        await host.Client.RequestAsync("threads");
    }

    [Fact]
    public async Task Errors_of_the_network_name_the_first_line()
    {
        using var file = new TemporaryFile("broken.nn", "network main(x: f32[1, 3]) {\n  y = relu(z)\n  return y\n}\n");
        await using var host = new AdapterHost();
        await host.Client.RequestAsync("initialize", new { adapterID = "nnlang" });
        var refusal = await host.Client.RefusalAsync("launch", new { program = file.Path });
        Assert.StartsWith("Cannot bisect: 1 error. The first is on line 2: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_bad_launch_a_good_one_works()
    {
        await using var host = new AdapterHost();
        await host.Client.RequestAsync("initialize", new { adapterID = "nnlang" });
        await host.Client.RefusalAsync("launch", new { program = "/none.nn" });
        await host.Client.RequestAsync("configurationDone");
        await host.Client.RequestAsync("launch", new { program = Program, mode = "run", stopOnEntry = true });
        Assert.Equal("entry", DebugClient.Text(await host.Client.StoppedAsync(), "reason"));
    }
}
