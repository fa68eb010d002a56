namespace NNLang.Protocol.Extensions;

/// <summary>What the status bar shows for a document.</summary>
public sealed record StatusParams
{
    /// <summary>The document.</summary>
    public required string Uri { get; init; }

    /// <summary>The device, as the user knows it.</summary>
    public required string Device { get; init; }

    /// <summary>Makespan of the default order in picoseconds; null while there is none.</summary>
    public long? MakespanPs { get; init; }

    /// <summary>A member of <see cref="StatusState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Number of errors in the document.</summary>
    public int? Errors { get; init; }

    /// <summary>The text to show.</summary>
    public required string Text { get; init; }
}

/// <summary>What a document's compilation is doing.</summary>
public static class StatusState
{
    /// <summary>Figures are those of the text.</summary>
    public const string Ready = "ready";

    /// <summary>Figures are older than the text.</summary>
    public const string Compiling = "compiling";

    /// <summary>The text has errors.</summary>
    public const string Errors = "errors";
}
