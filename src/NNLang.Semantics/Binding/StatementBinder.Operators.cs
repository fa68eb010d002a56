using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Spelling;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    /// <summary>A tensor operand, or a number that becomes a constant.</summary>
    private readonly record struct OperandArgument(Value Value, SyntaxNode Place, string? Name);

    private static OperandArgument Operand(Value value, ExpressionSyntax place) =>
        new(value, place, Plain(place) is NameSyntax name ? name.Name.ValueText : null);

    private Value OperatorCall(
        string name, List<OperandArgument> operands, SyntaxNode place, AnnotationSet? annotations, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        if (OperatorCatalogue.Find(name) is not { } op)
        {
            Report(Codes.NotCallable.At(SyntaxLocation.Of(place), name, ".", "Use an operator of the catalogue."));
            return new TensorValue(null, TensorReference.None);
        }

        return Apply(op, name, [.. operands.Select(operand => (OperandArgument?)operand)], AttributeSet.For(op, attributes), [], [], place, annotations);
    }

    private Value CallOperator(Operator op, string word, List<CallArgument> arguments, SyntaxNode place, AnnotationSet? annotations)
    {
        var operands = new OperandArgument?[op.Operands.Length];
        var variadic = op.Operands is [{ Variadic: true }, ..];
        var items = variadic ? new List<OperandArgument>() : null;
        var values = new Dictionary<string, (AttributeValue? Value, SyntaxNode Place)>(StringComparer.Ordinal);
        var given = new PieceOperand?[op.Slots.Length];
        var givenTypes = new TensorType?[op.Slots.Length];
        var isUnknown = false;
        var required = op.Operands.Count(operand => !operand.Optional);
        var position = 0;
        foreach (var argument in arguments)
        {
            if (argument.Label is null)
            {
                if (variadic)
                {
                    isUnknown |= !AddItems(op, argument, items!);
                }
                else if (position < required)
                {
                    var value = Single(ValueOf(argument), argument.Place);
                    operands[position++] = new OperandArgument(value, argument.Place, argument.BareName);
                }
                else if (position == required && op.Attributes is [var principal, ..])
                {
                    position++;
                    isUnknown |= !AddAttribute(op, principal, argument, values);
                }
                else
                {
                    position++;
                    ValueOf(argument);
                    Report(Codes.TooManyArguments.At(
                        SyntaxLocation.Of(argument.Place), op.Name, Signature(op), position.ToString(CultureInfo.InvariantCulture)));
                }
            }
            else
            {
                isUnknown |= !AddNamed(op, argument, operands, values, given, givenTypes);
            }
        }

        return Complete(op, word, place, annotations, variadic ? [.. items!.Select(item => (OperandArgument?)item)] : operands, values, given, givenTypes, isUnknown);
    }

    private Value Complete(
        Operator op,
        string word,
        SyntaxNode place,
        AnnotationSet? annotations,
        OperandArgument?[] operands,
        Dictionary<string, (AttributeValue? Value, SyntaxNode Place)> values,
        PieceOperand?[] given,
        TensorType?[] givenTypes,
        bool isUnknown)
    {
        Take(annotations);
        var variadic = op.Operands is [{ Variadic: true }, ..];
        for (var i = 0; i < op.Operands.Length; i++)
        {
            if (variadic ? operands.Length == 0 && !isUnknown : operands[i] is null && !op.Operands[i].Optional)
            {
                Report(Codes.MissingArgument.At(SyntaxLocation.Of(place), op.Name, "the operand", op.Operands[i].Name, op.Example));
                isUnknown = true;
                break;
            }
        }

        var attributes = ImmutableArray.CreateBuilder<KeyValuePair<string, AttributeValue>>(op.Attributes.Length);
        foreach (var definition in op.Attributes)
        {
            if (values.TryGetValue(definition.Name, out var value))
            {
                isUnknown |= value.Value is null;
                attributes.Add(new(definition.Name, definition.Normalise(value.Value ?? AttributeValue.Nothing)));
            }
            else if (definition.Default is { } otherwise)
            {
                attributes.Add(new(definition.Name, definition.Normalise(otherwise)));
            }
            else
            {
                Report(Codes.MissingArgument.At(SyntaxLocation.Of(place), op.Name, "the attribute", definition.Name, $"{definition.Name}: .."));
                isUnknown = true;
            }
        }

        return isUnknown
            ? Unknown(op)
            : Apply(op, word, operands, new AttributeSet(attributes.ToImmutable()), given, givenTypes, place, annotations, values);
    }

    private static Value Unknown(Operator op) => op.Name == "split" ? UnknownValue.Instance : new TensorValue(null, TensorReference.None);

    private static string Signature(Operator op) =>
        op.Operands.Length == 0 && op.Attributes.Length == 0 ? "no argument"
        : string.Join(", ", op.Operands.Where(operand => !operand.Optional).Select(operand => operand.Name).Concat(op.Attributes.Take(1).Select(a => a.Name)));

    private Value ValueOf(CallArgument argument) => argument.Value ?? (argument.Expression is { } expression ? Evaluate(expression) : UnknownValue.Instance);

    private bool AddItems(Operator op, CallArgument argument, List<OperandArgument> items)
    {
        switch (ValueOf(argument))
        {
            case ListValue list:
                foreach (var item in list.Values)
                {
                    items.Add(new OperandArgument(item, argument.Place, null));
                }

                return true;
            case BundleValue bundle:
                foreach (var item in bundle.Values)
                {
                    items.Add(new OperandArgument(item, argument.Place, null));
                }

                return true;
            case UnknownValue:
                return false;
            case var value when value is TensorValue or IntValue or RealValue:
                items.Add(new OperandArgument(value, argument.Place, argument.BareName));
                return true;
            case var other:
                Report(Codes.WrongType.At(SyntaxLocation.Of(argument.Place), $"'{op.Name}' takes tensors, not {other.Kind}.", $"Write {op.Example}."));
                return false;
        }
    }

    private bool AddNamed(
        Operator op,
        CallArgument argument,
        OperandArgument?[] operands,
        Dictionary<string, (AttributeValue? Value, SyntaxNode Place)> values,
        PieceOperand?[] given,
        TensorType?[] givenTypes)
    {
        var label = argument.Label!;
        var definition = op.Attributes.FirstOrDefault(attribute => attribute.Name == label);
        var slot = -1;
        for (var i = 0; i < op.Slots.Length; i++)
        {
            slot = op.Slots[i].Name == label ? i : slot;
        }

        if (slot >= 0)
        {
            return AddSlot(op, slot, definition, argument, values, given, givenTypes);
        }

        if (definition is not null)
        {
            return AddAttribute(op, definition, argument, values);
        }

        for (var i = 0; i < op.Operands.Length; i++)
        {
            if (op.Operands[i] is { Optional: true } optional && optional.Name == label)
            {
                var value = Single(ValueOf(argument), argument.Place);
                if (value is not NoneValue)
                {
                    operands[i] = new OperandArgument(value, argument.Place, argument.BareName);
                }

                return true;
            }
        }

        ValueOfQuiet(argument);
        ReportLabel(op.Name, "attribute", argument, KnownLabels(op), op.Attributes.FirstOrDefault(attribute => attribute.ForeignNames.Contains(label))?.Name);
        return true;
    }

    private static IEnumerable<string> KnownLabels(Operator op) =>
        op.Attributes.Select(attribute => attribute.Name).Concat(op.Slots.Select(slot => slot.Name))
            .Concat(op.Operands.Where(operand => operand.Optional).Select(operand => operand.Name)).Distinct();

    private void ValueOfQuiet(CallArgument argument)
    {
        var diagnostics = _diagnostics.Count;
        ValueOf(argument);
        _diagnostics.RemoveRange(diagnostics, _diagnostics.Count - diagnostics);
    }

    private void ReportLabel(string callee, string what, CallArgument argument, IEnumerable<string> known, string? meant)
    {
        var names = known.ToList();
        var nearest = meant ?? Suggestions.Nearest(argument.Label!, names);
        var location = argument.Place is ArgumentSyntax syntax ? SyntaxLocation.Of(syntax.Label) : SyntaxLocation.Of(argument.Place);
        var diagnostic = Codes.UnknownLabel.At(
            location, callee, what, argument.Label!, Suggestions.Ending(nearest), names.Count == 0 ? "Remove it." : $"Use {string.Join(", ", names)}.");
        Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Rename to '{nearest}'", location, nearest)));
    }

    private bool AddSlot(
        Operator op,
        int slot,
        AttributeDefinition? definition,
        CallArgument argument,
        Dictionary<string, (AttributeValue? Value, SyntaxNode Place)> values,
        PieceOperand?[] given,
        TensorType?[] givenTypes)
    {
        switch (ValueOf(argument))
        {
            case TensorValue { Type: null } or UnknownValue:
                return false;
            case TensorValue { Type: { } type } tensor when tensor.IsWeight || tensor.Constant is not null:
                given[slot] = new PieceOperand(tensor.Reference, tensor.Constant is null ? null : new TensorSource.Constant(type, tensor.Constant));
                givenTypes[slot] = type;
                return true;
            case TensorValue:
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(argument.Place), $"'{op.Slots[slot].Name}' of '{op.Name}' is computed; it has to be a weight or a constant.",
                    "Give weight(..) or constant(..), or use an operator that takes it as an operand, like matmul."));
                return false;
            case NoneValue or BoolValue { Truth: false } when definition is { Kind: AttributeKind.Boolean }:
                values[definition.Name] = (AttributeValue.Of(false), argument.Place);
                return true;
            case BoolValue { Truth: { } truth } when definition is { Kind: AttributeKind.Boolean }:
                values[definition.Name] = (AttributeValue.Of(truth), argument.Place);
                return true;
            case BoolValue { Truth: null } when IsGeneric:
                return false;
            case var other:
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(argument.Place), $"'{op.Slots[slot].Name}' of '{op.Name}' is a weight, not {other.Kind}.", "Give weight(..) or constant(..)."));
                return false;
        }
    }

    /// <summary>Adds an attribute's value; false if it is not known.</summary>
    private bool AddAttribute(
        Operator op, AttributeDefinition definition, CallArgument argument, Dictionary<string, (AttributeValue? Value, SyntaxNode Place)> values)
    {
        if (values.ContainsKey(definition.Name))
        {
            Report(Codes.ArgumentTwice.At(SyntaxLocation.Of(argument.Place), definition.Name));
            return true;
        }

        var converted = AttributeOf(op, definition, argument);
        values[definition.Name] = (converted, argument.Place);
        return converted is not null;
    }

    private AttributeValue? AttributeOf(Operator op, AttributeDefinition definition, CallArgument argument)
    {
        if (argument.BareName is { } word && definition.Words.Contains(word))
        {
            return AttributeValue.Of(word);
        }

        if (argument.BareName is { } unknown && definition.Kind == AttributeKind.Word && Read(unknown, out _) is null)
        {
            var nearest = Suggestions.Nearest(unknown, definition.Words);
            var location = SyntaxLocation.Of(argument.Expression!);
            var diagnostic = Codes.UnknownName.At(location, unknown, $"Use {string.Join(", ", definition.Words)}.");
            Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
            return null;
        }

        var value = ValueOf(argument);
        if (value is TextValue text && !definition.Words.IsEmpty && definition.Kind != AttributeKind.Text)
        {
            if (argument.Expression is { } written && Plain(written) is StringSyntax)
            {
                var location = SyntaxLocation.Of(written);
                var diagnostic = Codes.StringForWord.At(location, definition.Name, text.Text);
                Report(definition.Words.Contains(text.Text) ? diagnostic.WithFix(CodeFix.Replace("Remove the quotes", location, text.Text)) : diagnostic);
            }

            return definition.Words.Contains(text.Text) ? AttributeValue.Of(text.Text) : null;
        }

        if (Convert(definition.Kind, value, out var isUnknown) is { } converted)
        {
            return converted;
        }

        if (value is NoneValue && definition.Default is AttributeValue.None)
        {
            return AttributeValue.Nothing;
        }

        if (!isUnknown)
        {
            Report(Codes.WrongType.At(
                SyntaxLocation.Of(argument.Expression ?? argument.Place), $"'{definition.Name}' of '{op.Name}' is {KindText(definition)}, not {value.Kind}.",
                $"Write {definition.Name}: {Example(definition)}."));
        }

        return null;
    }

    private AttributeValue? Convert(AttributeKind kind, Value value, out bool isUnknown)
    {
        isUnknown = value is UnknownValue || value is BoolValue { Truth: null } || (value is TensorValue { Type: null });
        switch (kind)
        {
            case AttributeKind.Integer or AttributeKind.IntegerList or AttributeKind.Padding when value is IntValue integer:
                return new AttributeValue.Integer(integer.Number);
            case AttributeKind.IntegerList or AttributeKind.Padding or AttributeKind.RealList or AttributeKind.Numbers when value is ListValue list:
                var inner = kind switch
                {
                    AttributeKind.Numbers => AttributeKind.Numbers,
                    AttributeKind.RealList => AttributeKind.Real,
                    _ => AttributeKind.Integer,
                };
                var items = ImmutableArray.CreateBuilder<AttributeValue>(list.Values.Length);
                foreach (var item in list.Values)
                {
                    var converted = item is NoneValue ? AttributeValue.Nothing : Convert(inner, item, out var unknown) ?? Fail(unknown, ref isUnknown);
                    if (converted is null)
                    {
                        return null;
                    }

                    items.Add(converted);
                }

                return new AttributeValue.List(items.ToImmutable());
            case AttributeKind.Real or AttributeKind.RealList when Real(value) is { } real:
                return AttributeValue.Of(real);
            case AttributeKind.Real or AttributeKind.RealList when value is IntValue:
                isUnknown = true;
                return null;
            case AttributeKind.Numbers when value is IntValue number:
                return new AttributeValue.Integer(number.Number);
            case AttributeKind.Numbers when value is RealValue number:
                return AttributeValue.Of(number.Number);
            case AttributeKind.Boolean or AttributeKind.Numbers when value is BoolValue { Truth: { } truth }:
                return AttributeValue.Of(truth);
            case AttributeKind.Text when value is TextValue text:
                return AttributeValue.Of(text.Text);
            case AttributeKind.Type when value is TypeValue type:
                return new AttributeValue.Type(type.Element);
            default:
                return null;
        }

        static AttributeValue? Fail(bool unknown, ref bool isUnknown)
        {
            isUnknown = unknown;
            return null;
        }
    }

    private static string KindText(AttributeDefinition definition) => definition.Kind switch
    {
        AttributeKind.Integer => "an int",
        AttributeKind.IntegerList => "a list of ints",
        AttributeKind.Real => "a float",
        AttributeKind.RealList => "a list of floats",
        AttributeKind.Boolean => "true or false",
        AttributeKind.Word => "one of " + string.Join(", ", definition.Words),
        AttributeKind.Text => "a string",
        AttributeKind.Type => "an element type",
        AttributeKind.Padding => "an int, [h, w], [top, left, bottom, right] or same",
        _ => "a number or lists of numbers",
    };

    private static string Example(AttributeDefinition definition) => definition.Kind switch
    {
        AttributeKind.Integer or AttributeKind.Padding => "1",
        AttributeKind.IntegerList => "[1, 1]",
        AttributeKind.Real => "0.5",
        AttributeKind.RealList => "[0.5]",
        AttributeKind.Boolean => "true",
        AttributeKind.Word => definition.Words.FirstOrDefault("word"),
        AttributeKind.Text => "\"..\"",
        AttributeKind.Type => "f32",
        _ => "[1.0, 2.0]",
    };
}
