using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    /// <summary>Elements that a constant may have.</summary>
    private const long MaximumConstant = 4_096;

    /// <summary>Applies an operator: infers types, tells what is wrong, folds constants, or adds the operation.</summary>
    private Value Apply(
        Operator op,
        string word,
        OperandArgument?[] operands,
        AttributeSet attributes,
        PieceOperand?[] given,
        TensorType?[] givenTypes,
        SyntaxNode place,
        AnnotationSet? annotations,
        Dictionary<string, (AttributeValue? Value, SyntaxNode Place)>? attributePlaces = null)
    {
        Take(annotations);
        var tensors = new TensorValue?[operands.Length];
        if (!TakeOperands(op, operands, tensors))
        {
            return Unknown(op);
        }

        var types = ImmutableArray.CreateRange(tensors.Select(tensor => tensor?.Type));
        var context = new InferenceContext(types, attributes, _facts)
        {
            OperandNames = [.. operands.Select(operand => operand?.Name)],
            GivenSlots = ImmutableCollectionsMarshal.AsImmutableArray(givenTypes),
        };
        var inference = op.Infer(context);
        if (!inference.Problems.IsEmpty)
        {
            ReportProblems(inference, operands, place, attributePlaces);
            return Unknown(op);
        }

        if (inference.Results.IsEmpty)
        {
            if (!IsGeneric)
            {
                Report(Codes.UnboundDimension.At(
                    SyntaxLocation.Of(place), string.Join(", ", attributes.Values.Select(v => v.Value).OfType<AttributeValue.Integer>().SelectMany(v => v.Value.Symbols).Distinct()),
                    $"Give '{op.Name}' a number that does not depend on it."));
            }

            return Unknown(op);
        }

        if (!CheckUndecided(inference, place))
        {
            return Unknown(op);
        }

        if (IsGeneric)
        {
            // Nothing is computed without callers; the types are what is wanted.
            return Results(op, inference.Results, -1);
        }

        return Fold(op, tensors, attributes, inference, place) ?? AddOperation(op, word, tensors, attributes, given, inference, place, annotations);
    }

    private bool TakeOperands(Operator op, OperandArgument?[] operands, TensorValue?[] tensors)
    {
        ElementType? element = null;
        var isKnown = true;
        for (var i = 0; i < operands.Length; i++)
        {
            if (operands[i] is { Value: TensorValue tensor })
            {
                tensors[i] = tensor;
                isKnown &= tensor.Type is not null;
                if (tensor.Type is { } type && (element is null or ElementType.Bool))
                {
                    element = type.Element;
                }
            }
        }

        for (var i = 0; i < operands.Length; i++)
        {
            if (operands[i] is not { } operand || operand.Value is TensorValue)
            {
                continue;
            }

            if (operand.Value is UnknownValue)
            {
                isKnown = false;
            }
            else if (operand.Value is NoneValue)
            {
                Report(Codes.WrongType.At(SyntaxLocation.Of(operand.Place), $"An operand of '{op.Name}' is none.", "Check it with 'if x != none { .. }' before."));
                isKnown = false;
            }
            else if (AsTensor(operand.Value, element, operand.Place) is TensorValue constant)
            {
                tensors[i] = constant;
                isKnown &= constant.Type is not null;
            }
            else
            {
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(operand.Place), $"'{op.Name}' takes a tensor here, not {operand.Value.Kind}.", $"Write {op.Example}."));
                isKnown = false;
            }
        }

        return isKnown;
    }

    /// <summary>A number as a rank-0 constant of an element type (language 6.3); null for other values.</summary>
    private TensorValue? AsTensor(Value value, ElementType? element, SyntaxNode place)
    {
        if (value is BoolValue { Truth: { } truth })
        {
            return Constant(truth ? 1 : 0, ElementType.Bool);
        }

        var type = element is null or ElementType.Bool ? value is IntValue ? ElementType.I64 : ElementType.F32 : element.Value;
        if (value is IntValue or RealValue && Real(value) is { } number)
        {
            var constant = Constant(number, type);
            var stored = constant.Constant!.ToDoubles().AsDoubles()[0];
            if (!stored.Equals(number) && !(double.IsNaN(stored) && double.IsNaN(number)))
            {
                var written = value is IntValue ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
                if (!ElementTypes.IsFloat(type) || IsWrittenInexactly(place, number, type))
                {
                    Report(Codes.InexactLiteral.At(
                        SyntaxLocation.Of(place), written, ElementTypes.Name(type), stored.ToString("G9", CultureInfo.InvariantCulture)));
                }
            }

            return constant;
        }

        return value is IntValue && IsGeneric ? new TensorValue(null, TensorReference.None) : null;
    }

    // A decimal fraction is never exact in binary, and its nearest value is what is meant; an integer or power of two that is changed is not.
    private static bool IsWrittenInexactly(SyntaxNode place, double number, ElementType type)
    {
        _ = place;
        if (!double.IsInteger(number) || double.IsInfinity(number))
        {
            return Math.Abs(number) > Greatest(type) || (number != 0 && Math.Abs(number) < Least(type));
        }

        return true;
    }

    private static double Greatest(ElementType type) => type switch
    {
        ElementType.F16 => 65504,
        ElementType.F8E4M3 => 448,
        ElementType.F8E5M2 => 57344,
        _ => float.MaxValue,
    };

    private static double Least(ElementType type) => type switch
    {
        ElementType.F16 => 5.9604644775390625e-8,
        ElementType.F8E4M3 => 0.001953125,
        ElementType.F8E5M2 => 0.0000152587890625,
        ElementType.F64 => double.Epsilon,
        _ => float.Epsilon,
    };

    private static TensorValue Constant(double number, ElementType type)
    {
        var tensor = Tensor.Of(new Shape([]), new[] { number }).ConvertTo(type);
        return new TensorValue(new TensorType(type), TensorReference.None, tensor);
    }

    private void ReportProblems(
        Inference inference, OperandArgument?[] operands, SyntaxNode place, Dictionary<string, (AttributeValue? Value, SyntaxNode Place)>? attributePlaces)
    {
        foreach (var problem in inference.Problems)
        {
            var at = problem.Attribute is { } attribute && attributePlaces is not null && attributePlaces.TryGetValue(attribute, out var known) ? known.Place
                : problem.Operand >= 0 && problem.Operand < operands.Length && operands[problem.Operand] is { } operand && operand.Place is not CallSyntax and not StageSyntax ? operand.Place
                : place;
            var descriptor = Codes.Find(problem.Code) ?? Codes.WrongType;
            Report(new Diagnostic(descriptor, problem.Message, problem.Help, SyntaxLocation.Of(at)));
        }
    }

    private bool CheckUndecided(Inference inference, SyntaxNode place)
    {
        if (IsGeneric)
        {
            return true;
        }

        var isSound = true;
        foreach (var equality in inference.Undecided)
        {
            CheckEqual(equality.Left, equality.Right, place, out var isWrong);
            if (isWrong)
            {
                var (a, b) = (equality.Left.Bind(_session.Binding), equality.Right.Bind(_session.Binding));
                Report(Codes.ShapeEquation.At(
                    SyntaxLocation.Of(place), $"{equality.Left} is {a} and {equality.Right} is {b}.", equality.Reason.Length > 0 ? equality.Reason : "Make them equal."));
                isSound = false;
            }
        }

        return isSound;
    }

    private Value Results(Operator op, ImmutableArray<TensorType> types, int piece)
    {
        var values = ImmutableArray.CreateBuilder<Value>(types.Length);
        for (var i = 0; i < types.Length; i++)
        {
            values.Add(new TensorValue(types[i], piece < 0 ? TensorReference.None : new TensorReference(ReferenceKind.Piece, piece, i)));
        }

        return values.Count == 1 && op.Name != "split" ? values[0] : new BundleValue([.. types.Select(_ => string.Empty)], values.MoveToImmutable());
    }

    /// <summary>The results as constants, if all operands are and there are no weights; null otherwise.</summary>
    private Value? Fold(Operator op, TensorValue?[] tensors, AttributeSet attributes, Inference inference, SyntaxNode place)
    {
        if (!op.Slots.IsEmpty)
        {
            return null;
        }

        foreach (var tensor in tensors)
        {
            if (tensor is not null && tensor.Constant is null)
            {
                return null;
            }
        }

        var shapes = ImmutableArray.CreateBuilder<Shape>();
        foreach (var type in inference.Results)
        {
            if (_session.Bind(type).KnownShape is not { } shape)
            {
                Report(Codes.UnboundDimension.At(
                    SyntaxLocation.Of(place), string.Join(", ", type.Dimensions.SelectMany(d => d.Symbols).Distinct(StringComparer.Ordinal)),
                    "Give it a value: 'dim N = 1' in the network."));
                return Unknown(op);
            }

            // Extents may multiply beyond 64 bits.
            var count = 1.0;
            foreach (var extent in shape.Dimensions)
            {
                count *= extent;
            }

            if (count > MaximumConstant)
            {
                Report(Codes.ConstantTooLarge.At(SyntaxLocation.Of(place), count.ToString(count < 1e15 ? "N0" : "G3", CultureInfo.InvariantCulture)));
                return Unknown(op);
            }

            shapes.Add(shape);
        }

        var context = new EvaluationContext(
            [.. tensors.Select(tensor => tensor?.Constant!.ToDoubles())], [], Bind(attributes), shapes.ToImmutable());
        var results = op.Evaluate(context);
        var values = ImmutableArray.CreateBuilder<Value>();
        for (var i = 0; i < results.Length; i++)
        {
            values.Add(new TensorValue(inference.Results[i], TensorReference.None, results[i].ConvertTo(inference.Results[i].Element)));
        }

        return values.Count == 1 ? values[0] : new BundleValue([.. values.Select(_ => string.Empty)], values.ToImmutable());
    }

    private Value AddOperation(
        Operator op,
        string word,
        TensorValue?[] tensors,
        AttributeSet attributes,
        PieceOperand?[] given,
        Inference inference,
        SyntaxNode place,
        AnnotationSet? annotations)
    {
        var operands = ImmutableArray.CreateBuilder<PieceOperand>(tensors.Length);
        foreach (var tensor in tensors)
        {
            operands.Add(tensor is null ? default : AsOperand(tensor));
        }

        var slots = ImmutableArray.CreateBuilder<PieceSlot>(op.Slots.Length);
        for (var i = 0; i < op.Slots.Length; i++)
        {
            var type = i < inference.Slots.Length ? inference.Slots[i] : null;
            var slot = i < given.Length ? given[i] : null;
            slots.Add(new PieceSlot(op.Slots[i].Name, type is null ? null : _session.Bind(type), op.Slots[i].Role, slot));
        }

        var merged = annotations?.Merge(_inherited) ?? _inherited;
        var operation = new Operation(
            op, Bind(attributes), [.. tensors.Select(tensor => tensor?.Type is { } type ? _session.Bind(type) : null)],
            [.. slots.Select(slot => slot.Type)], [.. inference.Results.Select(_session.Bind)], merged);
        _pieces.Add(new OperationPiece
        {
            Word = word,
            Group = _group,
            Span = place.Span,
            NameOverride = annotations?.Name,
            PrefixOverride = annotations?.Weights,
            Order = annotations?.Order ?? [],
            Operation = operation,
            Inference = inference,
            Operands = operands.MoveToImmutable(),
            Slots = slots.MoveToImmutable(),
        });
        return Results(op, inference.Results, _pieces.Count - 1);
    }

    private PieceOperand AsOperand(TensorValue tensor) =>
        tensor.Constant is { } constant
            ? new PieceOperand(TensorReference.None, new TensorSource.Constant(_session.Bind(tensor.Type!), constant))
            : new PieceOperand(tensor.Reference, null);

    private AttributeSet Bind(AttributeSet attributes)
    {
        if (_session.Binding.IsEmpty)
        {
            return attributes;
        }

        foreach (var (_, value) in attributes.Values)
        {
            if (IsSymbolic(value))
            {
                return new AttributeSet([.. attributes.Values.Select(pair => KeyValuePair.Create(pair.Key, Bind(pair.Value)))]);
            }
        }

        return attributes;
    }

    private AttributeValue Bind(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer when integer.Value.Value is null => new AttributeValue.Integer(integer.Value.Bind(_session.Binding)),
        AttributeValue.List list when IsSymbolic(list) => new AttributeValue.List([.. list.Values.Select(Bind)]),
        _ => value,
    };

    private static bool IsSymbolic(AttributeValue value) => value switch
    {
        AttributeValue.Integer integer => integer.Value.Value is null,
        AttributeValue.List list => list.Values.Any(IsSymbolic),
        _ => false,
    };
}
