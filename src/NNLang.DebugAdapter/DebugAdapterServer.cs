using NNLang.DebugAdapter.Sessions;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter;

/// <summary>A debug adapter on a pair of streams: one client, any number of launches one after another.</summary>
public static class DebugAdapterServer
{
    /// <summary>Serves until the client disconnects, its stream ends, or the token is cancelled. Bad messages do not end it.</summary>
    public static async Task RunAsync(Stream input, Stream output, AdapterOptions options, CancellationToken cancellationToken)
    {
        Adapter? adapter = null;
        var connection = new DebugAdapterConnection(
            input, output, client => (adapter = new Adapter(client, options)).Handlers(), options.Log);
        await using (connection.ConfigureAwait(false))
        {
            await connection.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        await adapter!.DisposeAsync().ConfigureAwait(false);
    }
}
