using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using NNLang.Onnx.Import;
using NNLang.Onnx.Wire;
using NNLang.Operators.Shapes;
using NNLang.Syntax;
using NNLang.Syntax.Formatting;

namespace NNLang.Onnx;

/// <summary>
/// Imports ONNX models as <c>.nn</c> text and weights. Pure: files come in as bytes and go out as text and tensors. Time and memory are
/// proportional to the model, whatever it claims about itself.
/// </summary>
public static class OnnxImporter
{
    private const int OldestOpset = 1;

    /// <summary>
    /// Imports a model. Never throws for a bad one: it is in the problems, and then there is no text.
    /// </summary>
    /// <param name="model">The bytes of the .onnx file.</param>
    /// <param name="name">The name wanted for the network; what is no letter or digit becomes an underscore.</param>
    /// <param name="options">How to import.</param>
    public static OnnxImport Import(ReadOnlyMemory<byte> model, string name, OnnxImportOptions options)
    {
        try
        {
            return Translate(Parse(model.Span), NameTable.Bare(name, "main"), options);
        }
        catch (ImportException failure)
        {
            return new OnnxImport(null, [], [failure.Problem]);
        }
        catch (OverflowException)
        {
            return new OnnxImport(null, [], [new(OnnxCodes.Unreadable.Code, "The model has a size beyond 64 bits.",
                "Export the model again.")]);
        }
    }

    internal static Model Parse(ReadOnlySpan<byte> bytes)
    {
        if (WireBudget.Check(bytes) is { } excess)
        {
            throw new ImportException(OnnxCodes.Unreadable.Code, $"The file is no ONNX model that can be read: {excess}.",
                "Export the model again.");
        }

        Model model;
        try
        {
            model = Model.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new ImportException(OnnxCodes.Unreadable.Code, $"The file is no ONNX model: {failure.Message.Split('\n')[0]}",
                "Export the model again.");
        }

        if (model.Graph is null || model.OpsetImport.Count == 0)
        {
            throw new ImportException(OnnxCodes.Unreadable.Code, "The file is no ONNX model: it has no graph or no opset.",
                "Export the model again.");
        }

        return model;
    }

    private static OnnxImport Translate(Model model, string name, OnnxImportOptions options)
    {
        var opset = (int)Math.Min(int.MaxValue, model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set =>
            set.Version).DefaultIfEmpty(OldestOpset).Max());
        var graph = model.Graph;
        if (graph.SparseInitializer.Count > 0)
        {
            throw new ImportException(OnnxCodes.Unsupported.Code, $"The model has {graph.SparseInitializer.Count} sparse initialisers.",
                "Export it with dense ones.");
        }

        var names = new NameTable();
        var context = new ImportContext(names, options, graph);
        var initialisers = graph.Initializer.Select(data => data.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = new List<ImportedValue>();
        var dimensions = new Dimensions(names);

        // Inputs take their names first: they are the network's signature.
        var signature = graph.Input.Where(info => !initialisers.Contains(info.Name)).Select(info =>
            (Info: info, Name: names.Take(info.Name, "input"))).ToArray();
        foreach (var (info, taken) in signature)
        {
            var input = new ImportedValue(info.Name, dimensions.TypeOf(info)) { Name = taken };
            inputs.Add(input);
            if (!context.Add(input))
            {
                throw new ImportException(OnnxCodes.Unreadable.Code, $"The model has two inputs '{info.Name}'.", "Export the model again.");
            }
        }

        foreach (var data in graph.Initializer)
        {
            var tensor = TensorReader.Read(data, options.ReadExternal);
            if (!context.Add(new ImportedValue(data.Name, ImportContext.TypeOf(tensor)) { Constant = tensor }))
            {
                throw new ImportException(OnnxCodes.Unreadable.Code, $"The model has two tensors '{data.Name}'.",
                    "Export the model again.");
            }
        }

        // What nothing reads is not written: a value that is never read is a warning in the text.
        for (var i = 0; i < graph.Node.Count; i++)
        {
            if (graph.Node[i].Output.Count == 0 || graph.Node[i].Output.Any(context.IsRead))
            {
                TranslateNode(context, graph.Node[i], i, opset);
            }
        }

        var outputs = new List<(string Name, ImportedValue Value)>();
        foreach (var info in graph.Output)
        {
            var value = context.Find(info.Name)
                ?? throw new ImportException(OnnxCodes.Unreadable.Code, $"Nothing computes the output '{info.Name}'.",
                    "Export the model again.");
            outputs.Add((info.Name, value));
        }

        if (outputs.Count == 0)
        {
            throw new ImportException(OnnxCodes.Unreadable.Code, "The model has no output.", "Export the model again.");
        }

        return new OnnxImport(Write(model, name, options, context, inputs, outputs, dimensions), context.Weights, context.Problems);
    }

