using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Protocol.Dap;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.DebugAdapter.Launching;

/// <summary>A launched network and, once there is one, the session on it. Used by one thread at a time.</summary>
internal sealed class DebugRun : IDisposable
{
    private const int BadLaunch = 2;

    private DebugRun(LaunchArguments arguments, LaunchedNetwork launched)
    {
        Arguments = arguments;
        Launched = launched;
        Layers = new LayerMap(launched);
    }

    /// <summary>What was asked for.</summary>
    public LaunchArguments Arguments { get; }

    /// <summary>The network.</summary>
    public LaunchedNetwork Launched { get; }

    /// <summary>Its layers and lines.</summary>
    public LayerMap Layers { get; }

    /// <summary>The file, absolute.</summary>
    public string File => Path.GetFullPath(Layers.File);

    /// <summary>The session; null while a bisection searches.</summary>
    public RunSession? Session { get; private set; }

    /// <summary>Reads, binds and compiles what a configuration names.</summary>
    /// <exception cref="DebugRequestException">It cannot run; the message is for the user.</exception>
    public static DebugRun Open(LaunchArguments arguments)
    {
        try
        {
            var launched = Launcher.Launch(arguments.Request);
            if (arguments is { DefaultDevice: { } device, Request.Device: null } && launched.Network.DeviceName is null && launched.Device.Name != device)
            {
                launched.Dispose();
                launched = Launcher.Launch(arguments.Request with { Device = device });
            }

            return new DebugRun(arguments, launched);
        }
        catch (LaunchException refused)
        {
            throw new DebugRequestException(BadLaunch, Describe(arguments, refused), showUser: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or TensorFileException or InvalidDataException
            or ArgumentException or NotSupportedException)
        {
            throw new DebugRequestException(BadLaunch, $"Cannot read the network: {refused.Message}", showUser: true);
        }
    }

    /// <summary>Takes over a session, with its program.</summary>
    public void Attach(RunSession session) => Session = session;

    /// <summary>Starts a session on the whole network.</summary>
    public RunSession Start()
    {
        var program = DebugProgram.Load(Launched, Layers, Launched.Subject(null).Expectation, Launched.Compiled.Program);
        return Session = new RunSession(program);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var program = Session?.Program;
        Session?.Dispose();
        program?.Dispose();
        Launched.Dispose();
    }

    private static string Describe(LaunchArguments arguments, LaunchException refused)
    {
        if (refused is not { Tree: { } tree, Errors: { IsEmpty: false } errors })
        {
            return refused.Message;
        }

        var first = errors.MinBy(error => error.Location.Span.Start)!;
        var place = tree.Resolve(first.Location);
        var line = place is { } span ? $" The first is on line {tree.Text.LineOf(span.Start) + 1}: {first.Message}" : $" {first.Message}";
        return $"Cannot {(arguments.IsBisect ? "bisect" : "run")}: {errors.Length} error{(errors.Length == 1 ? "" : "s")}.{line}";
    }
}
