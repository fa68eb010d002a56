using System.Collections.Immutable;
using NNLang.Onnx.Wire;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>A node with its inputs as imported values and typed access to its attributes.</summary>
internal sealed class NodeView(Node node, int position, int opset, ImmutableArray<ImportedValue?> inputs)
{
    public string OpType => node.OpType;

    public Node Node => node;

    /// <summary>The opset of the default domain.</summary>
    public int Opset => opset;

    /// <summary>The inputs; null for one that is absent.</summary>
    public ImmutableArray<ImportedValue?> Inputs => inputs;

    public int OutputCount => node.Output.Count;

    /// <summary>How messages call the node: its name, or its place where it has none.</summary>
    public string Label => node.Name.Length > 0 ? node.Name : node.Output.Count > 0 && node.Output[0].Length > 0 ? node.Output[0]
        : $"number {position}";

    public ImportedValue Input(int index) =>
        index < inputs.Length && inputs[index] is { } value ? value : throw Malformed($"lacks its input {index}");

    public ImportedValue? Optional(int index) => index < inputs.Length ? inputs[index] : null;

    public bool Has(string attribute) => Find(attribute) is not null;

    public long Integer(string name, long absent) => Find(name) is { } a ? a.I : absent;

    public double Real(string name, double absent) => Find(name) is { } a ? Shortest(a.F) : absent;

    public string Word(string name, string absent) => Find(name) is { } a ? a.S.ToStringUtf8() : absent;

    public ImmutableArray<long>? Integers(string name) => Find(name) is { } a ? [.. a.Ints] : null;

    public Wire.Attribute? Find(string name)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The integers of a list that is an attribute in older opsets and an input in newer ones; null where absent.</summary>
    public ImmutableArray<long>? IntegersOf(string attribute, int input) =>
        Optional(input) is { } value ? KnownIntegers(value, attribute) : Integers(attribute);

    /// <summary>The elements of an input that must be known.</summary>
    public ImmutableArray<long> KnownIntegers(ImportedValue value, string what) =>
        value.Constant is { } constant ? Elements(constant) : throw Unsupported($"with {what} that is computed at run time");

    /// <summary>The only element of an input that must be known, as the shortest real number that rounds to it.</summary>
    public double KnownReal(ImportedValue value, string what)
    {
        if (value.Constant is not { } constant || constant.Shape.Count != 1)
        {
            throw Unsupported($"with {what} that is computed at run time");
        }

        var number = constant.ToDoubles().AsDoubles()[0];
        return constant.Type == ElementType.F32 ? Shortest((float)number) : number;
    }

    public ImportException Unsupported(string how) => new(
        OnnxCodes.Unsupported.Code, $"Node '{Label}': {node.OpType} {how} is not supported.",
        "Export the model without it, or open it in another tool.", Label);

    public ImportException Malformed(string what) => new(OnnxCodes.Unreadable.Code, $"Node '{Label}': {node.OpType} {what}.",
        "Export the model again.", Label);

    private static ImmutableArray<long> Elements(Tensor constant)
    {
        var numbers = constant.ToDoubles().AsDoubles();
        var result = ImmutableArray.CreateBuilder<long>(numbers.Length);
        foreach (var number in numbers)
        {
            result.Add((long)number);
        }

        return result.ToImmutable();
    }

    /// <summary>0.1 rather than 0.10000000149: what the exporting program had.</summary>
    private static double Shortest(float value) => double.Parse(
        value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
