using NNLang.Testing;

namespace NNLang.Architecture.Tests;

/// <summary>The table of rooms in docs/architecture.md.</summary>
internal sealed class HouseTable
{
    private readonly Dictionary<string, string[]> _rows = [];

    private HouseTable()
    {
    }

    public IReadOnlyCollection<string> Rooms => _rows.Keys;

    public static HouseTable Read()
    {
        var table = new HouseTable();
        foreach (var line in File.ReadLines(Repository.PathOf("docs/architecture.md")))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length == 5 && cells[1].StartsWith("NNLang.", StringComparison.Ordinal))
            {
                table._rows.Add(cells[1], cells[3] == "-" ? [] : cells[3].Split(',', StringSplitOptions.TrimEntries));
            }
        }

        return table;
    }

    /// <summary>All rooms that a room may use, directly or through another.</summary>
    public ISet<string> AllowedBy(string room)
    {
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        Collect(room, allowed);
        return allowed;
    }

    private void Collect(string room, SortedSet<string> allowed)
    {
        var named = _rows[room] is ["all"] ? _rows.Keys.Where(other => other != room) : _rows[room].Select(name => "NNLang." + name);
        foreach (var other in named)
        {
            if (allowed.Add(other))
            {
                Collect(other, allowed);
            }
        }
    }
}
