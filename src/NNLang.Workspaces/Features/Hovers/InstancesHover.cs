using System.Text;
using NNLang.Semantics.Queries;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>An operation on a line that stands for several layers: what its instances are and what they cost. Pure.</summary>
internal static class InstancesHover
{
    private const int MostRows = 8;

    /// <summary>Instances with the same result and time share a row.</summary>
    public static string Describe(
        Document document, StatementSite site, OperationBinding operation, List<OperationHover.ScheduledAt> layers)
    {
        var network = layers[0].Schedule.Network.Name;
        var text = new StringBuilder("**").Append(operation.Word).Append("** · ").Append(Figures.Plural(layers.Count, "instance")).Append(" in `").Append(network).Append('`');
        var engine = layers.Select(layer => layer.Schedule.Schedule is null ? null : layer.Schedule.UseOf(layer.Layer).MainEngine)
            .FirstOrDefault(name => name is not null);
        if (engine is { } busy)
        {
            var total = layers.Sum(layer => layer.Schedule.Schedule is null ? 0 : layer.Schedule.UseOf(layer.Layer).TimeOn(busy));
            text.Append(" · ").Append(Figures.Microseconds(total)).Append(" of ").Append(Machine.Instructions.Engines.Name(busy)).Append(" time");
        }

        text.Append("\n\n| instances&emsp; | result&emsp; | each&emsp; | |\n|:--|:--|--:|:--|\n");
        var rows = layers.GroupBy(layer => (Types.Shape(layer.Value.Operation.ResultTypes[0]), Cost(layer))).ToList();
        foreach (var row in rows.Take(MostRows))
        {
            var first = Parent(row.First().Value.Path);
            text.Append("| ").Append(Figures.Count(row.Count())).Append(" × `").Append(row.Count() == 1 ? first : Common(row.Select(layer => layer.Value.Path)))
                .Append("`&emsp; | ").Append(row.Key.Item1).Append("&emsp; | ").Append(row.Key.Item2 > 0 ? Figures.Microseconds(row.Key.Item2) : "–")
                .Append("&emsp; | ").Append(row.First() is { Schedule.Schedule: not null } known ? known.Schedule.UseOf(known.Layer).IsEmpty ? "fused" : known.Schedule.UseOf(known.Layer).MainName : "").Append(" |\n");
        }

        if (rows.Count > MostRows)
        {
            text.Append('\n').Append(Figures.Plural(rows.Count - MostRows, "more kind")).Append(".\n");
        }

        var worst = layers.MaxBy(Cost);
        return text.Append("\nWorst: `").Append(Parent(worst.Value.Path)).Append("`. ").Append(OperationHover.Links(document, network)).ToString();
    }

    private static long Cost(OperationHover.ScheduledAt layer) =>
        layer.Schedule.Schedule is null ? 0 : layer.Schedule.UseOf(layer.Layer).MainTime;

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : path;

    // 'layer2/0/conv1' and 'layer2/3/conv1' are 'layer2/*'.
    private static string Common(IEnumerable<string> paths)
    {
        string[]? common = null;
        foreach (var path in paths)
        {
            var parts = Parent(path).Split('/');
            if (common is null)
            {
                common = parts;
                continue;
            }

            var length = 0;
            while (length < Math.Min(common.Length, parts.Length) && common[length] == parts[length])
            {
                length++;
            }

            common = common[..length];
        }

        return common is { Length: > 0 } ? string.Join('/', common) + "/*" : "*";
    }
}
