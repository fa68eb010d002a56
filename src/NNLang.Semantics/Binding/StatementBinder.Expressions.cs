using System.Collections.Immutable;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private Value Evaluate(ExpressionSyntax expression) => Evaluate(expression, null);

    /// <summary>The value of an expression; annotations are those behind it, for its outermost operation.</summary>
    private Value Evaluate(ExpressionSyntax expression, AnnotationSet? annotations)
    {
        switch (expression)
        {
            case PipelineSyntax pipeline:
                return BindPipeline(pipeline);
            case ParenthesizedSyntax parenthesized:
                return Evaluate(parenthesized.Inner, annotations);
            case NameSyntax name:
                return BindName(name);
            case NumberSyntax number:
                return BindNumber(number);
            case StringSyntax text:
                return new TextValue(text.Value);
            case LiteralSyntax literal:
                return literal.Literal.Kind switch
                {
                    SyntaxKind.TrueKeyword => BoolValue.Of(true),
                    SyntaxKind.FalseKeyword => BoolValue.Of(false),
                    _ => NoneValue.Instance,
                };
            case ListSyntax list:
                return BindList(list);
            case ConditionalSyntax conditional:
                return BindConditional(conditional, annotations);
            case MemberAccessSyntax access:
                return BindMember(access);
            case UnarySyntax unary:
                return BindUnary(unary, annotations);
            case BinarySyntax binary:
                return BindBinary(binary, annotations);
            case IndexSyntax index:
                return BindIndex(index, annotations);
            case CallSyntax call:
                return BindCall(call, annotations);
            default:
                return UnknownValue.Instance;
        }
    }

    private Value Note(SyntaxNode node, Value value)
    {
        if (_dry == 0 && value is not UnknownValue && ReferenceEquals(node.Root.Green, _node))
        {
            _expressions.Add(new ExpressionFact(node.Span, Forget(value)));
        }

        return value;
    }

    private Value BindName(NameSyntax syntax)
    {
        var name = syntax.Name.ValueText;
        if (name.Length == 0)
        {
            return UnknownValue.Instance;
        }

        if (name == "_")
        {
            Report(Codes.UnknownName.At(SyntaxLocation.Of(syntax), name, "Use '_' among the arguments of a stage only."));
            return UnknownValue.Instance;
        }

        if (Read(name, out var kind) is { } value)
        {
            return Note(syntax, value);
        }

        if (kind == NameKind.Hidden)
        {
            Report(Codes.NotBoundEverywhere.At(SyntaxLocation.Of(syntax), name));
            return UnknownValue.Instance;
        }

        if (ElementTypes.Parse(name) is { } element)
        {
            return new TypeValue(element);
        }

        if (FindCallable(name) is { } callable)
        {
            return callable switch
            {
                StageCallable stage => stage.Stage,
                UnknownCallable => UnknownValue.Instance,
                _ => new StageValue(name, callable, []),
            };
        }

        ReportUnknownName(name, syntax, KnownNames());
        return UnknownValue.Instance;
    }

    private IEnumerable<string> KnownNames() => (_scope?.Names ?? []).Concat(ElementTypes.All.Select(ElementTypes.Name)).Concat(CallableNames());

    private Value BindNumber(NumberSyntax syntax)
    {
        var value = syntax.Value;
        if (value.Unit.Length > 0)
        {
            Report(Codes.WrongType.At(SyntaxLocation.Of(syntax), $"{syntax.Literal.Text} is a quantity; those belong to devices.", "Write a plain number."));
            return UnknownValue.Instance;
        }

        if (!value.IsInteger)
        {
            return new RealValue(value.Value);
        }

        if (value.Integer is { } integer)
        {
            return new IntValue(integer);
        }

        Report(Codes.IntegerOverflow.At(SyntaxLocation.Of(syntax), syntax.Literal.Text));
        return UnknownValue.Instance;
    }

    private Value BindList(ListSyntax syntax)
    {
        var values = ImmutableArray.CreateBuilder<Value>();
        foreach (var element in syntax.Elements)
        {
            var value = Evaluate(element);
            values.Add(value is BundleValue { Values: [var single] } ? single : value);
        }

        for (var i = 1; i < values.Count; i++)
        {
            if (!SameKind(values[0], values[i]))
            {
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(syntax.Elements[i]), $"A list holds {values[0].Kind} and {values[i].Kind}.", "Use elements of one kind."));
                return UnknownValue.Instance;
            }
        }

        return new ListValue(values.ToImmutable());
    }

    private static bool SameKind(Value a, Value b) =>
        a is UnknownValue || b is UnknownValue || a.GetType() == b.GetType()
        || (a is IntValue or RealValue or NoneValue && b is IntValue or RealValue or NoneValue)
        || (a is TensorValue or IntValue or RealValue && b is TensorValue or IntValue or RealValue);

    private Value BindConditional(ConditionalSyntax syntax, AnnotationSet? annotations)
    {
        Value? result = null;
        var isOpen = false;
        var isDecided = false;
        foreach (var clause in syntax.Clauses)
        {
            var truth = clause.Condition is { } condition ? Condition(condition) : true;
            if (truth == true && !isDecided && !isOpen)
            {
                isDecided = true;
                result = Evaluate(clause.Value, annotations);
                continue;
            }

            isOpen |= truth is null && !isDecided;
            var other = EvaluateDry(clause.Value, annotations);
            if (isOpen && truth != false && !isDecided)
            {
                result = Merge(result, other);
            }
        }

        return result ?? UnknownValue.Instance;
    }

    /// <summary>Evaluates for names and types only: nothing is computed, and only what is wrong with names is told.</summary>
    private Value EvaluateDry(ExpressionSyntax expression, AnnotationSet? annotations)
    {
        var pieces = _pieces.Count;
        _dry++;
        var value = Evaluate(expression, annotations);
        _dry--;
        _pieces.RemoveRange(pieces, _pieces.Count - pieces);
        return Forget(value);
    }

    private Value BindMember(MemberAccessSyntax syntax)
    {
        var label = syntax.Label.ValueText;
        if (syntax.Target is NameSyntax name && Spelling.ForeignWords.Value(name.Name.ValueText).Help is not null && Read(name.Name.ValueText, out _) is null)
        {
            ReportUnknownName(name.Name.ValueText, name, []);
            return UnknownValue.Instance;
        }

        var target = Evaluate(syntax.Target);
        switch (target)
        {
            case UnknownValue or TensorValue { Type: null }:
                return label == "type" || !IsPart(label) ? UnknownValue.Instance : label == "shape" ? UnknownValue.Instance : UnknownValue.Instance;
            case TensorValue { Type: { } type }:
                switch (label)
                {
                    case "shape":
                        return Note(syntax, new ListValue([.. type.Dimensions.Select(dimension => (Value)new IntValue(dimension))]));
                    case "rank":
                        return Note(syntax, new IntValue(type.Rank));
                    case "type":
                        return Note(syntax, new TypeValue(type.Element));
                }

                return BadMember(syntax, label, "A tensor", "shape, rank and type");
            case BundleValue bundle:
                for (var i = 0; i < bundle.Names.Length; i++)
                {
                    if (bundle.Names[i] == label)
                    {
                        return Note(syntax, bundle.Values[i]);
                    }
                }

                return BadMember(syntax, label, "The bundle", bundle.Names.Any(n => n.Length > 0) ? string.Join(", ", bundle.Names) : "only numbers: r[0], r[1]");
            default:
                Report(Codes.WrongType.At(SyntaxLocation.Of(syntax), $"{Capital(target.Kind)} has no parts.", "Use parts of tensors (shape, rank, type) and of bundles."));
                return UnknownValue.Instance;
        }
    }

    private static bool IsPart(string label) => label is "shape" or "rank" or "type";

    private UnknownValue BadMember(MemberAccessSyntax syntax, string label, string owner, string known)
    {
        var location = SyntaxLocation.Of(syntax.Label);
        if (FindCallable(label) is { } callable)
        {
            Report(Codes.UnknownName.At(location, "." + label, $"Write x |> {callable.Name}(..)."));
            return UnknownValue.Instance;
        }

        Report(Codes.UnknownLabel.At(location, owner, "part", label, ".", $"Use {known}."));
        return UnknownValue.Instance;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
