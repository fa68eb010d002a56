using System.Collections.Immutable;

namespace NNLang.Workspaces.Snapshots;

/// <summary>Everything that is open, and what the user has set, at one moment. Immutable, thread-safe.</summary>
public sealed class Workspace
{
    private Workspace(ImmutableDictionary<string, Document> documents, WorkspaceSettings settings)
    {
        Documents = documents;
        Settings = settings;
    }

    /// <summary>Nothing is open.</summary>
    public static Workspace Empty { get; } = new(ImmutableDictionary.Create<string, Document>(StringComparer.Ordinal), WorkspaceSettings.Default);

    /// <summary>The open documents by address.</summary>
    public ImmutableDictionary<string, Document> Documents { get; }

    /// <summary>The settings.</summary>
    public WorkspaceSettings Settings { get; }

    /// <summary>A document; null if it is not open.</summary>
    public Document? Find(string uri) => Documents.GetValueOrDefault(uri);

    /// <summary>The workspace with a document opened or replaced.</summary>
    public Workspace With(Document document) => new(Documents.SetItem(document.Uri, document), Settings);

    /// <summary>The workspace without a document.</summary>
    public Workspace Without(string uri) => new(Documents.Remove(uri), Settings);

    /// <summary>The workspace under other settings; documents that depend on what changed are compiled again.</summary>
    public Workspace With(WorkspaceSettings settings)
    {
        var affected = settings.Device != Settings.Device || !ReferenceEquals(settings.Files, Settings.Files);
        return new Workspace(
            affected ? Documents.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.WithSettings(settings), StringComparer.Ordinal) : Documents,
            settings);
    }
}
