namespace NNLang.Emulator.Races;

/// <summary>What the emulator checks besides deadlock. All checks are on by default.</summary>
public sealed record CheckOptions
{
    /// <summary>Everything.</summary>
    public static CheckOptions All { get; } = new();

    /// <summary>Only what needs no data: races and deadlock (<c>docs/machine.md</c> 4.8).</summary>
    public static CheckOptions TimingOnly { get; } = new() { Initialisation = false };

    /// <summary>Whether races are looked for.</summary>
    public bool Races { get; init; } = true;

    /// <summary>Whether reads of bytes that nothing wrote are looked for.</summary>
    public bool Initialisation { get; init; } = true;

    /// <summary>How many hazards are listed at most.</summary>
    public int MaximumHazards { get; init; } = 100;
}
