using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>Turns expressions of a device file into cost expressions. One per scope; scopes nest. Not thread-safe.</summary>
/// <param name="items">The items whose constants are visible here.</param>
/// <param name="outer">The scope around, or null.</param>
/// <param name="diagnostics">Where problems go.</param>
internal sealed class DeviceExpressions(MergedItems items, DeviceExpressions? outer, List<Diagnostic> diagnostics)
{
    private readonly Dictionary<string, CostExpression?> _constants = new(StringComparer.Ordinal);
    private readonly List<string> _path = [];

    /// <summary>The parameters of the instruction, if this is inside one.</summary>
    public ImmutableArray<InstructionParameter> Parameters { get; init; } = outer?.Parameters ?? [];

    /// <summary>Whether the parts of the largest tile and of the previous instruction exist.</summary>
    public bool IsRule { get; init; } = outer?.IsRule ?? false;

    /// <summary>Whether any name stands for itself: in faults, whose words their kinds check.</summary>
    public bool IsFault { get; init; }

    /// <summary>An expression without a pipeline's shell: what stands before the annotations.</summary>
    public static ExpressionSyntax Plain(ExpressionSyntax expression) => expression switch
    {
        PipelineSyntax pipeline when pipeline.Stages.IsEmpty => Plain(pipeline.Term),
        ParenthesizedSyntax parenthesized => Plain(parenthesized.Inner),
        _ => expression,
    };

    /// <summary>The annotations behind an expression.</summary>
    public static IEnumerable<AnnotationSyntax> AnnotationsOf(ExpressionSyntax expression) =>
        expression is PipelineSyntax pipeline ? pipeline.TermAnnotations : [];

    /// <summary>The expression with constant parts computed, or null after a problem, which is told.</summary>
    public CostExpression? Bind(ExpressionSyntax expression)
    {
        try
        {
            return Convert(expression) is { } converted ? CostFolding.Fold(converted) : null;
        }
        catch (CostTypeException problem)
        {
            diagnostics.Add(Codes.QuantityDimension.At(
                SyntaxLocation.Of(expression), Sentence(problem.Message), "Convert one side, for instance by a factor like 1B."));
        }
        catch (DivideByZeroException)
        {
            diagnostics.Add(Codes.DivisionByZero.At(SyntaxLocation.Of(expression)));
        }
        catch (OverflowException)
        {
            diagnostics.Add(Codes.IntegerOverflow.At(SyntaxLocation.Of(expression), "The value"));
        }

        return null;
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";

    private CostExpression? Convert(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case PipelineSyntax pipeline when pipeline.Stages.IsEmpty:
                return Convert(pipeline.Term);
            case ParenthesizedSyntax parenthesized:
                return Convert(parenthesized.Inner);
            case NumberSyntax number:
                return Number(number);
            case StringSyntax text:
                return new CostExpression.WordLiteral(text.Value);
            case LiteralSyntax { Literal.Kind: SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword } literal:
                return new CostExpression.BoolLiteral(literal.Literal.Kind == SyntaxKind.TrueKeyword);
            case NameSyntax name:
                return Name(name);
            case MemberAccessSyntax access:
                return Part(access);
            case UnarySyntax unary:
                return Convert(unary.Operand) is not { } operand ? null : unary.Operator.Kind switch
                {
                    SyntaxKind.MinusToken => new CostExpression.Negate(operand),
                    SyntaxKind.NotKeyword => new CostExpression.Not(operand),
                    _ => operand,
                };
            case BinarySyntax binary:
                var (left, right) = (Convert(binary.Left), Convert(binary.Right));
                return left is null || right is null || Operator(binary.Operator.Kind) is not { } op ? null : CostExpression.Binary.Of(op, left, right);
            case ListSyntax list:
                return List(list);
            case ConditionalSyntax conditional:
                return Conditional([.. conditional.Clauses], 0);
            case CallSyntax call:
                return Call(call);
            case MissingExpressionSyntax:
                return null;
            default:
                diagnostics.Add(Codes.BadField.At(SyntaxLocation.Of(expression), "This has no meaning in a device.", "Use numbers, quantities, names, lists, 'if' and min, max, ceil_div, .."));
                return null;
        }
    }

