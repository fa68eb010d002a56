using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private void BindBinding(BindingSyntax syntax)
    {
        var targets = syntax.Targets.ToList();
        _group = targets.FirstOrDefault(target => target.ValueText != "_").ValueText is { Length: > 0 } first ? first : "_";
        var value = syntax.Value is MissingExpressionSyntax && syntax.Assign.IsMissing ? UnknownValue.Instance : Evaluate(syntax.Value);
        if (syntax.Assign.Kind == SyntaxKind.CompoundAssignToken && targets.Count == 1)
        {
            value = BindCompound(syntax, targets[0], value);
        }

        if (targets.Count == 1)
        {
            Declare(targets[0], value);
            return;
        }

        var results = value switch
        {
            BundleValue bundle => bundle.Values,
            UnknownValue or TensorValue { Type: null } => default,
            _ => [value],
        };
        if (!results.IsDefault && results.Length != targets.Count)
        {
            Report(Codes.ResultCount.At(
                SyntaxLocation.Of(syntax.Value), $"{Count(targets.Count, "name")} cannot take {Count(results.Length, "result")}.",
                $"Write {Count(results.Length, "name")} before the '='."));
        }

        for (var i = 0; i < targets.Count; i++)
        {
            Declare(targets[i], results.IsDefault || i >= results.Length ? UnknownValue.Instance : results[i]);
        }
    }

    private Value BindCompound(BindingSyntax syntax, SyntaxToken target, Value value)
    {
        var left = Read(target.ValueText, out _);
        if (left is null)
        {
            Report(Codes.UnknownName.At(SyntaxLocation.Of(target), target.ValueText, "Bind it in a line above."));
            return UnknownValue.Instance;
        }

        SyntaxKind? kind = syntax.Assign.Text.Length == 0 ? null : syntax.Assign.Text[0] switch
        {
            '+' => SyntaxKind.PlusToken,
            '-' => SyntaxKind.MinusToken,
            '*' => SyntaxKind.StarToken,
            _ => SyntaxKind.SlashToken,
        };
        return kind is null ? value : Combine(kind.Value, left, value, syntax, syntax.Value, syntax.Value, null);
    }

    private void Declare(SyntaxToken target, Value value)
    {
        var name = target.ValueText;
        if (name == "_" || target.IsMissing)
        {
            return;
        }

        var kind = _scope!.KindOf(name);
        var what = kind switch
        {
            NameKind.Parameter => "a parameter",
            NameKind.Dimension => "a dimension",
            NameKind.Index => "the index of a repeat",
            _ => null,
        };
        if (what is not null)
        {
            Report(Codes.CannotRebind.At(SyntaxLocation.Of(target), name, what));
            return;
        }

        _outputs.Add(new BoundName(name, value, SyntaxLocation.Of(target).Span));
    }

    private static string Count(int count, string what) =>
        count == 1 ? "1 " + what : count.ToString(CultureInfo.InvariantCulture) + " " + what + "s";

    private void BindReturn(ReturnSyntax syntax)
    {
        if (_kind is BodyKind.Iteration or BodyKind.Branch)
        {
            Report(Codes.Return.At(
                SyntaxLocation.Of(syntax.Keyword), $"'return' stands inside {(_kind == BodyKind.Iteration ? "'repeat'" : "'if'")}.",
                "Move it to the end of the block or network."));
        }

        // One that stands inside is wrong already: what the header declares is not its concern.
        List<ResultSyntax> declared = _kind is BodyKind.Iteration or BodyKind.Branch ? [] : _block?.Results?.Results.ToList() ?? [];
        var values = new List<(string? Name, Value Value, SyntaxNode Syntax, SyntaxToken Token)>();
        foreach (var returned in syntax.Values)
        {
            var name = returned.Name.IsMissing ? null : returned.Name.ValueText;
            _group = name ?? "return";
            var value = Evaluate(returned.Value);
            if (value is BundleValue bundle && name is null)
            {
                for (var i = 0; i < bundle.Values.Length; i++)
                {
                    values.Add((bundle.Names[i].Length == 0 ? null : bundle.Names[i], bundle.Values[i], returned, default));
                }

                continue;
            }

            name ??= Plain(returned.Value) is NameSyntax bare ? bare.Name.ValueText : null;
            values.Add((name, value, returned, returned.Name));
        }

        if (values.Count == 0)
        {
            Report(Codes.Return.At(SyntaxLocation.Of(syntax.Keyword), "'return' gives nothing.", "Write what the body gives: 'return x'."));
        }

        CheckResultNames(syntax, declared, values);
        for (var i = 0; i < values.Count; i++)
        {
            var (name, value, place, token) = values[i];
            var header = i < declared.Count ? declared[i] : null;
            var result = header is { Name.IsMissing: false } ? header.Name.ValueText : name ?? "output";
            if (value is not (TensorValue or UnknownValue or BundleValue))
            {
                value = AsTensor(value, null, place) ?? value;
                if (value is not TensorValue)
                {
                    Report(Codes.WrongType.At(SyntaxLocation.Of(place), $"'return' gives tensors, not {value.Kind}.", "Return a tensor."));
                    value = UnknownValue.Instance;
                }
            }

            if (header is not null && value is TensorValue { Type: { } type })
            {
                CheckDeclaredResult(header, type, result, place);
            }

            var span = token.Green is null ? SyntaxLocation.Of(place).Span : SyntaxLocation.Of(token).Span;
            _outputs.Add(new BoundName(result, value, span));
        }
    }

    private void CheckResultNames(
        ReturnSyntax syntax, List<ResultSyntax> declared, List<(string? Name, Value Value, SyntaxNode Syntax, SyntaxToken Token)> values)
    {
        if (declared.Count > 0 && declared.Count != values.Count)
        {
            Report(Codes.ResultCount.At(
                SyntaxLocation.Of(syntax), $"{Count(values.Count, "result")} returned, {declared.Count} declared.", "Make the header and the 'return' agree."));
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            var (name, _, place, token) = values[i];
            var header = i < declared.Count && !declared[i].Name.IsMissing ? declared[i].Name.ValueText : null;
            if (token.Green is not null && header is not null && name != header)
            {
                Report(Codes.ResultNames.At(SyntaxLocation.Of(token), $"The result is called '{name}' here and '{header}' in the header."));
            }
            else if (values.Count > 1 && name is null && header is null)
            {
                Report(Codes.ResultNames.At(SyntaxLocation.Of(place), "One of several results has no name."));
            }
            else if (!seen.Add(header ?? name ?? "output"))
            {
                Report(Codes.ResultNames.At(SyntaxLocation.Of(place), $"Two results are called '{header ?? name}'."));
            }
        }
    }

    private void CheckDeclaredResult(ResultSyntax header, TensorType type, string name, SyntaxNode place)
    {
        if (header.Type.Name.Name.ValueText == "tensor")
        {
            return;
        }

        var problem = MatchDeclared(header.Type, type);
        if (problem is not null)
        {
            Report(Codes.DeclaredResult.At(SyntaxLocation.Of(place), name, type, problem)
                .WithRelated(SyntaxLocation.Of(header), "declared here"));
        }
    }

    /// <summary>The declared type as it evaluates, if a type differs from it; null if it fits.</summary>
    private string? MatchDeclared(TypeSyntax declared, TensorType type)
    {
        var word = declared.Name.Name.ValueText;
        var element = Tensors.ElementTypes.Parse(word) ?? (Read(word, out _) is TypeValue bound ? bound.Element : null);
        var dimensions = new List<Dimension>();
        var unknown = element is null && !IsGeneric;
        if (unknown)
        {
            Report(Codes.UnboundDimension.At(SyntaxLocation.Of(declared.Name), word, "Use an element type, or an element variable of the parameters."));
            return null;
        }

        foreach (var dimension in declared.Dimensions.OrNone())
        {
            if (!dimension.Star.IsMissing)
            {
                if (Read(dimension.VariadicName.ValueText, out _) is not ListValue list)
                {
                    return null;
                }

                dimensions.AddRange(list.Values.OfType<IntValue>().Select(value => value.Number));
                continue;
            }

            if (dimension.Value is not { } expression || DimensionOf(expression) is not { } value2)
            {
                return null;
            }

            dimensions.Add(value2);
        }

        if (element is not null && element != type.Element)
        {
            return new TensorType(element.Value, [.. dimensions]).ToString();
        }

        if (dimensions.Count != type.Rank)
        {
            return new TensorType(element ?? type.Element, [.. dimensions]).ToString();
        }

        for (var i = 0; i < dimensions.Count; i++)
        {
            if (!CheckEqual(dimensions[i], type.Dimensions[i], declared, out var isWrong) && isWrong)
            {
                return new TensorType(element ?? type.Element, [.. dimensions]).ToString();
            }
        }

        return null;
    }

    /// <summary>A dimension of a result type: every name in it must be bound (NN3001).</summary>
    private Dimension? DimensionOf(ExpressionSyntax expression)
    {
        if (Plain(expression) is NameSyntax name && Read(name.Name.ValueText, out _) is null)
        {
            Report(Codes.UnboundDimension.At(SyntaxLocation.Of(name), name.Name.ValueText, "Use a dimension of the parameters."));
            return null;
        }

        return Evaluate(expression) is IntValue value ? value.Number : null;
    }

    /// <summary>
    /// Whether two dimensions are equal: proved, or by the values in force, which is told (NN3010). False with
    /// <paramref name="isWrong"/> where they differ.
    /// </summary>
    private bool CheckEqual(Dimension left, Dimension right, SyntaxNode place, out bool isWrong)
    {
        isWrong = false;
        switch (_facts.Prove(left, right))
        {
            case Proof.Equal:
                return true;
            case Proof.Unequal:
                isWrong = true;
                return false;
        }

        if (IsGeneric)
        {
            return false;
        }

        var (boundLeft, boundRight) = (left.Bind(_session.Binding), right.Bind(_session.Binding));
        if (boundLeft.Value is not { } a || boundRight.Value is not { } b)
        {
            ReportHolds(left, right, place);
            return false;
        }

        isWrong = a != b;
        if (!isWrong)
        {
            ReportHolds(left, right, place);
        }

        return !isWrong;
    }

    private void ReportHolds(Dimension left, Dimension right, SyntaxNode place)
    {
        var symbols = left.Symbols.Concat(right.Symbols).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var binding = string.Join(", ", symbols.Select(symbol => _session.Binding.TryGetValue(symbol, out var value)
            ? string.Create(CultureInfo.InvariantCulture, $"{symbol} = {value}")
            : $"some {symbol}"));
        Report(Codes.HoldsForBinding.At(SyntaxLocation.Of(place), $"{left} == {right}", binding));
    }

    private void BindAssert(AssertSyntax syntax)
    {
        var value = Evaluate(syntax.Condition);
        var text = syntax.Message.IsMissing ? null : syntax.Message.ValueText;
        switch (value)
        {
            case BoolValue { Truth: false }:
                ReportAssertion(syntax, text, null);
                break;
            case BoolValue { Truth: null }:
                AddFacts(syntax.Condition);
                if (!IsGeneric && HoldsUnderBinding(syntax.Condition) == false)
                {
                    ReportAssertion(syntax, text, string.Join(", ", _session.Binding.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} = {pair.Value}"))));
                }

                break;
            case BoolValue or UnknownValue:
                break;
            default:
                Report(Codes.WrongType.At(SyntaxLocation.Of(syntax.Condition), $"'assert' needs a condition, not {value.Kind}.", "Write a comparison of dimensions or compile-time values."));
                break;
        }
    }

    private void ReportAssertion(AssertSyntax syntax, string? text, string? binding)
    {
        var condition = syntax.Condition.ToString().ReplaceLineEndings(" ");
        condition = condition.Length > 60 ? condition[..57] + ".." : condition;
        Report(Codes.AssertionFails.At(
            SyntaxLocation.Of(syntax.Condition),
            text is null ? $"The assertion {condition} fails{(binding is null ? "." : $" for {binding}.")}" : text.TrimEnd('.') + ".",
            text is null ? "Change the values it speaks of." : $"Make {condition} hold{(binding is null ? "." : $"; it fails for {binding}.")}"));
    }

    /// <summary>What an undecided condition says, as facts about dimensions.</summary>
    private void AddFacts(ExpressionSyntax condition)
    {
        if (Plain(condition) is not BinarySyntax binary)
        {
            return;
        }

        if (binary.Operator.Kind == SyntaxKind.AndKeyword)
        {
            AddFacts(binary.Left);
            AddFacts(binary.Right);
            return;
        }

        if (Plain(binary.Left) is BinarySyntax { Operator.Kind: SyntaxKind.PercentToken } modulo && binary.Operator.Kind == SyntaxKind.EqualsEqualsToken
            && Quiet(binary.Right) is { Value: 0 } && Quiet(modulo.Left) is { } multiple && Quiet(modulo.Right) is { Value: > 0 and { } divisor })
        {
            Extend(facts => facts.WithMultiple(multiple, divisor));
            return;
        }

        if (Quiet(binary.Left) is not { } left || Quiet(binary.Right) is not { } right)
        {
            return;
        }

        switch (binary.Operator.Kind)
        {
            case SyntaxKind.EqualsEqualsToken:
                Extend(facts => facts.WithEqual(left, right));
                break;
            case SyntaxKind.GreaterOrEqualToken:
                Extend(facts => facts.WithAtLeast(left, right));
                break;
            case SyntaxKind.LessOrEqualToken:
                Extend(facts => facts.WithAtLeast(right, left));
                break;
            case SyntaxKind.GreaterToken:
                Extend(facts => facts.WithAtLeast(left, right + Dimension.One));
                break;
            case SyntaxKind.LessToken:
                Extend(facts => facts.WithAtLeast(right, left + Dimension.One));
                break;
        }
    }

    private void Extend(Func<DimensionFacts, DimensionFacts> add)
    {
        try
        {
            _facts = add(_facts);
        }
        catch (OverflowException)
        {
            // The fact is too large to keep; it is still checked at each binding.
        }
    }

    /// <summary>The value of an expression that was evaluated before, without telling its problems again.</summary>
    private Dimension? Quiet(ExpressionSyntax expression)
    {
        var (diagnostics, facts) = (_diagnostics.Count, _expressions.Count);
        var value = Evaluate(expression);
        _diagnostics.RemoveRange(diagnostics, _diagnostics.Count - diagnostics);
        _expressions.RemoveRange(facts, _expressions.Count - facts);
        return value is IntValue integer ? integer.Number : null;
    }

    /// <summary>The truth of a condition under the values of dimensions in force; null where it needs more values.</summary>
    private bool? HoldsUnderBinding(ExpressionSyntax condition)
    {
        if (Plain(condition) is not BinarySyntax binary)
        {
            return null;
        }

        if (binary.Operator.Kind is SyntaxKind.AndKeyword or SyntaxKind.OrKeyword)
        {
            var (a, b) = (HoldsUnderBinding(binary.Left), HoldsUnderBinding(binary.Right));
            return binary.Operator.Kind == SyntaxKind.AndKeyword
                ? a == false || b == false ? false : a & b
                : a == true || b == true ? true : a | b;
        }

        if (Quiet(binary.Left)?.Bind(_session.Binding).Value is not { } left || Quiet(binary.Right)?.Bind(_session.Binding).Value is not { } right)
        {
            return null;
        }

        return Compare(binary.Operator.Kind, left.CompareTo(right));
    }

    private static bool? Compare(SyntaxKind kind, int order) => kind switch
    {
        SyntaxKind.EqualsEqualsToken => order == 0,
        SyntaxKind.NotEqualsToken => order != 0,
        SyntaxKind.LessToken => order < 0,
        SyntaxKind.LessOrEqualToken => order <= 0,
        SyntaxKind.GreaterToken => order > 0,
        SyntaxKind.GreaterOrEqualToken => order >= 0,
        _ => null,
    };

    private void BindDim(DimSyntax syntax)
    {
        if (_block is not { IsNetwork: true } || _kind is BodyKind.Iteration or BodyKind.Branch)
        {
            Report(Codes.DimOutsideNetwork.At(SyntaxLocation.Of(syntax)));
            return;
        }

        foreach (var entry in syntax.Entries)
        {
            var name = entry.Name.ValueText;
            if (!entry.Name.IsMissing && (Read(name, out var kind) is null || kind != NameKind.Dimension))
            {
                Report(Codes.UnboundDimension.At(SyntaxLocation.Of(entry.Name), name, "Name a dimension of the network's inputs."));
            }
        }
    }

    private void BindEvaluating(EvaluatingSyntax syntax)
    {
        var location = SyntaxLocation.Of(syntax);
        if (syntax.Value is NameSyntax name && Spelling.ForeignWords.Form(name.Name.ValueText) is { } form)
        {
            Report(Codes.OtherLanguage.At(location, name.Name.ValueText, form));
            return;
        }

        var value = Evaluate(syntax.Value);
        if (value is UnknownValue && _diagnostics.Count > 0)
        {
            return;
        }

        var suggestion = syntax.Value is CallSyntax { Callee: NameSyntax callee } ? callee.Name.ValueText : "y";
        Report(Codes.UnusedCall.At(location, "y")
            .WithFix(CodeFix.Replace($"Name it: {suggestion} = ..", location with { Span = new TextSpan(location.Span.Start, 0) }, SyntaxFacts.WriteName(suggestion) + " = ")));
    }

    private static ExpressionSyntax Plain(ExpressionSyntax expression) => Devices.DeviceExpressions.Plain(expression);
}
