using System.IO.Pipelines;

namespace NNLang.DebugAdapter.Tests;

/// <summary>An adapter in this process and a client of it.</summary>
internal sealed class AdapterHost : IAsyncDisposable
{
    private readonly Pipe _toAdapter = new();
    private readonly Pipe _toClient = new();
    private readonly List<string> _log = [];

    public AdapterHost()
    {
        Client = new DebugClient(_toClient.Reader.AsStream(), _toAdapter.Writer.AsStream());
        Client.Start();
        Running = Task.Run(async () =>
        {
            await DebugAdapterServer.RunAsync(
                _toAdapter.Reader.AsStream(), _toClient.Writer.AsStream(), new AdapterOptions { Log = Log }, CancellationToken.None);
            await _toClient.Writer.CompleteAsync();
        });
    }

    public DebugClient Client { get; }

    public Task Running { get; }

    /// <summary>What the adapter logged.</summary>
    public string Logged
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Initialises and launches; the answer to the launch is awaited.</summary>
    public async Task LaunchAsync(object configuration)
    {
        await Client.RequestAsync("initialize", new { adapterID = "nnlang", supportsProgressReporting = true });
        await Client.EventAsync("initialized");
        var launch = Client.Send("launch", configuration);
        var done = Client.Send("configurationDone");
        await Client.AnswerAsync(done);
        var answer = await Client.AnswerAsync(launch);
        Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _toAdapter.Writer.CompleteAsync();
        await Running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Log(string line)
    {
        lock (_log)
        {
            _log.Add(line);
        }
    }
}