    private static CostExpression? Number(NumberSyntax number)
    {
        var value = number.Value;
        if (value.Unit.Length == 0)
        {
            return value.Integer is { } integer ? new CostExpression.IntLiteral(integer)
                : double.IsFinite(value.Value) ? new CostExpression.FloatLiteral(value.Value)
                : null;
        }

        if (DeviceVocabulary.Unit(value.Unit) is not { } unit || Digits(number.Literal.Text, value.Unit) is not { } digits)
        {
            return null;
        }

        var exact = digits * unit.Factor;
        return unit.Type != CostType.Int ? new CostExpression.QuantityLiteral(exact, unit.Type)
            : decimal.IsInteger(exact) ? new CostExpression.IntLiteral((long)exact)
            : new CostExpression.FloatLiteral((double)exact);
    }

    private static decimal? Digits(string text, string unit) =>
        decimal.TryParse(
            text[..^unit.Length].Replace("_", string.Empty, StringComparison.Ordinal), System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1e15m
            ? value
            : null;

    private CostExpression? Name(NameSyntax name)
    {
        var text = name.Name.ValueText;
        foreach (var parameter in Parameters)
        {
            if (parameter.Name == text)
            {
                if (parameter.Kind != InstructionParameterKind.Tile)
                {
                    return new CostExpression.Parameter(text, TypeOf(parameter.Kind));
                }

                diagnostics.Add(Codes.BadField.At(SyntaxLocation.Of(name), $"'{text}' is a tile.", $"Use one of its parts, like {text}.n."));
                return null;
            }
        }

        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Items.Constant(text) is { } constant)
            {
                return scope.Constant(text, constant);
            }
        }

        if (IsRule && TilePartOf(text) is { } part)
        {
            return new CostExpression.Part(string.Empty, part);
        }

        if (IsFault || DeviceVocabulary.IsWord(text))
        {
            return new CostExpression.WordLiteral(text);
        }

