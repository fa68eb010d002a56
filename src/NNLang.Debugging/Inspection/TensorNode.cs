using System.Globalization;
using NNLang.Bisection.Reports;
using NNLang.Tensors;

namespace NNLang.Debugging.Inspection;

/// <summary>
/// A tensor in a variables view: statistics, the worst elements, errors by channel, and the elements: flat up to
/// <see cref="FlatElements"/>, above that by leading axis.
/// </summary>
public sealed class TensorNode(string name, ComparedTensor tensor, string? note = null) : DebugNode(name)
{
    /// <summary>The number of elements up to which they are listed in one row-major range.</summary>
    public const int FlatElements = 100_000;

    private const int WorstRows = 10;

    private readonly ElementRange _range = ElementRange.Whole(tensor);
    private IReadOnlyList<DebugNode>? _named;

    /// <summary>The tensor.</summary>
    public ComparedTensor Tensor => tensor;

    /// <inheritdoc/>
    public override string Value => note is null ? tensor.Line() : $"{note} · {tensor.Line()}";

    /// <inheritdoc/>
    public override string? Type => tensor.Value.ToString();

    /// <inheritdoc/>
    public override int NamedCount => Named().Count;

    /// <inheritdoc/>
    public override int IndexedCount => _range.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<DebugNode> Named() => _named ??= MakeNamed();

    /// <inheritdoc/>
    public override IReadOnlyList<DebugNode> Indexed(int start, int count) => _range.Rows(start, count, EvaluateName);

    private List<DebugNode> MakeNamed()
    {
        var rows = new List<DebugNode> { new ListNode("statistics", "", 6, Statistics) };
        if (tensor.Difference is { IsEqual: false })
        {
            var worst = tensor.Worst(WorstRows);
            rows.Add(new ListNode("worst", Quantity.Count(worst.Length) + " elements", worst.Length, () =>
                [.. worst.Select(element => new LeafNode(ElementRange.Label(tensor.Value.Shape, element), tensor.Describe(element)))]));
            var channels = tensor.ByChannel();
            if (!channels.IsEmpty)
            {
                rows.Add(new ListNode("by channel", Quantity.Count(channels.Length) + " with errors", channels.Length, () =>
                [
                    .. channels.Select(channel => new LeafNode(
                        "channel " + channel.Channel.ToString(CultureInfo.InvariantCulture),
                        $"{Quantity.Count(channel.Wrong)} wrong · max {Quantity.Value(channel.Largest)}")),
                ]));
            }
        }

        return rows;
    }

    private DebugNode[] Statistics()
    {
        var (least, greatest, sum) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        var (zeros, notNumbers, infinite) = (0L, 0L, 0L);
        foreach (var element in tensor.Values)
        {
            if (double.IsNaN(element))
            {
                notNumbers++;
                continue;
            }

            zeros += element == 0 ? 1 : 0;
            infinite += double.IsInfinity(element) ? 1 : 0;
            least = Math.Min(least, element);
            greatest = Math.Max(greatest, element);
            sum += element;
        }

        var numbers = tensor.Values.LongLength - notNumbers;
        return
        [
            new LeafNode("min", numbers == 0 ? "none" : Quantity.Value(least)),
            new LeafNode("max", numbers == 0 ? "none" : Quantity.Value(greatest)),
            new LeafNode("mean", numbers == 0 ? "none" : Quantity.Value(sum / numbers)),
            new LeafNode("zeros", Quantity.Count(zeros)),
            new LeafNode("NaN", Quantity.Count(notNumbers)),
            new LeafNode("Inf", Quantity.Count(infinite)),
        ];
    }
}

/// <summary>A run of elements of a tensor whose first indices are fixed.</summary>
internal sealed class ElementRange(ComparedTensor tensor, long first, int fixedAxes)
{
    private readonly Shape _shape = tensor.Value.Shape;

    public static ElementRange Whole(ComparedTensor tensor)
    {
        var axes = 0;
        var shape = tensor.Value.Shape;
        while (axes < shape.Rank - 1 && shape[axes] == 1)
        {
            axes++;
        }

        return new ElementRange(tensor, 0, axes);
    }

    public int Count => IsFlat ? (int)Math.Min(int.MaxValue, Size(fixedAxes)) : (int)_shape[fixedAxes];

    public static string Label(Shape shape, long element) => Quantity.Index(ComparedTensor.IndexOf(shape, element));

    public IReadOnlyList<DebugNode> Rows(int start, int count, string? expression)
    {
        start = Math.Clamp(start, 0, Count);
        var end = (int)Math.Min(Count, (long)start + Math.Max(0, count));
        var rows = new List<DebugNode>(end - start);
        for (var i = start; i < end; i++)
        {
            rows.Add(IsFlat ? Element(first + i, expression) : Slice(i, expression));
        }

        return rows;
    }

    // Small tensors, scalars and rows are lists of elements; everything else goes down one axis.
    private bool IsFlat => fixedAxes >= _shape.Rank - 1 || (_shape.Count <= TensorNode.FlatElements && first == 0);

    private long Size(int axes)
    {
        var size = 1L;
        for (var axis = axes; axis < _shape.Rank; axis++)
        {
            size *= _shape[axis];
        }

        return size;
    }

    private LeafNode Element(long element, string? expression)
    {
        var label = Label(_shape, element);
        return new LeafNode(label, ElementText.Value(tensor.Value, element), ElementText.Bits(tensor.Value, element))
        {
            EvaluateName = expression + label,
        };
    }

    private SliceNode Slice(int index, string? expression)
    {
        var begin = first + (index * Size(fixedAxes + 1));
        var label = Quantity.Index(ComparedTensor.IndexOf(_shape, begin).Take(fixedAxes + 1));
        return new SliceNode(label, tensor, begin, Size(fixedAxes + 1), new ElementRange(tensor, begin, fixedAxes + 1), expression)
        {
            EvaluateName = expression is null ? null : expression + label,
        };
    }
}

/// <summary>Part of a large tensor: the elements below some leading indices.</summary>
internal sealed class SliceNode(string name, ComparedTensor tensor, long first, long count, ElementRange range, string? expression)
    : DebugNode(name)
{
    public override string Value
    {
        get
        {
            var wrong = 0L;
            var references = tensor.References;
            for (var i = first; i < first + count; i++)
            {
                wrong += references is not null && ComparedTensor.Error(tensor.Values[i], references[i]) > 0 ? 1 : 0;
            }

            var text = ElementText.Range(tensor.Values.AsSpan((int)first, (int)count));
            return wrong > 0 ? $"{Quantity.Count(wrong)} wrong · {text}" : text;
        }
    }

    public override int IndexedCount => range.Count;

    public override IReadOnlyList<DebugNode> Indexed(int start, int count) => range.Rows(start, count, expression);
}
