using System.Collections.Immutable;
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
}
