using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Targets.Launch;
using NNLang.Testing;

namespace NNLang.Debugging.Tests;

/// <summary>A session on a network, with everything that it stands on.</summary>
internal sealed class Sessions : IDisposable
{
    private readonly LaunchedNetwork _launched;
    private readonly DebugProgram _program;

    private Sessions(LaunchedNetwork launched)
    {
        _launched = launched;
        Layers = new LayerMap(launched);
        _program = DebugProgram.Load(launched, Layers, launched.Subject(null).Expectation, launched.Compiled.Program);
        Session = new RunSession(_program);
    }

    public RunSession Session { get; }

    public LayerMap Layers { get; }

    public DebugProgram Program => _program;

    /// <summary>The residual network of the examples, whose paths have blocks in them.</summary>
    public static Sessions Residual(params string[] faults) => new(LaunchResidual(faults));

    public static LaunchedNetwork LaunchResidual(params string[] faults) =>
        Launcher.Launch(new LaunchRequest(Repository.PathOf("examples/residual.nn")) { Faults = [.. faults] });

    public RunSession Fresh() => new(_program);

    public void Dispose()
    {
        Session.Dispose();
        _program.Dispose();
        _launched.Dispose();
    }
}
