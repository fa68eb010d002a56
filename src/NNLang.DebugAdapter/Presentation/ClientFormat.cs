using NNLang.Debugging.Programs;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Presentation;

/// <summary>How the client counts lines and writes paths.</summary>
internal sealed record ClientFormat
{
    /// <summary>The number of the first line.</summary>
    public int FirstLine { get; init; } = 1;

    /// <summary>The number of the first column.</summary>
    public int FirstColumn { get; init; } = 1;

    /// <summary>Whether paths are URIs.</summary>
    public bool Uris { get; init; }

    /// <summary>Whether progress events are understood.</summary>
    public bool Progress { get; init; }

    /// <summary>Reads what a client says about itself.</summary>
    public static ClientFormat Of(InitializeRequestArguments arguments) => new()
    {
        FirstLine = arguments.LinesStartAt1 == false ? 0 : 1,
        FirstColumn = arguments.ColumnsStartAt1 == false ? 0 : 1,
        Uris = arguments.PathFormat == InitializeRequestPathFormat.Uri,
        Progress = arguments.SupportsProgressReporting == true,
    };

    /// <summary>A file as the client names it.</summary>
    public Source SourceOf(string file)
    {
        var path = Path.GetFullPath(file);
        return new Source { Name = Path.GetFileName(path), Path = Uris ? new Uri(path).AbsoluteUri : path };
    }

    /// <summary>The file that the client names; null if it names none.</summary>
    public string? FileOf(Source? source)
    {
        if (source?.Path is not { Length: > 0 } path || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return Uris && Uri.TryCreate(path, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : Path.GetFullPath(path);
    }

    /// <summary>A line as the client counts.</summary>
    public long Line(SourcePosition? place) => place is { } known ? known.Line - 1 + FirstLine : 0;

    /// <summary>A column as the client counts.</summary>
    public long Column(SourcePosition? place) => place is { } known ? known.Column - 1 + FirstColumn : 0;

    /// <summary>A line of the client, counted from 1.</summary>
    public int LineOf(long line) => (int)Math.Clamp(line - FirstLine + 1, 0, int.MaxValue - 1);
}
