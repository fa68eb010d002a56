using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private Value CallBlock(BlockSymbol block, string word, List<CallArgument> arguments, SyntaxNode place, AnnotationSet? annotations)
    {
        Take(annotations);
        var given = MatchArguments(block, arguments, place);
        var header = new HeaderNames(this);
        var isSound = given is not null && Unify(block, given, header, place);
        if (!isSound || _dry > 0 || _session.NamesOnly)
        {
            return UnknownResult(block);
        }

        if (_session.IsInProgress(block.Name))
        {
            Report(Codes.Recursion.At(
                SyntaxLocation.Of(place), block.Name, string.Join(" -> ", _session.Calls.SkipWhile(name => name != block.Name).Append(block.Name))));
            return UnknownResult(block);
        }

        if (_session.Depth >= BindingSession.MaximumDepth)
        {
            Report(Codes.ExpansionTooLarge.At(SyntaxLocation.Of(place), $"More than {BindingSession.MaximumDepth} levels of blocks and repeats.", "Nest less deeply."));
            return UnknownResult(block);
        }

        var inherited = annotations?.Merge(_inherited) ?? _inherited;
        var own = ReadHeader(_session, block, []);
        inherited = new OperationAnnotations(
            inherited.Engine, inherited.Pin, own.Precision is null || annotations?.Precision is not null ? inherited.Precision : own.Precision, inherited.Tolerance);
        var key = new InstanceKey(block.Name, [.. header.Values.Select(pair => KeyValuePair.Create(pair.Key, Forget(pair.Value)))], inherited, FactsFor(header));
        if (_session.Instance(key) is not { } body)
        {
            return UnknownResult(block);
        }

        _instances.Add(new InstanceInput(key, body));
        return AddInstance(block, word, body, header, place, annotations);
    }

    // Facts about symbols that the arguments do not have cannot matter inside; leaving them out lets equal calls share an instance.
    private DimensionFacts FactsFor(HeaderNames header)
    {
        foreach (var (_, value) in header.Values)
        {
            if (HasSymbol(value))
            {
                return _facts;
            }
        }

        return DimensionFacts.Empty;
    }

    private static bool HasSymbol(Value value) => value switch
    {
        TensorValue { Type: { } type } => type.Dimensions.Any(dimension => dimension.Value is null),
        IntValue integer => integer.Number.Value is null,
        ListValue list => list.Values.Any(HasSymbol),
        BundleValue bundle => bundle.Values.Any(HasSymbol),
        _ => false,
    };

    private Value AddInstance(BlockSymbol block, string word, BoundBody body, HeaderNames header, SyntaxNode place, AnnotationSet? annotations)
    {
        var results = body.ReturnIndex < 0 ? [] : body.Statements[body.ReturnIndex].Outputs;
        var piece = _pieces.Count;
        if (!IsGeneric)
        {
            var captures = ImmutableArray.CreateBuilder<PieceOperand>();
            foreach (var capture in body.Captures)
            {
                if (header.Values.TryGetValue(capture.Name, out var value))
                {
                    AddCaptures(value, captures);
                }
            }

            _pieces.Add(new InstancePiece
            {
                Word = word,
                Group = _group,
                Span = place.Span,
                NameOverride = annotations?.Name,
                PrefixOverride = annotations?.Weights,
                Order = annotations?.Order ?? [],
                Block = block.Name,
                Body = body,
                Captures = captures.ToImmutable(),
            });
        }

        var next = 0;
        var leaf = 0;
        var values = ImmutableArray.CreateBuilder<Value>(results.Length);
        foreach (var result in results)
        {
            var first = leaf;
            next = 0;
            values.Add(IsGeneric
                ? Forget(result.Value)
                : result.Value.Redirect(ref next, i => new TensorReference(ReferenceKind.Piece, piece, first + i)));
            leaf += result.Value.LeafCount;
        }

        return values.Count == 0 ? UnknownValue.Instance
            : values.Count == 1 ? values[0]
            : new BundleValue([.. results.Select(result => result.Name)], values.ToImmutable());
    }

    private void AddCaptures(Value value, ImmutableArray<PieceOperand>.Builder captures)
    {
        switch (value)
        {
            case TensorValue { Type: not null } tensor:
                captures.Add(AsOperand(tensor));
                break;
            case TensorValue:
                captures.Add(default);
                break;
            case ListValue list:
                foreach (var item in list.Values)
                {
                    AddCaptures(item, captures);
                }

                break;
            case BundleValue bundle:
                foreach (var item in bundle.Values)
                {
                    AddCaptures(item, captures);
                }

                break;
        }
    }

    private static Value UnknownResult(BlockSymbol block)
    {
        var count = block.Results?.Results.Count ?? 1;
        return count == 1 && block.Results is not null ? new TensorValue(null, TensorReference.None) : UnknownValue.Instance;
    }

    /// <summary>The arguments by parameter; null after a problem that leaves nothing to bind.</summary>
    private Dictionary<string, (Value Value, SyntaxNode Place)>? MatchArguments(BlockSymbol block, List<CallArgument> arguments, SyntaxNode place)
    {
        var given = new Dictionary<string, (Value, SyntaxNode)>(StringComparer.Ordinal);
        var tensors = block.ParameterSymbols.Where(parameter => parameter.IsTensor && !parameter.IsOptional).ToList();
        var first = block.ParameterSymbols.FirstOrDefault(parameter => !parameter.IsTensor);
        var position = 0;
        var isSound = true;
        foreach (var argument in arguments)
        {
            ParameterSymbol? parameter;
            if (argument.Label is { } label)
            {
                parameter = block.Find(label);
                if (parameter is null)
                {
                    ValueOfQuiet(argument);
                    ReportLabel(block.Name, "parameter", argument, block.ParameterSymbols.Select(p => p.Name), null);
                    continue;
                }
            }
            else
            {
                // A tensor parameter that is given by name as well is told below.
                parameter = position < tensors.Count ? tensors[position] : position == tensors.Count ? first : null;
                position++;
                if (parameter is null)
                {
                    ValueOf(argument);
                    Report(Codes.TooManyArguments.At(
                        SyntaxLocation.Of(argument.Place), block.Name, string.Join(", ", tensors.Select(t => t.Name).Append(first?.Name).Where(n => n is not null)) is { Length: > 0 } names ? names : "no argument", position));
                    continue;
                }
            }

            var value = ConvertArgument(block, parameter, argument);
            if (!given.TryAdd(parameter.Name, (value, argument.Place)))
            {
                Report(Codes.ArgumentTwice.At(SyntaxLocation.Of(argument.Place), parameter.Name));
            }
        }

        foreach (var parameter in block.ParameterSymbols)
        {
            if (parameter.IsRequired && !given.ContainsKey(parameter.Name) && parameter.Name.Length > 0)
            {
                Report(Codes.MissingArgument.At(
                    SyntaxLocation.Of(place), block.Name, parameter.IsTensor ? "the tensor" : $"the {parameter.KindText}", parameter.Name, $"{parameter.Name}: .."));
                isSound = false;
            }
        }

        return isSound ? given : null;
    }

    private Value ConvertArgument(BlockSymbol block, ParameterSymbol parameter, CallArgument argument)
    {
        var value = parameter.Kind == ParameterKind.Stage && argument.Expression is { } expression ? BindStageValue(expression) : ValueOf(argument);
        return ConvertTo(parameter, value, argument.Expression ?? argument.Place, block.Name);
    }

    private Value ConvertTo(ParameterSymbol parameter, Value value, SyntaxNode place, string owner)
    {
        if (value is UnknownValue || (value is NoneValue && parameter.IsOptional))
        {
            return value;
        }

        if (parameter.IsTensor)
        {
            value = Single(value, place);
            if (value is TensorValue or UnknownValue)
            {
                return value;
            }

            if (value is IntValue or RealValue && AsTensor(value, value is RealValue ? ElementType.F32 : null, place) is { } constant)
            {
                return constant;
            }
        }
        else if (parameter.IsList)
        {
            if (value is IntValue && parameter.Length is { } length && Quiet(length) is { Value: >= 0 and <= 1024 and { } count })
            {
                return new ListValue([.. Enumerable.Repeat(value, (int)count)]);
            }

            if (value is ListValue list && list.Values.All(item => Fits(parameter.Kind, item) is not null || (item is NoneValue && parameter.IsOptional)))
            {
                return new ListValue([.. list.Values.Select(item => Fits(parameter.Kind, item) ?? item)]);
            }
        }
        else if (Fits(parameter.Kind, value) is { } converted)
        {
            return converted;
        }

        Report(Codes.WrongType.At(
            SyntaxLocation.Of(place), $"'{parameter.Name}' of '{owner}' is {Article(parameter.KindText)}, not {value.Kind}.", $"Give {Article(parameter.KindText)}."));
        return UnknownValue.Instance;
    }

    private static string Article(string kind) => (kind[0] is 'i' ? "an " : "a ") + kind;

    private static Value? Fits(ParameterKind kind, Value value) => (kind, value) switch
    {
        (_, UnknownValue) => value,
        (ParameterKind.Tensor, TensorValue) => value,
        (ParameterKind.Int, IntValue) => value,
        (ParameterKind.Real, RealValue) => value,
        (ParameterKind.Real, IntValue { Number.Value: { } number }) => new RealValue(number),
        (ParameterKind.Real, IntValue) => value,
        (ParameterKind.Bool, BoolValue) => value,
        (ParameterKind.Text, TextValue) => value,
        (ParameterKind.Type, TypeValue) => value,
        (ParameterKind.Stage, StageValue) => value,
        _ => null,
    };

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
            if (name is not null && block.Find(name) is null && !_session.File.HasConstant(name))
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
        if (expression is not NameSyntax name || block.Find(name.Name.ValueText) is not null || _session.File.HasConstant(name.Name.ValueText))
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
