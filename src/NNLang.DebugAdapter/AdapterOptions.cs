using NNLang.Bisection;
using NNLang.Targets.Launch;

namespace NNLang.DebugAdapter;

/// <summary>What the adapter is given by whoever starts it.</summary>
public sealed record AdapterOptions
{
    /// <summary>Takes one line per incident; never the protocol's own stream.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Measures probes.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The independent reference of a network's meaning; null for none.</summary>
    public Func<LaunchedNetwork, IReferenceProcessor?> Independent { get; init; } = _ => null;
}
