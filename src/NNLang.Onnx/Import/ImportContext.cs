using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NNLang.Onnx.Wire;
using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Syntax;
using NNLang.Tensors;

namespace NNLang.Onnx.Import;

/// <summary>
/// The state of one import: values by their ONNX names, the statements written so far, the weights. Rules translate a node by calling
/// <see cref="Emit"/>; what is known at import is folded instead of written.
/// </summary>
internal sealed class ImportContext(NameTable names, OnnxImportOptions options, Graph graph)
{
    private const long LargestFill = 1L << 30;
    private const int MostDimensions = 64;

    private readonly Dictionary<string, ImportedValue> _values = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, Tensor>> _weights = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly StringBuilder _statements = new();

    private readonly List<OnnxProblem> _problems = [];

    // What import computes stays in proportion to what the model holds.
    private long _foldable = FoldBudget(graph);
    private long _fillable = LargestFill;
    private readonly HashSet<string> _read = ReadOf(graph);
    private readonly string _folder = NameTable.SharedFolder(graph.Node.SelectMany(node => node.Output));

    /// <summary>Reads a file of external data.</summary>
    public Func<string, ReadOnlyMemory<byte>?>? ReadExternal => options.ReadExternal;

    /// <summary>Names that could not be kept.</summary>
    public ImmutableArray<OnnxProblem> Problems => [.. _problems];

    /// <summary>The statements of the body, two blanks before each.</summary>
    public string Statements => _statements.ToString();

    /// <summary>The weights so far.</summary>
    public ImmutableArray<KeyValuePair<string, Tensor>> Weights => [.. _weights];

    /// <summary>The value of an ONNX name, or null.</summary>
    public ImportedValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Adds a value. False where the name has one.</summary>
    public bool Add(ImportedValue value) => _values.TryAdd(value.OnnxName, value);

    /// <summary>What the options give in place of a filled tensor, or null.</summary>
    public Tensor? Replace(string name, Shape shape)
    {
        if (options.Replace is null)
        {
            return null;
        }

        // Follow the tensor through nodes that only reshape it.
        var uses = ImmutableArray.CreateBuilder<(string, int)>();
        var pending = new Queue<string>([name]);
        for (var steps = 0; pending.TryDequeue(out var current) && steps < 16; steps++)
        {
            foreach (var node in graph.Node)
            {
                for (var i = 0; i < node.Input.Count; i++)
                {
                    if (node.Input[i] != current)
                    {
                        continue;
                    }

                    if (node.OpType is "Unsqueeze" or "Squeeze" or "Reshape" or "Identity" && i == 0 && node.Output.Count > 0)
                    {
                        pending.Enqueue(node.Output[0]);
                    }
                    else
                    {
                        uses.Add((node.OpType, i));
                    }
                }
            }
        }

        return options.Replace(new FilledTensor(name, shape, uses.ToImmutable()));
    }

    /// <summary>Whether the model's outputs depend on a tensor.</summary>
    public bool IsRead(string name) => _read.Contains(name);

    /// <summary>Writes an identity of a value that is returned without being computed; its name.</summary>
    public string Through(ImportedValue value)
    {
        var spelled = Spell(value);
        var name = TakeName(value.OnnxName.Length > 0 ? value.OnnxName + "_result" : "result");
        Line($"{name} = identity({spelled})");
        return name;
    }

    /// <summary>Adds a constant as a node's output.</summary>
    public void AddConstant(NodeView node, int output, Tensor tensor) =>
        Bind(node, output, new ImportedValue(node.Node.Output[output], TypeOf(tensor)) { Constant = tensor });

    /// <summary>Takes bytes from what filled tensors may have in all; false where they have it.</summary>
    public bool TryFill(long bytes)
    {
        _fillable -= Math.Min(bytes, LargestFill + 1);
        return _fillable >= 0;
    }

    /// <summary>Adds integers over symbolic dimensions as a node's output.</summary>
    public void AddDimensions(NodeView node, IReadOnlyList<Dimension> dimensions, bool scalar)
    {
        if (dimensions.Count > MostDimensions)
        {
            throw node.Unsupported($"over {dimensions.Count} symbolic dimensions");
        }

        if (dimensions.All(d => d.Value is not null))
        {
            AddConstant(node, 0, Integers([.. dimensions.Select(d => d.Value!.Value)], scalar));
            return;
        }

        ImmutableArray<Dimension> shape = scalar ? [] : [Dimension.Of(dimensions.Count)];
        Bind(node, 0, new ImportedValue(node.Node.Output[0], new TensorType(ElementType.I64, shape)) { Dimensions = dimensions });
    }

