using NNLang.Operators.Model;

namespace NNLang.Operators.Shapes;

/// <summary>The shape rule that convolutions and pools share: checks the window's attributes and computes the result's rows and
/// columns.</summary>
internal static class WindowRule
{
    /// <summary>Rows and columns of the result, or null after reporting. <paramref name="ceil"/>: round up, but start no window in the
    /// trailing padding.</summary>
    public static (Dimension Rows, Dimension Columns)? Infer(ShapeRule rule, TensorType input, bool ceil)
    {
        var attributes = rule.Attributes;
        var kernel = attributes.Dimensions("kernel");
        var stride = attributes.Has("stride") ? attributes.Dimensions("stride") : kernel;
        var dilation = attributes.Has("dilation") ? attributes.Dimensions("dilation") : [Dimension.One, Dimension.One];
        if (!CheckPair("kernel") || (attributes.Has("stride") && !CheckPair("stride"))
            || (attributes.Has("dilation") && !CheckPair("dilation"))
            || !CheckPadding(rule))
        {
            return null;
        }

        var same = attributes.Find("pad") is AttributeValue.Text;
        var pads = same ? [] : attributes.Dimensions("pad");
        var rows = Extent(0);
        var columns = Extent(1);
        return rows is null || columns is null ? null : (rows, columns);

        bool CheckPair(string name) => rule.RequireLength(name, 2, "axis of the image") && rule.RequireAtLeast(name, 1);

        Dimension? Extent(int i)
        {
            var (letter, noun) = i == 0 ? ("H", "rows") : ("W", "columns");
            var extent = input.Dimensions[2 + i];
            if (same)
            {
                rule.Equation(() => $"{letter}' = ceil({letter} / {stride[i]}) = {extent.CeilDivide(stride[i])}");
                return extent.CeilDivide(stride[i]);
            }

            var before = pads[pads.Length == 1 ? 0 : i];
            var after = pads[pads.Length switch { 1 => 0, 2 => i, _ => 2 + i }];
            var reach = (dilation[i] * (kernel[i] - Dimension.One)) + Dimension.One;
            var room = extent + before + after - reach;
            if (rule.Facts.IsAtLeast(room, Dimension.Zero) == false)
            {
                rule.Report(
                    "NN3002",
                    $"{rule.Name} needs {reach} {noun}, but '{rule.OperandName(0)}' has {extent + before + after} with its padding.",
                    "Use a smaller kernel or more padding.",
                    0);
                return null;
            }

            var steps = ceil ? room.CeilDivide(stride[i]) : room.FloorDivide(stride[i]);
            var result = steps + Dimension.One;
            if (ceil)
            {
                // Windows start inside the operand or its leading padding.
                var last = extent + before - Dimension.One;
                var top = room + stride[i] - Dimension.One;
                if (rule.Facts.IsAtLeast(last, top) != true)
                {
                    result = Dimension.Min(result, last.FloorDivide(stride[i]) + Dimension.One);
                }
            }

            rule.Equation(Explain);
            return result;

            string Explain()
            {
                var padding = before == after ? $"2*{Plain(before)}" : $"{Plain(before)} + {Plain(after)}";
                var window = dilation[i].Value == 1 ? Plain(kernel[i]) : $"({Plain(dilation[i])}*({Plain(kernel[i])} - 1) + 1)";
                var division = ceil ? $"ceil(({{0}} + {padding} - {window}) / {Plain(stride[i])}) + 1"
                    : $"({{0}} + {padding} - {window}) / {Plain(stride[i])} + 1";
                var formula = $"{letter}' = {division.Replace("{0}", letter, StringComparison.Ordinal)}";
                return extent.SymbolName == letter
                    ? $"{formula} = {result}"
                    : $"{formula} = {division.Replace("{0}", Plain(extent), StringComparison.Ordinal)} = {result}";
            }
        }
    }

    private static bool CheckPadding(ShapeRule rule)
    {
        if (rule.Attributes.Find("pad") is AttributeValue.Text word)
        {
            if (word.Value == "same")
            {
                return true;
            }

            rule.Report("NN2025", $"{rule.Name} has no padding '{word.Value}'.", "Write pad: same, or a number.", attribute: "pad");
            return false;
        }

        var count = rule.Attributes.Dimensions("pad").Length;
        if (count is 1 or 2 or 4)
        {
            return rule.RequireAtLeast("pad", 0);
        }

        rule.Report("NN3002", $"{rule.Name} takes 1, 2 or 4 numbers of padding, but got {count}.", "Write [top, left, bottom, right].",
            attribute: "pad");
        return false;
    }

    private static string Plain(Dimension value) => value.Value is not null || value.SymbolName is not null ? value.ToString()
        : $"({value})";
}
