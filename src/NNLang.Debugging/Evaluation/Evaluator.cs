using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using NNLang.Bisection.Reports;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Debugging.Evaluation;

/// <summary>
/// Evaluates what a user types or points at: the language's expressions over the tensors of the stopped session, with slices,
/// <c>ref(x)</c>, <c>diff(x)</c>, <c>worst(x, 5)</c>, <c>engine(tensor).semaphores</c> and <c>sbuf[0x4000, 64]</c>. Never throws for bad input.
/// </summary>
public static class Evaluator
{
    private const int LongestExpression = 10_000;
    private const int MostBytes = 4096;
    private const int MostRows = 1000;
    private const string Before = "network q() {\n  q = ";

    private static readonly FrozenDictionary<string, Func<double, double, double>> Operators =
        new Dictionary<string, Func<double, double, double>>(StringComparer.Ordinal)
        {
            ["+"] = static (a, b) => a + b,
            ["-"] = static (a, b) => a - b,
            ["*"] = static (a, b) => a * b,
            ["/"] = static (a, b) => a / b,
            ["%"] = static (a, b) => a % b,
            ["=="] = static (a, b) => a == b ? 1 : 0,
            ["!="] = static (a, b) => a != b ? 1 : 0,
            ["<"] = static (a, b) => a < b ? 1 : 0,
            ["<="] = static (a, b) => a <= b ? 1 : 0,
            [">"] = static (a, b) => a > b ? 1 : 0,
            [">="] = static (a, b) => a >= b ? 1 : 0,
            ["and"] = static (a, b) => a != 0 && b != 0 ? 1 : 0,
            ["or"] = static (a, b) => a != 0 || b != 0 ? 1 : 0,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Evaluates an expression where the session stands.</summary>
    public static Evaluated Evaluate(RunSession session, string text)
    {
        text = text.Trim();
        if (text.Length is 0 or > LongestExpression)
        {
            return Evaluated.Failed(text.Length == 0 ? "Type an expression, as in left[0, 17]." : "The expression is too long.");
        }

        try
        {
            var names = new Names(session);

            // Paths such as x#2/a/conv2d are not expressions of the language.
            if (session.Program.Layers.Find(text) is not null)
            {
                return Evaluated.Of(names.Find(text)!);
            }

            return Value(session, names, Parse(text));
        }
        catch (EvaluationException failure)
        {
            return Evaluated.Failed($"Cannot read '{text}': {failure.Message}.");
        }
        catch (Exception failure) when (failure is ArgumentException or OverflowException or InvalidOperationException)
        {
            return Evaluated.Failed($"Cannot read '{text}': {failure.Message}");
        }
    }

    /// <summary>Fills expressions in braces into a text.</summary>
    public static string Fill(RunSession session, string text)
    {
        var filled = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == '{' ? text.IndexOf('}', i) : -1;
            if (end < 0)
            {
                filled.Append(text[i]);
                continue;
            }

            var value = Evaluate(session, text[(i + 1)..end]);
            filled.Append(value.Error ?? value.ToNode("").Value);
            i = end;
        }

        return filled.ToString();
    }

    private static ExpressionSyntax Parse(string text)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r', '{') >= 0 || text.Contains('}', StringComparison.Ordinal))
        {
            throw new EvaluationException("expected one expression on one line");
        }

        var tree = SyntaxTree.Parse(Before + text + "\n}\n");
        var error = tree.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (error is not null)
        {
            var opened = text.Count(c => c == '[') > text.Count(c => c == ']');
            throw new EvaluationException(opened ? "expected an index, as in left[0, 17, :, :]" : error.Message.TrimEnd('.'));
        }

