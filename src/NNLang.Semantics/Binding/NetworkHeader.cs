using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

/// <summary>The header of a network or of a block without callers, bound: the values its body starts from. Immutable.</summary>
internal sealed class NetworkHeader
{
    private NetworkHeader()
    {
    }

    /// <summary>Parameters and dimensions with their values.</summary>
    public required ImmutableArray<KeyValuePair<string, Value>> Arguments { get; init; }

    /// <summary>The inputs: name and symbolic type, in order of the parameters.</summary>
    public required ImmutableArray<KeyValuePair<string, TensorType>> Inputs { get; init; }

    /// <summary>The values of symbolic dimensions in force.</summary>
    public required ImmutableSortedDictionary<string, long> Binding { get; init; }

    /// <summary>The symbolic dimensions, in order of declaration.</summary>
    public required ImmutableArray<string> Dimensions { get; init; }

    /// <summary>What the header says about everything inside.</summary>
    public required AnnotationSet Annotations { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>Binds a network's header.</summary>
    public static NetworkHeader OfNetwork(BlockSymbol network, FileScope file, CompilationOptions options)
    {
        var diagnostics = new List<Diagnostic>();
        var arguments = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        var inputs = ImmutableArray.CreateBuilder<KeyValuePair<string, TensorType>>();
        var dimensions = ImmutableArray.CreateBuilder<string>();
        foreach (var parameter in network.ParameterSymbols)
        {
            if (parameter.Name.Length == 0)
            {
                continue;
            }

            var place = SyntaxLocation.Of(parameter.Syntax.Name);
            if (parameter.Syntax.Type is null)
            {
                diagnostics.Add(Codes.InputWithoutType.At(place, parameter.Name));
                arguments.TryAdd(parameter.Name, UnknownValue.Instance);
            }
            else if (!parameter.IsTensor)
            {
                diagnostics.Add(Codes.NetworkParameter.At(place, parameter.Name));
                arguments.TryAdd(parameter.Name, UnknownValue.Instance);
            }
            else if (!parameter.HasShape || TypeOf(parameter.Syntax.Type, file, arguments, dimensions, diagnostics) is not { } type)
            {
                if (!parameter.HasShape)
                {
                    diagnostics.Add(Codes.InputWithoutType.At(place, parameter.Name));
                }

                arguments.TryAdd(parameter.Name, new TensorValue(null, TensorReference.None));
            }
            else if (!arguments.TryAdd(parameter.Name, new TensorValue(type, TensorReference.None)))
            {
                diagnostics.Add(Codes.DuplicateMember.At(place, parameter.Name));
            }
            else
            {
                inputs.Add(new(parameter.Name, type));
            }

            WarnHidden(parameter, file, diagnostics);
        }

        var session = new BindingSession { File = file, Binding = ImmutableSortedDictionary<string, long>.Empty };
        StatementBinder.CheckParameterAnnotations(session, network, diagnostics);
        var annotations = StatementBinder.ReadHeader(session, network, diagnostics);
        return new NetworkHeader
        {
            Arguments = [.. arguments],
            Inputs = inputs.ToImmutable(),
            Dimensions = dimensions.ToImmutable(),
            Binding = BindDimensions(network, file, options, dimensions, diagnostics),
            Annotations = annotations,
            Diagnostics = [.. diagnostics],
        };
    }

    /// <summary>Binds a block's header for a body without callers: parameters and dimensions as symbols.</summary>
    public static NetworkHeader OfBlock(BlockSymbol block, FileScope file)
    {
        var diagnostics = new List<Diagnostic>();
        var arguments = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        var dimensions = ImmutableArray.CreateBuilder<string>();
        foreach (var parameter in block.ParameterSymbols)
        {
            if (parameter.Name.Length == 0)
            {
                continue;
            }

            Value value = (parameter.Kind, parameter.IsList, parameter.IsOptional) switch
            {
                (_, _, true) => UnknownValue.Instance,
                (ParameterKind.Tensor, false, _) when parameter.HasShape =>
                    new TensorValue(TypeOf(parameter.Syntax.Type!, file, arguments, dimensions, diagnostics, isBlock: true), TensorReference.None),
                (ParameterKind.Tensor, false, _) => new TensorValue(null, TensorReference.None),
                (ParameterKind.Int, false, _) => new IntValue(Dimension.Symbol(parameter.Name)),
                (ParameterKind.Bool, false, _) => new BoolValue(null),
                // The default stands for all stages: activations and norms keep types.
                (ParameterKind.Stage, false, _) when parameter.Default is { } stage => StatementBinder.BindDefaultStage(stage, file),
                _ => UnknownValue.Instance,
            };
            if (!arguments.TryAdd(parameter.Name, value))
            {
                diagnostics.Add(Codes.DuplicateMember.At(SyntaxLocation.Of(parameter.Syntax.Name), parameter.Name));
            }

            if (parameter.IsTensor && parameter.Default is { } given && given is not LiteralSyntax { Literal.Kind: SyntaxKind.NoneKeyword })
            {
                diagnostics.Add(Codes.WrongType.At(SyntaxLocation.Of(given), $"The tensor '{parameter.Name}' has a default.", "Remove it, or write none and make the type optional."));
            }

            WarnHidden(parameter, file, diagnostics);
        }

        var session = new BindingSession { File = file, Binding = ImmutableSortedDictionary<string, long>.Empty, IsGeneric = true };
        StatementBinder.CheckParameterAnnotations(session, block, diagnostics);
        var annotations = StatementBinder.ReadHeader(session, block, diagnostics);
        return new NetworkHeader
        {
            Arguments = [.. arguments],
            Inputs = [],
            Dimensions = dimensions.ToImmutable(),
            Binding = ImmutableSortedDictionary<string, long>.Empty,
            Annotations = annotations,
            Diagnostics = [.. diagnostics],
        };
    }

    /// <summary>Whether bodies bound under another header are bound alike.</summary>
    public bool HasSameContext(NetworkHeader other)
    {
        if (Arguments.Length != other.Arguments.Length || Binding.Count != other.Binding.Count || !Binding.SequenceEqual(other.Binding))
        {
            return false;
        }

        // Which names may not be bound again is asked without reading them.
        for (var i = 0; i < Arguments.Length; i++)
        {
            if (Arguments[i].Key != other.Arguments[i].Key || Arguments[i].Value is TensorValue != other.Arguments[i].Value is TensorValue)
            {
                return false;
            }
        }

        return true;
    }

    private static void WarnHidden(ParameterSymbol parameter, FileScope file, List<Diagnostic> diagnostics)
    {
        if (file.HasConstant(parameter.Name))
        {
            diagnostics.Add(Codes.HiddenName.At(SyntaxLocation.Of(parameter.Syntax.Name), parameter.Name, "a constant of the file"));
        }
    }

    private static TensorType? TypeOf(
        TypeSyntax syntax,
        FileScope file,
        OrderedDictionary<string, Value> arguments,
        ImmutableArray<string>.Builder symbols,
        List<Diagnostic> diagnostics,
        bool isBlock = false)
    {
        var word = syntax.Name.Name.ValueText;
        var element = ElementTypes.Parse(word);
        if (syntax.Arguments is { } quantised)
        {
            diagnostics.Add(Codes.Quantisation.At(SyntaxLocation.Of(quantised), "Quantised types cannot be computed yet.", $"Use {word} without arguments."));
        }

        if (element is null && !isBlock)
        {
            var nearest = Spelling.Suggestions.Nearest(word, ElementTypes.All.Select(ElementTypes.Name));
            diagnostics.Add(Codes.WrongType.At(
                SyntaxLocation.Of(syntax.Name), $"'{word}' is no element type{Spelling.Suggestions.Ending(nearest)}", "Use f32, bf16, f16, i64, .."));
        }

        var dimensions = ImmutableArray.CreateBuilder<Dimension>();
        var isKnown = element is not null;
        foreach (var dimension in syntax.Dimensions.OrNone())
        {
            if (!dimension.Star.IsMissing)
            {
                isKnown = false;
                arguments.TryAdd(dimension.VariadicName.ValueText, UnknownValue.Instance);
                if (!isBlock)
                {
                    diagnostics.Add(Codes.WrongRank.At(SyntaxLocation.Of(dimension), "An input of a network has a known rank.", "Write its dimensions."));
                }

                continue;
            }

            if (dimension.Value is not { } expression)
            {
                isKnown = false;
                continue;
            }

            if (expression is NameSyntax name && !file.HasConstant(name.Name.ValueText) && !arguments.ContainsKey(name.Name.ValueText))
            {
                arguments.Add(name.Name.ValueText, new IntValue(Dimension.Symbol(name.Name.ValueText)));
                symbols.Add(name.Name.ValueText);
            }

            // The parameters of a block may follow; their values are symbols in any case.
            var value = StatementBinder.BindHeaderExpression(expression, file, new HeaderScope(arguments, file, isBlock), diagnostics);
            if (value is IntValue number)
            {
                dimensions.Add(number.Number);
            }
            else
            {
                isKnown = false;
            }
        }

        if (element is null && isBlock)
        {
            arguments.TryAdd(word, UnknownValue.Instance);
        }

        return isKnown ? new TensorType(element!.Value, dimensions.ToImmutable()) : null;
    }

    private static ImmutableSortedDictionary<string, long> BindDimensions(
        BlockSymbol network, FileScope file, CompilationOptions options, ImmutableArray<string>.Builder symbols, List<Diagnostic> diagnostics)
    {
        var binding = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        if (symbols.Count > 0)
        {
            BindFromBody(network, file, symbols, binding, diagnostics);
        }

        foreach (var (name, value) in options.Dimensions)
        {
            if (symbols.Contains(name) && value >= 1)
            {
                binding[name] = value;
            }
            else if (symbols.Contains(name))
            {
                diagnostics.Add(Codes.BindingConflict.At(
                    SyntaxLocation.Of(network.Parameters),
                    string.Create(CultureInfo.InvariantCulture, $"The override {name} = {value} is no dimension."), "Use a number of at least 1."));
            }
        }

        return binding.ToImmutable();
    }

    private static void BindFromBody(
        BlockSymbol network, FileScope file, ImmutableArray<string>.Builder symbols, ImmutableSortedDictionary<string, long>.Builder binding,
        List<Diagnostic> diagnostics)
    {
        foreach (var element in ((BodySyntax)SyntaxNode.Detached(network.Body)).Statements.Greens)
        {
            if (element.Node.Kind != SyntaxKind.Dim)
            {
                continue;
            }

            foreach (var entry in ((DimSyntax)SyntaxNode.Detached(element.Node)).Entries)
            {
                if (entry.Value is not { } syntax || !symbols.Contains(entry.Name.ValueText))
                {
                    continue;
                }

                var value = StatementBinder.BindHeaderExpression(syntax, file, new BindingScope(binding, file), diagnostics);
                if (value is IntValue { Number.Value: >= 1 and { } number })
                {
                    binding[entry.Name.ValueText] = number;
                }
                else if (value is not UnknownValue)
                {
                    diagnostics.Add(Codes.BindingConflict.At(
                        SyntaxLocation.Of(syntax), $"'{entry.Name.ValueText}' has to be a number of at least 1.", "Write dim N = 1."));
                }
            }
        }
    }

    private sealed class HeaderScope(OrderedDictionary<string, Value> arguments, FileScope file, bool isBlock) : IOuterScope
    {
        public IEnumerable<string> Names => arguments.Keys.Concat(file.ConstantNames);

        public OuterName Find(string name) =>
            arguments.TryGetValue(name, out var value) ? new OuterName(value, NameKind.Dimension)
            : file.FindConstant(name) is { } constant ? new OuterName(constant, NameKind.Constant)
            : isBlock ? new OuterName(UnknownValue.Instance, NameKind.Parameter)
            : new OuterName(null, NameKind.Missing);
    }

    private sealed class BindingScope(ImmutableSortedDictionary<string, long>.Builder binding, FileScope file) : IOuterScope
    {
        public IEnumerable<string> Names => binding.Keys.Concat(file.ConstantNames);

        public OuterName Find(string name) =>
            binding.TryGetValue(name, out var value) ? new OuterName(new IntValue(value), NameKind.Dimension)
            : file.FindConstant(name) is { } constant ? new OuterName(constant, NameKind.Constant)
            : new OuterName(null, NameKind.Missing);
    }
}
