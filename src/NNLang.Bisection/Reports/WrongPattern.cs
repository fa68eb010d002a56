using NNLang.Bisection.Comparison;

namespace NNLang.Bisection.Reports;

/// <summary>
/// The narrowest true statement about where the wrong elements lie: one channel, every 128th channel (one lane or column of an engine), one
/// row, one edge. Derived from the set of wrong elements alone.
/// </summary>
public static class WrongPattern
{
    private const int Lanes = 128;

    /// <summary>One sentence, or empty where the wrong elements have no pattern.</summary>
    public static string Describe(TensorDifference difference)
    {
        foreach (var axis in difference.WrongByAxis)
        {
            if (axis.Count == axis.Extent || axis.Count != axis.Indices.Length)
            {
                continue;
            }

            var sentence = DescribeAxis(axis, difference.WrongByAxis.Length);
            if (sentence.Length > 0)
            {
                return sentence;
            }
        }

        return "";
    }

    private static string DescribeAxis(AxisExtent axis, int rank)
    {
        var noun = NounOf(axis.Axis, rank);
        var lane = axis.Indices[0] % Lanes;
        if (axis.Extent > Lanes && axis.Indices.All(index => index % Lanes == lane))
        {
            return axis.Count == 1
                ? $"Every wrong element lies in {noun} {axis.Indices[0]}: position {lane} of {Lanes}."
                : $"Every wrong element lies in {noun}s {List(axis.Indices)}: position {lane} of {Lanes}.";
        }

        if (axis.Count == 1)
        {
            return $"Every wrong element lies in {noun} {axis.Indices[0]}.";
        }

        var contiguous = axis.Indices[^1] - axis.Indices[0] + 1 == axis.Count;
        return contiguous && axis.Count <= axis.Extent / 2
            ? $"Every wrong element lies in {noun}s {axis.Indices[0]} to {axis.Indices[^1]} of {axis.Extent}."
            : "";
    }

    private static string List(IReadOnlyList<long> indices) => indices.Count > 4
        ? string.Join(", ", indices.Take(4)) + ", .."
        : string.Join(", ", indices.Take(indices.Count - 1)) + " and " + indices[^1];

    private static string NounOf(int axis, int rank) => (rank, axis) switch
    {
        (_, 0) => "sample",
        (4, 1) or (2, 1) => "channel",
        (4, 2) => "row",
        (4, 3) => "column",
        _ => $"index of axis {axis},",
    };
}
