using System.Collections.Immutable;
using NNLang.Semantics.Spelling;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private Value BindPipeline(PipelineSyntax syntax)
    {
        var annotations = ReadAnnotations(syntax.TermAnnotations, AnnotationPlace.Operation);
        var value = Evaluate(syntax.Term, annotations);
        CheckTaken(annotations);
        foreach (var stage in syntax.Stages)
        {
            annotations = ReadAnnotations(stage.Annotations, AnnotationPlace.Operation);
            value = BindStage(stage, value, annotations);
            CheckTaken(annotations);
            Note(stage, value);
        }

        return value;
    }

    private Value BindStage(StageSyntax stage, Value piped, AnnotationSet annotations)
    {
        if (piped is BundleValue bundle)
        {
            piped = Single(bundle, stage);
        }

        var name = stage.Callee.Name.ValueText;
        if (!stage.Callee.Qualifier.IsMissing)
        {
            Report(Codes.NotCallable.At(SyntaxLocation.Of(stage.Callee), stage.Callee.ToString(), ".", "Name an operator, a block or a stage."));
            EvaluateArguments(stage.Arguments);
            return UnknownValue.Instance;
        }

        if (Resolve(name, stage.Callee) is not { } callable)
        {
            EvaluateArguments(stage.Arguments);
            return UnknownValue.Instance;
        }

        return Invoke(callable, name, Arguments(stage.Arguments, piped, stage), stage, annotations);
    }

    private Value BindCall(CallSyntax syntax, AnnotationSet? annotations)
    {
        switch (syntax.Callee)
        {
            case NameSyntax callee:
                var name = callee.Name.ValueText;
                if (Resolve(name, callee) is not { } callable)
                {
                    EvaluateArguments(syntax.Arguments);
                    return UnknownValue.Instance;
                }

                return Note(syntax, Invoke(callable, name, Arguments(syntax.Arguments, null, syntax), syntax, annotations));
            case MemberAccessSyntax access:
                ReportMethod(access, syntax);
                EvaluateArguments(syntax.Arguments);
                return UnknownValue.Instance;
            default:
                Evaluate(syntax.Callee);
                Report(Codes.NotCallable.At(SyntaxLocation.Of(syntax.Callee), syntax.Callee.ToString(), ".", "Write the name of an operator or block before the parenthesis."));
                EvaluateArguments(syntax.Arguments);
                return UnknownValue.Instance;
        }
    }

    private void ReportMethod(MemberAccessSyntax access, CallSyntax call)
    {
        _isVolatile = true;
        var label = access.Label.ValueText;
        var location = SyntaxLocation.Of(access);
        if (access.Target is NameSyntax name && Read(name.Name.ValueText, out _) is not null
            && (ForeignWords.Operator(label) ?? label) is var method && _session.File.FindCallable(method) is not null)
        {
            var arguments = call.Arguments.Arguments.IsEmpty ? string.Empty : call.Arguments.ToString();
            Report(Codes.OtherLanguage.At(location, $"{name.Name.ValueText}.{label}(..)", $"Write {name.Name.ValueText} |> {method}(..).")
                .WithFix(CodeFix.Replace($"Change to '|> {method}'", SyntaxLocation.Of(call), $"{name.Name.Text} |> {method}{arguments}")));
            return;
        }

        var written = ForeignWords.Operator(label) ?? (_session.File.FindCallable(label) is not null ? label : null);
        var diagnostic = Codes.NotCallable.At(
            location, access.ToString(), Suggestions.Ending(written), written is null ? "Name an operator or block." : $"Write {written}(..).");
        Report(written is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{written}'", location, written)));
    }

    private Callable? Resolve(string name, SyntaxNode place)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (FindCallable(name) is { } callable)
        {
            return callable;
        }

        var location = SyntaxLocation.Of(place);
        if (ForeignWords.Form(name) is { } form)
        {
            Report(Codes.OtherLanguage.At(location, name, form));
            return null;
        }

        _isVolatile = true;
        var nearest = ForeignWords.Operator(name) ?? Suggestions.Nearest(name, CallableNames());
        var diagnostic = Codes.NotCallable.At(
            location, name, Suggestions.Ending(nearest), nearest is null ? "Declare a block of that name, or use an operator." : $"Write {nearest}.");
        Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
        return null;
    }

    private void EvaluateArguments(ArgumentListSyntax? arguments)
    {
        if (arguments is null)
        {
            return;
        }

        var diagnostics = _diagnostics.Count;
        foreach (var argument in arguments.Arguments)
        {
            if (Plain(argument.Value) is not NameSyntax { Name.ValueText: "_" })
            {
                Evaluate(argument.Value);
            }
        }

        // Words of an unknown callee's attributes would look like unknown names.
        _diagnostics.RemoveRange(diagnostics, _diagnostics.Count - diagnostics);
    }

    private List<CallArgument> Arguments(ArgumentListSyntax? list, Value? piped, SyntaxNode call)
    {
        var arguments = new List<CallArgument>();
        var placed = piped is null;
        var hasNamed = false;
        foreach (var argument in list.OrNone())
        {
            if (argument.Label.IsMissing)
            {
                if (hasNamed)
                {
                    Report(Codes.PositionalAfterNamed.At(SyntaxLocation.Of(argument)));
                }

                if (piped is not null && !placed && Plain(argument.Value) is NameSyntax { Name.ValueText: "_" })
                {
                    arguments.Add(new CallArgument(null, argument, null, piped));
                    placed = true;
                    continue;
                }
            }

            hasNamed |= !argument.Label.IsMissing;
            arguments.Add(new CallArgument(argument.Label.IsMissing ? null : argument.Label.ValueText, argument, argument.Value, null));
        }

        if (!placed)
        {
            arguments.Insert(0, new CallArgument(null, call, null, piped));
        }

        return arguments;
    }

    private Value Invoke(Callable callable, string word, List<CallArgument> arguments, SyntaxNode place, AnnotationSet? annotations)
    {
        if (callable is StageCallable stage)
        {
            // A stage's own arguments follow those of the call; a name given by the call would be given twice.
            foreach (var bound in stage.Stage.Arguments)
            {
                arguments.Add(new CallArgument(bound.Label, place, null, bound.Value));
            }

            if (stage.Stage.Arguments.Any(argument => argument.Label is null))
            {
                var positional = arguments.FindIndex(argument => argument.Label is not null);
                var own = arguments.FindLastIndex(argument => argument.Label is null);
                if (positional >= 0 && own > positional)
                {
                    var moved = arguments[own];
                    arguments.RemoveAt(own);
                    arguments.Insert(positional, moved);
                }
            }

            callable = stage.Stage.Callable;
        }

        switch (callable)
        {
            case OperatorCallable op:
                return CallOperator(op.Operator, word, arguments, place, annotations);
            case FunctionCallable function:
                return CallFunction(function, word, arguments, place, annotations);
            case BlockCallable block:
                return CallBlock(block.Symbol, word, arguments, place, annotations);
            case WeightCallable:
                return CallWeight(word, arguments, place, annotations);
            default:
                foreach (var argument in arguments)
                {
                    if (argument.Expression is { } expression)
                    {
                        Evaluate(expression);
                    }
                }

                Take(annotations);
                return new TensorValue(null, TensorReference.None);
        }
    }

    private static void Take(AnnotationSet? annotations)
    {
        if (annotations is not null)
        {
            annotations.IsTaken = true;
        }
    }

    /// <summary>A value as a stage: an operator or block with attributes bound, without being called.</summary>
    private Value BindStageValue(ExpressionSyntax expression)
    {
        switch (Plain(expression))
        {
            case NameSyntax name when FindCallable(name.Name.ValueText) is { } callable:
                return AsStage(name.Name.ValueText, callable, []);
            case CallSyntax { Callee: NameSyntax callee } call when FindCallable(callee.Name.ValueText) is { } callable:
                var arguments = ImmutableArray.CreateBuilder<StageArgument>();
                foreach (var argument in call.Arguments.Arguments)
                {
                    var label = argument.Label.IsMissing ? null : argument.Label.ValueText;
                    var value = StageArgumentValue(callable, label, argument.Value);
                    if (value.LeafCount > 0)
                    {
                        Report(Codes.WrongType.At(SyntaxLocation.Of(argument), "A stage cannot hold a tensor.", "Bind attributes only; tensors come through the pipe."));
                        continue;
                    }

                    arguments.Add(new StageArgument(label, value));
                }

                return AsStage(callee.Name.ValueText, callable, arguments.ToImmutable());
            case ListSyntax list:
                return new ListValue([.. list.Elements.Select(BindStageValue)]);
            case LiteralSyntax { Literal.Kind: SyntaxKind.NoneKeyword }:
                return NoneValue.Instance;
            case NameSyntax name:
                if (Read(name.Name.ValueText, out _) is { } known)
                {
                    return known;
                }

                Resolve(name.Name.ValueText, name);
                return UnknownValue.Instance;
            default:
                return Evaluate(expression);
        }
    }

    private static Value AsStage(string name, Callable callable, ImmutableArray<StageArgument> arguments) => callable switch
    {
        StageCallable stage => new StageValue(stage.Stage.Name, stage.Stage.Callable, stage.Stage.Arguments.AddRange(arguments)),
        UnknownCallable => UnknownValue.Instance,
        _ => new StageValue(name, callable, arguments),
    };

    private Value StageArgumentValue(Callable callable, string? label, ExpressionSyntax expression)
    {
        var inner = callable is StageCallable stage ? stage.Stage.Callable : callable;
        var op = inner switch
        {
            OperatorCallable known => known.Operator,
            FunctionCallable function => function.Operator,
            _ => null,
        };
        if (op is not null && Plain(expression) is NameSyntax name
            && op.Attributes.FirstOrDefault(attribute => attribute.Name == label)?.Words.Contains(name.Name.ValueText) == true)
        {
            return new TextValue(name.Name.ValueText);
        }

        return inner is BlockCallable block && label is not null && block.Symbol.Find(label)?.Kind == ParameterKind.Stage
            ? BindStageValue(expression)
            : Evaluate(expression);
    }

    /// <summary>An argument of a call: an expression, or a value that came through the pipe or a stage.</summary>
    private readonly record struct CallArgument(string? Label, SyntaxNode Place, ExpressionSyntax? Expression, Value? Value)
    {
        /// <summary>The bare name it is, if it is one.</summary>
        public string? BareName => Expression is not null && Plain(Expression) is NameSyntax name ? name.Name.ValueText : null;
    }
}