    /// <summary>An i64 tensor of rank 1, or 0.</summary>
    public static Tensor Integers(long[] values, bool scalar = false) =>
        new(ElementType.I64, scalar ? new Shape() : new Shape(values.Length),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>
    /// Writes <c>output = operator(operands, attributes)</c>, or folds it where all operands are known and it has no slots. Slots
    /// become weights whose keys are the default ones. The last part of a longer translation writes the node's output; the parts
    /// before it get names of their own.
    /// </summary>
    public ImportedValue Emit(
        NodeView node,
        string operatorName,
        ReadOnlySpan<ImportedValue> operands,
        ReadOnlySpan<(string Name, AttributeValue Value)> attributes = default,
        ReadOnlySpan<(string Slot, Tensor Value)> slots = default,
        bool last = true,
        string? part = null)
    {
        var @operator = OperatorCatalogue.Get(operatorName);
        var set = AttributeSet.For(@operator, attributes);
        var inference = Infer(node, @operator, operands, set);
        var target = last ? node.Node.Output[0] : string.Empty;
        if (slots.IsEmpty && TryFold(@operator, operands, set, inference) is { } folded)
        {
            var constant = new ImportedValue(last ? target : $"{node.Label}_{part ?? operatorName}",
                TypeOf(folded[0]))
            { Constant = folded[0] };
            return last ? Bind(node, 0, constant) : constant;
        }

        var name = TakeName(last ? target : $"{node.Label}_{part ?? operatorName}");
        var value = new ImportedValue(target, inference.Results[0]) { Name = name };
        Write(node, [name], @operator, operands, set, slots, nodeName: last);
        return last ? Bind(node, 0, value) : value;
    }

    /// <summary>Writes an operator with several results, all of them the node's outputs.</summary>
    public void EmitMany(NodeView node, string operatorName, ReadOnlySpan<ImportedValue> operands,
        ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var @operator = OperatorCatalogue.Get(operatorName);
        var set = AttributeSet.For(@operator, attributes);
        var inference = Infer(node, @operator, operands, set);
        if (inference.Results.Length != node.OutputCount)
        {
            throw node.Malformed($"has {node.OutputCount} outputs for {inference.Results.Length} results");
        }

        if (TryFold(@operator, operands, set, inference) is { } folded)
        {
            for (var i = 0; i < folded.Length; i++)
            {
                AddConstant(node, i, folded[i]);
            }

            return;
        }

        var targets = new string[node.OutputCount];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = IsRead(node.Node.Output[i]) ? TakeName(node.Node.Output[i]) : "_";
            Bind(node, i, new ImportedValue(node.Node.Output[i], inference.Results[i]) { Name = targets[i] });
        }

        Write(node, targets, @operator, operands, set, [], nodeName: true);
    }

    /// <summary>The value as an operand in the text; a constant is written as a weight before its first use.</summary>
    public string Spell(ImportedValue value)
    {
        if (value.Name is null)
        {
            var name = value.OnnxName.Length > 0 ? TakeName(value.OnnxName) : names.Take(string.Empty, "constant");
            value.Name = name;
            var key = AddWeight(value.OnnxName.Length > 0 ? value.OnnxName : name, value.Constant!);

            // The default key of a statement of one weight is its name.
            Line(key == name ? $"{name} = weight({value.Type})" : $"{name} = weight({value.Type}, key: {SyntaxFacts.WriteString(key)})");
        }

        return NameTable.Spell(value.Name);
    }

    /// <summary>Adds a line to the body.</summary>
    public void Line(string text) => _statements.Append("  ").Append(text).Append('\n');

    /// <summary>The type of a known tensor.</summary>
    public static TensorType TypeOf(Tensor tensor) => new(tensor.Type, [.. tensor.Shape.Dimensions.Select(d => Dimension.Of(d))]);

    private static Inference Infer(NodeView node, Operator @operator, ReadOnlySpan<ImportedValue> operands, AttributeSet set)
    {
        var types = ImmutableArray.CreateBuilder<TensorType?>(operands.Length);
        var spelled = ImmutableArray.CreateBuilder<string?>(operands.Length);
        foreach (var operand in operands)
        {
            types.Add(operand.Type);
            spelled.Add(operand.OnnxName);
        }

        var inference = @operator.Infer(new InferenceContext(types.MoveToImmutable(), set,
            DimensionFacts.Empty)
        { OperandNames = spelled.MoveToImmutable() });
        if (!inference.Problems.IsEmpty)
        {
            var problem = inference.Problems[0];
            throw problem.Code is "NN3005" or "NN3019"
                ? new ImportException(OnnxCodes.Unsupported.Code, $"Node '{node.Label}' ({node.OpType}): {problem.Message}", problem.Help,
                    node.Label)
                : new ImportException(OnnxCodes.Unreadable.Code, $"Node '{node.Label}' ({node.OpType}): {problem.Message}", problem.Help,
                    node.Label);
        }

        return inference;
    }

    private ImmutableArray<Tensor>? TryFold(Operator @operator, ReadOnlySpan<ImportedValue> operands, AttributeSet set, Inference inference)
    {
        var known = operands.Length > 0;
        var read = 0L;
        foreach (var operand in operands)
        {
            known &= operand.Constant is not null;
            read += operand.Constant?.Shape.Count ?? 0;
        }

        if (!known)
        {
            return null;
        }

        var shapes = ImmutableArray.CreateBuilder<Shape>();
        var written = 0L;
        foreach (var result in inference.Results)
        {
            if (result.KnownShape is not { } shape)
            {
                return null;
            }

            written += shape.Count;
            shapes.Add(shape);
        }

        if (written > Math.Max(1L << 20, 2 * read) || read + written > _foldable)
        {
            return null;
        }

        _foldable -= read + written;

        var tensors = ImmutableArray.CreateBuilder<Tensor?>();
        foreach (var operand in operands)
        {
            tensors.Add(operand.Constant!.ToDoubles());
        }

        var results = @operator.Evaluate(new EvaluationContext(tensors.ToImmutable(), [], set, shapes.ToImmutable()));
        return [.. results.Select((tensor, i) => tensor.ConvertTo(inference.Results[i].Element))];
    }