    private static void TranslateNode(ImportContext context, Node node, int position, int opset)
    {
        var inputs = ImmutableArray.CreateBuilder<ImportedValue?>(node.Input.Count);
        foreach (var input in node.Input)
        {
            inputs.Add(input.Length == 0
                ? null
                : context.Find(input) ?? throw new ImportException(
                    OnnxCodes.Unreadable.Code,
                    $"Node '{(node.Name.Length > 0 ? node.Name : node.OpType)}' reads '{input}', which nothing before it computes.",
                    "Export the model again.", node.Name));
        }

        var view = new NodeView(node, position, opset, inputs.MoveToImmutable());
        if (node.Domain is not ("" or "ai.onnx") || ImportRules.Find(node.OpType) is not { } rule)
        {
            throw new ImportException(
                OnnxCodes.Unsupported.Code,
                $"Node '{view.Label}': the operator {(node.Domain.Length > 0 ? node.Domain + "." : string.Empty)}{node.OpType} is not supported.",
                "Export the model without it.",
                view.Label);
        }

        if (node.Output.Count == 0 || node.Output[0].Length == 0)
        {
            throw view.Malformed("has no output");
        }

        rule(context, view);
    }

    private static string Write(
        Model model, string name, OnnxImportOptions options, ImportContext context, List<ImportedValue> inputs,
        List<(string Name, ImportedValue Value)> outputs, Dimensions dimensions)
    {
        var returns = outputs.Select(output =>
        {
            // An output is the value of a layer: an input or a constant that is returned passes through identity.
            if (output.Value.Constant is not null || inputs.Contains(output.Value))
            {
                var through = context.Through(output.Value);
                return (output.Name, Spelled: NameTable.Spell(through));
            }

            return (output.Name, Spelled: context.Spell(output.Value));
        }).ToArray();
        var text = new StringBuilder();
        var by = model.ProducerName.Length > 0
            ? $" written by {Line(model.ProducerName)}{(model.ProducerVersion.Length > 0 ? " " + Line(model.ProducerVersion) : string.Empty)}" : string.Empty;
        if (context.Weights.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"weights {SyntaxFacts.WriteString(options.WeightsFile)}\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"/// Imported from an ONNX model{by}.\n");
        foreach (var line in model.Graph.DocString.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(20))
        {
            text.Append(CultureInfo.InvariantCulture, $"/// {Line(line)}\n");
        }

        var parameters = inputs.Select(input => $"{NameTable.Spell(input.Name!)}: {input.Type}").ToArray();
        var header = $"network {name}({string.Join(", ", parameters)})";
        text.Append(header).Append(" {\n");
        if (dimensions.Batch is { } batch)
        {
            text.Append(CultureInfo.InvariantCulture, $"  dim {NameTable.Spell(batch)} = 1\n");
        }

        text.Append(context.Statements);
        text.Append("  return ");
        text.AppendJoin(", ", returns.Select(r => r.Spelled == NameTable.Spell(r.Name) ? r.Spelled
            : $"{NameTable.Spell(r.Name)}: {r.Spelled}"));
        return Formatter.Format(SyntaxTree.Parse(text.Append("\n}\n").ToString()));

        static string Line(string value) => new string([.. value.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
    }

    /// <summary>The symbolic dimensions of the inputs.</summary>
    private sealed class Dimensions(NameTable names)
    {
        private readonly Dictionary<string, Dimension> _byParameter = new(StringComparer.Ordinal);

        /// <summary>The symbol of the first axis of the first input that has one: most often the batch.</summary>
        public string? Batch { get; private set; }

        public TensorType TypeOf(ValueInfo info)
        {
            if (info.Type?.TensorType is not { } kind || OnnxTypes.Find(kind.ElemType) is not { } element)
            {
                throw new ImportException(OnnxCodes.Unsupported.Code,
                    $"The input '{info.Name}' is no tensor of a supported element type.", "Export the model with tensors as inputs.");
            }

            if (kind.Shape is null)
            {
                throw new ImportException(OnnxCodes.Unsupported.Code, $"The input '{info.Name}' has no rank.",
                    "Export the model with shapes of its inputs.");
            }

            var result = ImmutableArray.CreateBuilder<Dimension>(kind.Shape.Dim.Count);
            foreach (var dimension in kind.Shape.Dim)
            {
                if (dimension.ValueCase == TensorDimension.ValueOneofCase.DimValue && dimension.DimValue >= 0)
                {
                    result.Add(Dimension.Of(dimension.DimValue));
                    continue;
                }

                var parameter = dimension.ValueCase == TensorDimension.ValueOneofCase.DimParam ? dimension.DimParam : string.Empty;
                if (parameter.Length == 0 || !_byParameter.TryGetValue(parameter, out var symbol))
                {
                    var name = names.Take(parameter, "d");
                    symbol = Dimension.Symbol(name);
                    Batch ??= result.Count == 0 ? name : null;
                    _byParameter[parameter.Length == 0 ? "\n" + name : parameter] = symbol;
                }

                result.Add(symbol);
            }

            return new TensorType(element, result.ToImmutable());
        }
    }
}
