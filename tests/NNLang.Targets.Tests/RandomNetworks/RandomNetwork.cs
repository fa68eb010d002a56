using System.Globalization;
using System.Text;

namespace NNLang.Targets.Tests.RandomNetworks;

/// <summary>One statement of a random network: the expression over the values before it, and the shape it has.</summary>
/// <param name="Expression">The right-hand side; <c>{0}</c>, <c>{1}</c>, .. stand for the operands.</param>
/// <param name="Operands">The values it reads: inputs first, then statements, by position.</param>
/// <param name="Shape">The extents of its result.</param>
internal sealed record RandomStatement(string Expression, int[] Operands, long[] Shape);

/// <summary>A random network as a list of statements, so that a failing one can be cut down before it is shown.</summary>
/// <param name="Inputs">The shapes of the inputs.</param>
/// <param name="Statements">The statements.</param>
/// <param name="Outputs">The values that are returned.</param>
/// <param name="Seed">The seed of the weights.</param>
internal sealed record RandomNetwork(
    IReadOnlyList<long[]> Inputs, IReadOnlyList<RandomStatement> Statements, IReadOnlyList<int> Outputs, int Seed)
{
    /// <summary>The network as a <c>.nn</c> file.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"weights seeded({Seed})\n\nnetwork random(");
            text.AppendJoin(", ", Inputs.Select((shape, i) => $"{NameOf(i)}: f32[{string.Join(", ", shape)}]"));
            text.Append(") {\n");
            for (var i = 0; i < Statements.Count; i++)
            {
                var statement = Statements[i];
                var names = statement.Operands.Select(operand => (object)NameOf(operand)).ToArray();
                text.Append(CultureInfo.InvariantCulture, $"  {NameOf(Inputs.Count + i)} = ")
                    .AppendFormat(CultureInfo.InvariantCulture, statement.Expression, names).Append('\n');
            }

            text.Append("  return ").AppendJoin(", ", Outputs.Select((value, i) => Outputs.Count == 1 ? NameOf(value) : $"out{i}: {NameOf(value)}"));
            return text.Append("\n}\n").ToString();
        }
    }

    /// <summary>The extents of a value.</summary>
    public long[] ShapeOf(int value) => value < Inputs.Count ? Inputs[value] : Statements[value - Inputs.Count].Shape;

    /// <summary>
    /// The smallest network found for which the property still fails: the shortest failing prefix, then without what its result does not
    /// need, then with single statements replaced by an operand of the same shape.
    /// </summary>
    public RandomNetwork Shrink(Func<RandomNetwork, bool> fails)
    {
        var smallest = this;
        for (var count = 1; count <= Statements.Count; count++)
        {
            var prefix = Needed([Inputs.Count + count - 1]);
            if (prefix.Statements.Count <= count && fails(prefix))
            {
                smallest = prefix;
                break;
            }
        }

        for (var i = 0; i < smallest.Statements.Count; i++)
        {
            if (smallest.Without(i) is { } shorter && fails(shorter))
            {
                smallest = shorter;
                i = -1;
            }
        }

        return smallest;
    }

    private static string NameOf(int value) => string.Create(CultureInfo.InvariantCulture, $"v{value}");

    // The statements that some values need, and those values as outputs.
    private RandomNetwork Needed(IReadOnlyList<int> outputs)
    {
        var needed = new HashSet<int>(outputs);
        for (var i = Statements.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(Inputs.Count + i))
            {
                needed.UnionWith(Statements[i].Operands);
            }
        }

        var number = Enumerable.Range(0, Inputs.Count).ToDictionary(i => i);
        var kept = new List<RandomStatement>();
        for (var i = 0; i < Statements.Count; i++)
        {
            if (needed.Contains(Inputs.Count + i))
            {
                number[Inputs.Count + i] = Inputs.Count + kept.Count;
                kept.Add(Statements[i] with { Operands = [.. Statements[i].Operands.Select(operand => number[operand])] });
            }
        }

        return this with { Statements = kept, Outputs = [.. outputs.Select(output => number[output])] };
    }

    // A statement whose first operand has its shape can be skipped; null if it cannot, or nothing would be left.
    private RandomNetwork? Without(int statement)
    {
        var value = Inputs.Count + statement;
        var operands = Statements[statement].Operands;
        if (Statements.Count == 1 || !ShapeOf(operands[0]).SequenceEqual(Statements[statement].Shape))
        {
            return null;
        }

        var through = Statements.Select(s => s with { Operands = [.. s.Operands.Select(o => o == value ? operands[0] : o)] }).ToList();
        var outputs = Outputs.Select(o => o == value ? operands[0] : o).Distinct().ToList();
        return outputs.Exists(o => o < Inputs.Count) ? null : (this with { Statements = through, Outputs = outputs }).Needed(outputs);
    }
}
