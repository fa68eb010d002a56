using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    /// <summary>Binds parameters and dimensions of a call (language 4.3); false after a problem.</summary>
    private bool Unify(BlockSymbol block, Dictionary<string, (Value Value, SyntaxNode Place)> given, HeaderNames header, SyntaxNode place)
    {
        var isSound = true;
        var unknown = new List<ParameterSymbol>();
        var later = new List<(ParameterSymbol Parameter, ExpressionSyntax Expression, Dimension Actual, SyntaxNode Place)>();
        foreach (var parameter in block.ParameterSymbols)
        {
            if (given.TryGetValue(parameter.Name, out var argument))
            {
                header.Values[parameter.Name] = argument.Value;
                if (parameter.IsTensor && argument.Value is TensorValue { Type: { } type })
                {
                    isSound &= UnifyTensor(block, parameter, type, header, later, argument.Place);
                }
                else if (parameter.HasShape)
                {
                    unknown.Add(parameter);
                }
            }
        }

        foreach (var parameter in unknown)
        {
            ForgetDimensions(parameter.Syntax.Type!, block, header);
        }

        foreach (var parameter in block.ParameterSymbols)
        {
            if (given.ContainsKey(parameter.Name))
            {
                continue;
            }

            if (parameter.HasShape)
            {
                ForgetDimensions(parameter.Syntax.Type!, block, header);
            }

            header.Values[parameter.Name] = parameter.Default is { } value ? BindDefault(parameter, value, header, block) : NoneValue.Instance;
        }

        foreach (var (parameter, expression, actual, at) in later)
        {
            if (EvaluateIn(header, expression) is not IntValue { Number: var expected })
            {
                continue;
            }

            if (!CheckEqual(expected, actual, at, out var isWrong) && isWrong)
            {
                ReportShape(block, parameter, expression.ToString(), expected, actual, at, expression);
                isSound = false;
            }
        }

        _ = place;
        return isSound;
    }

    /// <summary>Dimensions that no tensor of known type gave: nothing is known of them.</summary>
    private void ForgetDimensions(TypeSyntax type, BlockSymbol block, HeaderNames header)
    {
        if (ElementTypes.Parse(type.Name.Name.ValueText) is null)
        {
            header.Values.TryAdd(type.Name.Name.ValueText, UnknownValue.Instance);
        }

        foreach (var dimension in type.Dimensions.OrNone())
        {
            var name = !dimension.Star.IsMissing ? dimension.VariadicName.ValueText
                : dimension.Value is NameSyntax bare ? bare.Name.ValueText
                : null;
            if (name is not null && block.Find(name) is null && ReadGlobal(name) is null)
            {
                header.Values.TryAdd(name, UnknownValue.Instance);
            }
        }
    }

    private Value BindDefault(ParameterSymbol parameter, ExpressionSyntax value, HeaderNames header, BlockSymbol block)
    {
        var outer = _header;
        _header = header;
        var result = parameter.Kind == ParameterKind.Stage ? BindStageValue(value) : Evaluate(value);
        _header = outer;
        return ConvertTo(parameter, result, value, block.Name);
    }

    private Value EvaluateIn(HeaderNames header, ExpressionSyntax expression)
    {
        var outer = _header;
        _header = header;
        var value = Evaluate(expression);
        _header = outer;
        return value;
    }

    private bool UnifyTensor(
        BlockSymbol block,
        ParameterSymbol parameter,
        TensorType type,
        HeaderNames header,
        List<(ParameterSymbol, ExpressionSyntax, Dimension, SyntaxNode)> later,
        SyntaxNode place)
    {
        if (!parameter.HasShape || parameter.Syntax.Type is not { } declared)
        {
            return true;
        }

        if (!UnifyElement(block, parameter, declared, type, header, place))
        {
            return false;
        }

        var dimensions = declared.Dimensions!.Dimensions.ToList();
        var variadic = dimensions.FindIndex(dimension => !dimension.Star.IsMissing);
        var fixedCount = dimensions.Count - (variadic >= 0 ? 1 : 0);
        if (variadic >= 0 ? type.Rank < fixedCount : type.Rank != fixedCount)
        {
            Report(Codes.WrongRank.At(
                    SyntaxLocation.Of(place),
                    $"'{parameter.Name}' of '{block.Name}' has {(variadic >= 0 ? "at least " : string.Empty)}{Count(fixedCount, "axis", "axes")}; this is {type}.",
                    "Reshape it, or give another tensor.")
                .WithRelated(SyntaxLocation.Of(declared), "declared here"));
            return false;
        }

        var isSound = true;
        var axis = 0;
        for (var i = 0; i < dimensions.Count; i++)
        {
            if (i == variadic)
            {
                var rest = type.Rank - fixedCount;
                isSound &= BindVariadic(block, parameter, dimensions[i], type, axis, rest, header, place);
                axis += rest;
                continue;
            }

            if (dimensions[i].Value is { } expression)
            {
                isSound &= UnifyDimension(block, parameter, expression, type.Dimensions[axis], header, later, place);
            }

            axis++;
        }

        return isSound;
    }

    private bool UnifyElement(
        BlockSymbol block, ParameterSymbol parameter, TypeSyntax declared, TensorType type, HeaderNames header, SyntaxNode place)
    {
        var word = declared.Name.Name.ValueText;
        var expected = ElementTypes.Parse(word);
        if (expected is null)
        {
            if (header.Values.TryGetValue(word, out var bound))
            {
                expected = (bound as TypeValue)?.Element;
            }
            else
            {
                header.Values[word] = new TypeValue(type.Element);
                return true;
            }
        }

        if (expected is null || expected == type.Element)
        {
            return true;
        }

        Report(Codes.WrongType.At(
                SyntaxLocation.Of(place),
                $"'{parameter.Name}' of '{block.Name}' is {ElementTypes.Name(expected.Value)}; this is {ElementTypes.Name(type.Element)}.",
                $"Cast it: x |> cast({ElementTypes.Name(expected.Value)}).")
            .WithRelated(SyntaxLocation.Of(declared), "declared here"));
        return false;
    }

    private bool BindVariadic(
        BlockSymbol block, ParameterSymbol parameter, DimensionSyntax dimension, TensorType type, int axis, int count, HeaderNames header, SyntaxNode place)
    {
        var name = dimension.VariadicName.ValueText;
        var list = new ListValue([.. type.Dimensions.AsSpan(axis, count).ToArray().Select(d => (Value)new IntValue(d))]);
        if (!header.Values.TryGetValue(name, out var known))
        {
            header.Values[name] = list;
            return true;
        }

        if (known is ListValue other && other.Values.Length == count)
        {
            var isSound = true;
            for (var i = 0; i < count; i++)
            {
                if (!CheckEqual(((IntValue)other.Values[i]).Number, type.Dimensions[axis + i], place, out var isWrong) && isWrong)
                {
                    isSound = false;
                }
            }

            if (isSound)
            {
                return true;
            }
        }

        Report(Codes.ShapeEquation.At(
            SyntaxLocation.Of(place), $"'{parameter.Name}' of '{block.Name}' has other dimensions '*{name}' than before: {type}.", "Make them equal."));
        return false;
    }

    private bool UnifyDimension(
        BlockSymbol block,
        ParameterSymbol parameter,
        ExpressionSyntax expression,
        Dimension actual,
        HeaderNames header,
        List<(ParameterSymbol, ExpressionSyntax, Dimension, SyntaxNode)> later,
        SyntaxNode place)
    {
        if (expression is not NameSyntax name || block.Find(name.Name.ValueText) is not null || ReadGlobal(name.Name.ValueText) is not null)
        {
            later.Add((parameter, expression, actual, place));
            return true;
        }

        var symbol = name.Name.ValueText;
        if (!header.Values.TryGetValue(symbol, out var known))
        {
            header.Values[symbol] = new IntValue(actual);
            return true;
        }

        if (known is not IntValue { Number: var expected } || CheckEqual(expected, actual, place, out var isWrong) || !isWrong)
        {
            return true;
        }

        ReportShape(block, parameter, symbol, expected, actual, place, expression);
        return false;
    }

    private void ReportShape(
        BlockSymbol block, ParameterSymbol parameter, string text, Dimension expected, Dimension actual, SyntaxNode place, ExpressionSyntax declared)
    {
        var what = actual.Value is null || expected.Value is null
            ? string.Create(CultureInfo.InvariantCulture, $"'{parameter.Name}' of '{block.Name}' needs {text} = {expected}, but has {actual}.")
            : string.Create(CultureInfo.InvariantCulture, $"'{parameter.Name}' of '{block.Name}' needs {text}, which is {expected}; it has {actual}.");
        Report(Codes.ShapeEquation.At(SyntaxLocation.Of(place), what, $"Give a tensor whose dimension {text} is {expected}.")
            .WithRelated(SyntaxLocation.Of(declared), $"'{text}' in '{block.Name}'"));
    }

    /// <summary>The names of a header while a call is bound: parameters and dimensions, then the file.</summary>
    private sealed class HeaderNames(StatementBinder binder) : IHeaderNames
    {
        /// <summary>Parameters and dimensions, in order.</summary>
        public OrderedDictionary<string, Value> Values { get; } = new(StringComparer.Ordinal);

        public Value? Find(string name) => Values.TryGetValue(name, out var value) ? value : binder.ReadGlobal(name);
    }
}
