namespace NNLang.Compiler.Findings;

/// <summary>How much is tried. Work is counted, not timed, so that the same network gives the same findings everywhere.</summary>
public sealed record FindingOptions
{
    /// <summary>The default.</summary>
    public static FindingOptions Default { get; } = new();

    /// <summary>Operations that may be scheduled while candidates are estimated.</summary>
    public int EstimateBudget { get; init; } = 120_000;

    /// <summary>Operations that may be scheduled while the best candidates are verified; at least one candidate is.</summary>
    public int VerifyBudget { get; init; } = 30_000;

    /// <summary>Savings below this part of the makespan are not worth a line of text.</summary>
    public double Threshold { get; init; } = 0.01;

    /// <summary>Savings below this part are not worth a line of the panel either.</summary>
    public double PanelThreshold { get; init; } = 0.005;

    /// <summary>Savings below so many picoseconds are never shown.</summary>
    public long LeastSaving { get; init; } = 1_000_000;
}