        var body = tree.Root.Members.OfType<NetworkDeclarationSyntax>().FirstOrDefault()?.Body;
        return body?.Statements.OfType<BindingSyntax>().FirstOrDefault()?.Value
            ?? throw new EvaluationException("expected an expression");
    }

    private static Evaluated Value(RunSession session, Names names, ExpressionSyntax expression) => expression switch
    {
        NameSyntax name => Named(names, name.Name.ValueText),
        NumberSyntax number => Evaluated.Of(number.Value.Value),
        ParenthesizedSyntax inner => Value(session, names, inner.Inner),
        UnarySyntax { Operator.Text: "-" } minus => Negate(Value(session, names, minus.Operand)),
        BinarySyntax binary => PathOf(binary) is { } path && path.Contains('/', StringComparison.Ordinal) && names.Find(path) is { } layer
            ? Evaluated.Of(layer)
            : Combine(binary.Operator.Text, Value(session, names, binary.Left), Value(session, names, binary.Right)),
        CallSyntax { Callee: NameSyntax callee } call => Call(session, names, callee.Name.ValueText, [.. call.Arguments.Arguments.Select(a => a.Value)]),
        IndexSyntax index => Index(session, names, index),
        MemberAccessSyntax member => Member(session, member),
        _ => throw new EvaluationException("only values, numbers, functions and slices can be read"),
    };

    private static Evaluated Named(Names names, string name) => name switch
    {
        "device" when names.Find(name) is null => Evaluated.Of(names.Current()),
        "reference" or "diff" when names.Find(name) is null =>
            Functions.Find(name == "diff" ? "diff" : "ref")!(names.Current()),
        _ => Evaluated.Of(names.Find(name) ?? throw new EvaluationException($"nothing is called '{name}' here")),
    };

    private static Evaluated Negate(Evaluated value) =>
        value.Number is { } number
            ? Evaluated.Of(-number)
            : Evaluated.Of(new ComparedTensor(TensorArithmetic.Map(Tensor(value).Value, static x => -x), null));

    private static Evaluated Combine(string sign, Evaluated left, Evaluated right)
    {
        var function = Operators.GetValueOrDefault(sign) ?? throw new EvaluationException($"'{sign}' is not known here");
        return (left.Number, right.Number) switch
        {
            ({ } a, { } b) => Evaluated.Of(function(a, b)),
            ({ } a, null) => Evaluated.Of(new ComparedTensor(TensorArithmetic.Map(Tensor(right).Value, b => function(a, b)), null)),
            (null, { } b) => Evaluated.Of(new ComparedTensor(TensorArithmetic.Map(Tensor(left).Value, a => function(a, b)), null)),
            _ => Evaluated.Of(new ComparedTensor(CombineTensors(Tensor(left).Value, Tensor(right).Value, function), null)),
        };
    }

    private static Tensors.Tensor CombineTensors(Tensors.Tensor left, Tensors.Tensor right, Func<double, double, double> function) =>
        left.Shape == right.Shape
            ? TensorArithmetic.Combine(left, right, function)
            : throw new EvaluationException($"{left} and {right} have different shapes");

    private static Evaluated Call(RunSession session, Names names, string function, ExpressionSyntax[] arguments)
    {
        if (arguments.Length == 0)
        {
            throw new EvaluationException($"'{function}' wants a value, as in {function}(left)");
        }

        if (function == "worst")
        {
            var tensor = Tensor(Value(session, names, arguments[0]));
            var count = arguments.Length > 1 ? (int)Math.Clamp(Number(Value(session, names, arguments[1])), 0, MostRows) : 5;
            var worst = tensor.Worst(count);
            return Evaluated.Of(new ListNode("worst", Quantity.Count(worst.Length) + " elements", worst.Length, () =>
                [.. worst.Select(element => new LeafNode(ElementRange.Label(tensor.Value.Shape, element), tensor.Describe(element)))]));
        }

        var known = Functions.Find(function)
            ?? throw new EvaluationException($"'{function}' is not a function; there are {string.Join(", ", Functions.All)}");
        var argument = Value(session, names, arguments[0]);
        return argument.Number is not { } number ? known(Tensor(argument))
            : function switch
            {
                "abs" => Evaluated.Of(Math.Abs(number)),
                "max" or "min" or "sum" or "mean" => argument,
                _ => throw new EvaluationException($"'{function}' wants a tensor"),
            };
    }

    private static Evaluated Index(RunSession session, Names names, IndexSyntax index)
    {
        if (index.Target is NameSyntax { Name.ValueText: "sbuf" or "psum" } memory && names.Find(memory.Name.ValueText) is null)
        {
            return Bytes(session, names, memory.Name.ValueText, index);
        }

        var tensor = Tensor(Value(session, names, index.Target));
        var axes = Axes(session, names, index, tensor.Value.Shape);
        var value = TensorArithmetic.Slice(tensor.Value, axes);
        var reference = tensor.Reference is { } whole ? TensorArithmetic.Slice(whole, axes) : null;
        var sliced = new ComparedTensor(value, reference);
        return value.Shape.Rank == 0 ? Evaluated.Of(sliced.Values[0]) : Evaluated.Of(sliced);
    }

    private static List<SliceAxis> Axes(RunSession session, Names names, IndexSyntax index, Tensors.Shape shape)
    {
        var subscripts = index.Subscripts.ToList();
        var explicitAxes = subscripts.Count(subscript => subscript.Ellipsis.IsMissing);
        if (explicitAxes > shape.Rank)
        {
            throw new EvaluationException($"{explicitAxes} indices for {shape}");
        }

        var axes = new List<SliceAxis>(shape.Rank);
        foreach (var subscript in subscripts)
        {
            if (!subscript.Ellipsis.IsMissing)
            {
                for (var skipped = shape.Rank - explicitAxes; skipped > 0; skipped--)
                {
                    axes.Add(new SliceAxis(0, shape[axes.Count], 1, true));
                }

                continue;
            }

            axes.Add(Axis(session, names, subscript, axes.Count, shape[axes.Count]));
        }

        while (axes.Count < shape.Rank)
        {
            axes.Add(new SliceAxis(0, shape[axes.Count], 1, true));
        }

        return axes;
    }

    private static SliceAxis Axis(RunSession session, Names names, SubscriptSyntax subscript, int axis, long extent)
    {
        long? Part(ExpressionSyntax? part) => part is null ? null : (long)Number(Value(session, names, part));
        if (!subscript.IsSlice)
        {
            var at = Part(subscript.Start) ?? throw new EvaluationException("expected an index, as in left[0, 17, :, :]");
            var index = at < 0 ? at + extent : at;
            return index >= 0 && index < extent
                ? new SliceAxis(index, 1, 1, false)
                : throw new EvaluationException(string.Create(CultureInfo.InvariantCulture, $"index {at} of axis {axis} is outside 0 to {extent - 1}"));
        }

        var step = Part(subscript.Step) ?? 1;
        if (step <= 0)
        {
            throw new EvaluationException("a step must be positive");
        }

        var first = Clamp(Part(subscript.Start) ?? 0, extent);
        var end = Clamp(Part(subscript.End) ?? extent, extent);
        return new SliceAxis(first, end > first ? ((end - first - 1) / step) + 1 : 0, step, true);
    }

    private static long Clamp(long index, long extent) => Math.Clamp(index < 0 ? index + extent : index, 0, extent);

    private static Evaluated Bytes(RunSession session, Names names, string memory, IndexSyntax index)
    {
        var parts = index.Subscripts.Select(s => (long)Number(Value(session, names, s.Start ?? throw new EvaluationException("expected an address")))).ToList();
        var count = parts.Count > 1 ? (int)Math.Clamp(parts[1], 0, MostBytes) : 16;
        var kind = memory == "sbuf" ? MemoryKind.Sbuf : MemoryKind.Psum;
        var address = new MemoryAddress(kind, -1, parts[0]);
        var bytes = address.Read(session.Program, session.State, count);
        return bytes.Length == 0
            ? throw new EvaluationException($"{address} is outside {Quantity.Count(address.Size(session.Program))} bytes")
            : Evaluated.Of(new LeafNode(address.ToString(), string.Join(' ', bytes.Chunk(4).Select(Convert.ToHexStringLower)))
            {
                MemoryReference = address.ToString(),
            });
    }

    private static Evaluated Member(RunSession session, MemberAccessSyntax member)
    {
        if (member.Target is CallSyntax { Callee: NameSyntax { Name.ValueText: "engine" } } call
            && call.Arguments.Arguments.FirstOrDefault()?.Value is NameSyntax name)
        {
            var engine = Engines.Parse(name.Name.ValueText)
                ?? throw new EvaluationException($"no engine '{name.Name.ValueText}'; engines: tensor, vector, scalar, gpsimd, sync");
            var label = member.Label.ValueText;
            return Evaluated.Of(session.Inspector.EngineRows(engine).FirstOrDefault(row => row.Name == label)
                ?? throw new EvaluationException($"an engine has next, semaphores, queues, not '{label}'"));
        }

        throw new EvaluationException("only engine(name) has members");
    }

    private static string? PathOf(ExpressionSyntax expression) => expression switch
    {
        NameSyntax name => name.Name.ValueText,
        NumberSyntax number => number.Literal.Text,
        BinarySyntax { Operator.Text: "/" } binary when PathOf(binary.Left) is { } left && PathOf(binary.Right) is { } right => left + "/" + right,
        _ => null,
    };

    private static ComparedTensor Tensor(Evaluated value) =>
        value.Tensor ?? throw new EvaluationException("expected a tensor");

    private static double Number(Evaluated value) =>
        value.Number ?? throw new EvaluationException("expected a number");
}
