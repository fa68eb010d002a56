using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Semantics;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Schedules;

namespace NNLang.Workspaces.Snapshots;

/// <summary>
/// An open file in one version: text, tree, compilation, and the last schedules that were finished. Immutable, thread-safe; an edit makes a new
/// document that shares whatever the edit does not concern.
/// </summary>
public sealed class Document
{
    private Document(string uri, int version, Compilation compilation, CompilerCache cache)
    {
        Uri = uri;
        Version = version;
        Compilation = compilation;
        Cache = cache;
    }

    /// <summary>Its address, as the editor spells it.</summary>
    public string Uri { get; }

    /// <summary>The editor's number of this version.</summary>
    public int Version { get; }

    /// <summary>The compilation; binding happens when it is first asked.</summary>
    public Compilation Compilation { get; }

    /// <summary>What compilations to programs remember; one for the document's life.</summary>
    public CompilerCache Cache { get; }

    /// <summary>The text.</summary>
    public SourceText Text => Compilation.Tree.Text;

    /// <summary>The tree.</summary>
    public SyntaxTree Tree => Compilation.Tree;

    /// <summary>The schedules of its networks that were finished last, by name; perhaps of an earlier version.</summary>
    public ImmutableDictionary<string, NetworkSchedule> Schedules { get; private init; } = ImmutableDictionary<string, NetworkSchedule>.Empty;

    /// <summary>Counts the schedules made for the document.</summary>
    public int ScheduleVersion { get; private init; }

    /// <summary>The instance that hints and hovers of a block show, by block; a block that is absent shows all.</summary>
    public ImmutableDictionary<string, string> ChosenInstances { get; private init; } = ImmutableDictionary<string, string>.Empty;

    private Compilation? ScheduledCompilation { get; init; }

    /// <summary>Whether <see cref="Schedules"/> are those of this text.</summary>
    public bool IsScheduled => ReferenceEquals(ScheduledCompilation, Compilation);

    /// <summary>Whether inefficiencies of this text have been looked for, too.</summary>
    public bool IsComplete
    {
        get
        {
            if (!IsScheduled)
            {
                return false;
            }

            foreach (var schedule in Schedules.Values)
            {
                if (!schedule.HasFindings)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Opens a text.</summary>
    public static Document Open(string uri, int version, string text, WorkspaceSettings settings) =>
        new(uri, version, Compilation.Create(SyntaxTree.Parse(text), OptionsOf(uri, settings)), new CompilerCache());

    /// <summary>The document after edits, each in the text that the one before left. A span beyond the text is cut to it.</summary>
    public Document WithChanges(int version, IEnumerable<Func<SourceText, TextChange>> changes)
    {
        var tree = Tree;
        foreach (var change in changes)
        {
            tree = tree.WithChange(change(tree.Text));
        }

        return With(version, ReferenceEquals(tree, Tree) ? Compilation : Compilation.WithTree(tree));
    }

    /// <summary>The document with another text altogether.</summary>
    public Document WithText(int version, string text) => With(version, Compilation.WithTree(SyntaxTree.Parse(text)));

    /// <summary>The document under other settings.</summary>
    public Document WithSettings(WorkspaceSettings settings) => With(Version, Compilation.WithOptions(OptionsOf(Uri, settings)));

    /// <summary>The document read again where files outside it changed: weights.</summary>
    public Document Refreshed() => With(Version, Compilation.WithOptions(Compilation.Options));

    /// <summary>The document with the schedules that were made for a compilation: its own, or an earlier one's.</summary>
    public Document WithSchedules(Compilation compilation, ImmutableDictionary<string, NetworkSchedule> schedules) =>
        new(Uri, Version, Compilation, Cache)
        {
            Schedules = schedules,
            ScheduledCompilation = compilation,
            ScheduleVersion = ScheduleVersion + 1,
            ChosenInstances = ChosenInstances,
        };

    /// <summary>The document showing one instance of a block, or all of them.</summary>
    public Document WithInstance(string block, string? instance) =>
        new(Uri, Version, Compilation, Cache)
        {
            Schedules = Schedules,
            ScheduledCompilation = ScheduledCompilation,
            ScheduleVersion = ScheduleVersion,
            ChosenInstances = instance is null ? ChosenInstances.Remove(block) : ChosenInstances.SetItem(block, instance),
        };

    private static CompilationOptions OptionsOf(string uri, WorkspaceSettings settings) => new()
    {
        Files = settings.Files,
        BasePath = FolderOf(uri),
        Device = null,
    };

    private static string FolderOf(string uri) =>
        System.Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.IsFile
            ? Path.GetDirectoryName(address.LocalPath) ?? string.Empty
            : string.Empty;

    private Document With(int version, Compilation compilation) =>
        new(Uri, version, compilation, Cache)
        {
            Schedules = Schedules,
            ScheduledCompilation = ScheduledCompilation,
            ScheduleVersion = ScheduleVersion,
            ChosenInstances = ChosenInstances,
        };
}
