using System.Text.Json;
using NNLang.Bisection.Reports;
using NNLang.Tensors;

namespace NNLang.Cli.Hosting;

/// <summary>What a tensor's elements are like, in a few numbers.</summary>
/// <param name="Elements">How many there are.</param>
/// <param name="NotNumbers">How many are NaN.</param>
/// <param name="Least">The least of the others.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="At">The first place of the greatest, row-major; -1 where every element is NaN.</param>
internal sealed record TensorSummary(long Elements, long NotNumbers, double Least, double Greatest, long At)
{
    /// <summary>Looks at every element once.</summary>
    public static TensorSummary Of(Tensor tensor)
    {
        var values = tensor.ToDoubles().AsDoubles();
        var (least, greatest, at, notNumbers) = (double.PositiveInfinity, double.NegativeInfinity, -1, 0L);
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                notNumbers++;
                continue;
            }

            least = Math.Min(least, values[i]);
            if (at < 0 || values[i] > greatest)
            {
                (greatest, at) = (values[i], i);
            }
        }

        return new TensorSummary(values.Length, notNumbers, least, greatest, at);
    }

    /// <summary>Writes the members of an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("elements", Elements);
        json.WriteNumber("notNumbers", NotNumbers);
        if (At < 0)
        {
            json.WriteNull("least");
            json.WriteNull("greatest");
            json.WriteNull("at");
            return;
        }

        WriteNumber(json, "least", Least);
        WriteNumber(json, "greatest", Greatest);
        json.WriteNumber("at", At);
    }

    /// <inheritdoc/>
    public override string ToString() => Elements == 0 ? "empty"
        : At < 0 ? "all NaN"
        : $"min {Quantity.Value(Least)} max {Quantity.Value(Greatest)} at {At}"
            + (NotNumbers > 0 ? $", {Quantity.Count(NotNumbers)} of {Quantity.Count(Elements)} NaN" : "");

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