        var nearest = Suggestions.Nearest(text, Known());
        diagnostics.Add(Codes.UnknownName.At(
            SyntaxLocation.Of(name), text, nearest is null ? "Declare a constant, or use a parameter of the instruction." : $"Did you mean '{nearest}'?"));
        return null;
    }

    private DeviceExpressions? Outer => outer;

    private MergedItems Items => items;

    private CostExpression? Constant(string name, ConstantSyntax constant)
    {
        if (_constants.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_path.Contains(name))
        {
            diagnostics.Add(Codes.CyclicName.At(SyntaxLocation.Of(constant), name, string.Join(" -> ", _path.Append(name))));
            return _constants[name] = null;
        }

        _path.Add(name);
        var value = Convert(constant.Value);
        _path.RemoveAt(_path.Count - 1);
        return _constants.TryGetValue(name, out known) ? known : _constants[name] = value is null ? null : CostFolding.Fold(value);
    }

    private IEnumerable<string> Known()
    {
        var names = Parameters.Select(parameter => parameter.Name);
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            names = names.Concat(scope.Items.ConstantNames);
        }

        return names;
    }

    private CostExpression? Part(MemberAccessSyntax access)
    {
        var label = access.Label.ValueText;
        if (Plain(access.Target) is not NameSyntax target)
        {
            diagnostics.Add(Codes.BadField.At(SyntaxLocation.Of(access), "Only tiles have parts here.", "Write parameter.part, like x.n."));
            return null;
        }

        var name = target.Name.ValueText;
        if (IsRule && name == "previous")
        {
            switch (label)
            {
                case "writes_operand":
                    return new CostExpression.Previous(PreviousPart.WritesOperand);
                case "idle":
                    return new CostExpression.Previous(PreviousPart.Idle);
                case "instruction":
                    return new CostExpression.Previous(PreviousPart.Instruction);
            }
        }

        if (Parameters.Any(parameter => parameter.Name == name && parameter.Kind == InstructionParameterKind.Tile) && TilePartOf(label) is { } part)
        {
            return new CostExpression.Part(name, part);
        }

        var nearest = Suggestions.Nearest(label, Enum.GetValues<TilePart>().Select(CostExpression.TilePartName));
        diagnostics.Add(Codes.UnknownName.At(
            new SyntaxLocation(SyntaxLocation.Of(access).Anchor, SyntaxLocation.Of(access).Span), $"{name}.{label}",
            nearest is null ? "Use p, n, bytes, element_bytes, type, memory, contiguous or inner_stride of a tile." : $"Did you mean '{name}.{nearest}'?"));
        return null;
    }

    private CostExpression? List(ListSyntax list)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var element in list.Elements)
        {
            switch (Convert(element))
            {
                case CostExpression.WordLiteral word:
                    words.Add(word.Value);
                    break;
                case null:
                    return null;
                default:
                    diagnostics.Add(Codes.BadField.At(SyntaxLocation.Of(element), "A list here has words only.", "Use strings or names."));
                    return null;
            }
        }

        return new CostExpression.WordListLiteral(words.ToImmutable());
    }

    private CostExpression? Conditional(ConditionalClauseSyntax[] clauses, int index)
    {
        if (index >= clauses.Length)
        {
            return null;
        }

        var clause = clauses[index];
        if (clause.Condition is not { } conditionSyntax)
        {
            return Convert(clause.Value);
        }

        var condition = Convert(conditionSyntax);
        var then = Convert(clause.Value);
        var otherwise = Conditional(clauses, index + 1);
        return condition is null || then is null || otherwise is null ? null : CostExpression.Conditional.Of(condition, then, otherwise);
    }

    private CostExpression? Call(CallSyntax call)
    {
        var name = call.Callee is NameSyntax callee ? callee.Name.ValueText : string.Empty;
        if (Function(name) is not { } function)
        {
            if (name == "source")
            {
                return new CostExpression.WordLiteral(DeviceSources.Text(call));
            }

            var nearest = Suggestions.Nearest(name, Enum.GetValues<CostFunction>().Select(CostExpression.FunctionName));
            diagnostics.Add(Codes.UnknownName.At(
                SyntaxLocation.Of(call.Callee), name, nearest is null ? "Use min, max, ceil_div, contains, .." : $"Did you mean '{nearest}'?"));
            return null;
        }

        var arguments = new List<CostExpression>();
        foreach (var argument in call.Arguments.Arguments)
        {
            if (Convert(argument.Value) is not { } value)
            {
                return null;
            }

            arguments.Add(value);
        }

        return CostExpression.Call.Of(function, [.. arguments]);
    }

    private static CostFunction? Function(string name)
    {
        foreach (var function in Enum.GetValues<CostFunction>())
        {
            if (CostExpression.FunctionName(function) == name)
            {
                return function;
            }
        }

        return null;
    }

    private static TilePart? TilePartOf(string name)
    {
        foreach (var part in Enum.GetValues<TilePart>())
        {
            if (CostExpression.TilePartName(part) == name)
            {
                return part;
            }
        }

        return null;
    }

    private static CostType TypeOf(InstructionParameterKind kind) => kind switch
    {
        InstructionParameterKind.Int => CostType.Int,
        InstructionParameterKind.Float => CostType.Float,
        _ => CostType.Word,
    };

    private static CostOperator? Operator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.PlusToken => CostOperator.Add,
        SyntaxKind.MinusToken => CostOperator.Subtract,
        SyntaxKind.StarToken => CostOperator.Multiply,
        SyntaxKind.SlashToken => CostOperator.Divide,
        SyntaxKind.PercentToken => CostOperator.Remainder,
        SyntaxKind.PowerToken => CostOperator.Power,
        SyntaxKind.EqualsEqualsToken => CostOperator.Equal,
        SyntaxKind.NotEqualsToken => CostOperator.NotEqual,
        SyntaxKind.LessToken => CostOperator.Less,
        SyntaxKind.LessOrEqualToken => CostOperator.LessEqual,
        SyntaxKind.GreaterToken => CostOperator.Greater,
        SyntaxKind.GreaterOrEqualToken => CostOperator.GreaterEqual,
        SyntaxKind.AndKeyword => CostOperator.And,
        SyntaxKind.OrKeyword => CostOperator.Or,
        _ => null,
    };
}
