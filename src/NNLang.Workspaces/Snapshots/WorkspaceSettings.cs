using NNLang.Semantics;

namespace NNLang.Workspaces.Snapshots;

/// <summary>Which hints the editor shows between the words.</summary>
public enum HintMode : byte
{
    /// <summary>Shapes, and engines with times.</summary>
    ShapesAndEngines,
    /// <summary>Shapes only.</summary>
    Shapes,
    /// <summary>None.</summary>
    None,
}

/// <summary>What the user has set. Immutable.</summary>
public sealed record WorkspaceSettings
{
    /// <summary>What holds where nothing is set.</summary>
    public static WorkspaceSettings Default { get; } = new();

    /// <summary>The device of networks without <c>@device</c>; null for the language's own default.</summary>
    public string? Device { get; init; }

    /// <summary>The hints.</summary>
    public HintMode Hints { get; init; }

    /// <summary>Access to weights files; null where there is none.</summary>
    public IFileSystem? Files { get; init; }
}