    private static long FoldBudget(Graph graph)
    {
        var budget = 1L << 24;
        foreach (var data in graph.Initializer)
        {
            var held = data.RawData.Length + data.FloatData.Count + data.Int64Data.Count + data.Int32Data.Count + data.DoubleData.Count;
            budget += 8L * held;
        }

        return budget;
    }

    /// <summary>The tensors that outputs depend on, found backwards.</summary>
    private static HashSet<string> ReadOf(Graph graph)
    {
        var read = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            if (graph.Node[i].Output.Any(read.Contains))
            {
                read.UnionWith(graph.Node[i].Input);
            }
        }

        read.Remove(string.Empty);
        return read;
    }

    /// <summary>A bare name of the text for a tensor.</summary>
    private string TakeName(string tensor) =>
        names.Take(SyntaxFacts.IsBareName(tensor) && tensor != "_" ? tensor : NameTable.Shorten(tensor, _folder), "t");

    private ImportedValue Bind(NodeView node, int output, ImportedValue value) =>
        _values.TryAdd(node.Node.Output[output], value) ? value
            : throw node.Malformed($"writes '{node.Node.Output[output]}' a second time");

    private void Write(
        NodeView node, string[] targets, Operator @operator, ReadOnlySpan<ImportedValue> operands, AttributeSet set,
        ReadOnlySpan<(string Slot, Tensor Value)> slots, bool nodeName)
    {
        var text = new StringBuilder();
        var infix = @operator.Name switch { "add" => " + ", "sub" => " - ", "mul" => " * ", "div" => " / ", _ => null };
        var spelled = new List<string>(operands.Length);
        for (var i = 0; i < operands.Length; i++)
        {
            spelled.Add(infix is not null && Number(operands[i], operands[1 - i]) is { } number ? number : Spell(operands[i]));
        }

        text.AppendJoin(", ", targets).Append(" = ");
        if (infix is not null)
        {
            text.AppendJoin(infix, spelled);
        }
        else
        {
            var arguments = @operator.Name == "concat" ? [$"[{string.Join(", ", spelled)}]"] : spelled;
            foreach (var definition in @operator.Attributes)
            {
                var value = set.Find(definition.Name)!;
                if (definition.Default is null || !definition.Normalise(definition.Default).Equals(value))
                {
                    var plain = @operator.Name is "reshape" or "transpose" or "cast" && definition == @operator.Attributes[0];
                    arguments.Add((plain ? string.Empty : definition.Name + ": ") + Spelling.Of(definition, value));
                }
            }

            text.Append(@operator.Name);
            text.Append('(').AppendJoin(", ", arguments).Append(')');
        }

        // The layer's path is the tensor's name; where that had to be shortened, the node's name, else the tensor's.
        var path = targets[0];
        var tensor = node.Node.Output[0];
        if (nodeName && path != tensor && targets.Length == 1)
        {
            var own = node.Node.Name.Length > 0 && !SyntaxFacts.IsBareName(node.Node.Name) ? node.Node.Name : tensor;
            if (own.Length > 0 && names.TryTake(own))
            {
                path = own;
                text.Append(CultureInfo.InvariantCulture, $" @name({NameTable.Spell(path)})");
            }
            else
            {
                _problems.Add(new(OnnxCodes.NameNotKept.Code, $"The tensor '{tensor}' is '{path}' in the text: its name is taken.",
                    "Rename it if the name matters.", node.Label));
            }
        }

        foreach (var (slot, value) in slots)
        {
            _keys.Add($"{path}.{slot}");
            _weights.Add(new($"{path}.{slot}", value));
        }

        Line(text.ToString());
    }

    /// <summary>A known single number as a literal beside a tensor of the same type, where that is exact, short and changes no
    /// shape.</summary>
    private static string? Number(ImportedValue value, ImportedValue other)
    {
        if (value.Name is not null || value.Constant is not { } constant || constant.Shape.Count != 1
            || constant.Shape.Rank > other.Type.Rank
            || other.Constant is not null || !ElementTypes.IsFloat(constant.Type))
        {
            return null;
        }

        var number = constant.ToDoubles().AsDoubles()[0];
        var text = Spelling.Of(number);
        return double.IsFinite(number) && text.Length <= 12 ? text : null;
    }

    private string AddWeight(string wanted, Tensor tensor)
    {
        var key = wanted;
        for (var i = 2; !_keys.Add(key); i++)
        {
            key = $"{wanted}_{i}";
        }

        _weights.Add(new(key, tensor));
        return key;
    }
}
