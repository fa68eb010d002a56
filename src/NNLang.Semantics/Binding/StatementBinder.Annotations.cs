using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Spelling;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private const AnnotationPlaces Operations = AnnotationPlaces.Operation;

    private static readonly FrozenDictionary<string, AnnotationPlaces> Places = new Dictionary<string, AnnotationPlaces>
    {
        ["engine"] = Operations | AnnotationPlaces.Repeat,
        ["pin"] = Operations,
        ["before"] = Operations,
        ["after"] = Operations,
        ["precision"] = Operations | AnnotationPlaces.Repeat | AnnotationPlaces.Block | AnnotationPlaces.Network,
        ["layout"] = Operations | AnnotationPlaces.Repeat | AnnotationPlaces.Block | AnnotationPlaces.Network | AnnotationPlaces.Parameter,
        ["tolerance"] = Operations,
        ["device"] = AnnotationPlaces.Network,
        ["name"] = Operations,
        ["weights"] = Operations | AnnotationPlaces.Repeat,
        ["documented"] = AnnotationPlaces.None,
        ["figure"] = AnnotationPlaces.None,
        ["measured"] = AnnotationPlaces.None,
        ["inferred"] = AnnotationPlaces.None,
        ["recalled"] = AnnotationPlaces.None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [Flags]
    private enum AnnotationPlaces : byte
    {
        None = 0,
        Operation = 1,
        Repeat = 2,
        Block = 4,
        Network = 8,
        Parameter = 16,
    }

    /// <summary>All annotations of the language with the places they go.</summary>
    public static IEnumerable<string> AnnotationNames => Places.Keys;

    /// <summary>Reads the annotations of a header, outside of a body.</summary>
    public static AnnotationSet ReadHeader(BindingSession session, BlockSymbol block, List<Diagnostic> diagnostics)
    {
        if (block.Annotations.IsEmpty)
        {
            return AnnotationSet.None;
        }

        var binder = ForHeader(session, new ConstantScope(session.File), block, block.Annotations[0].Green);
        var set = binder.ReadAnnotations(block.Annotations, block.IsNetwork ? AnnotationPlace.Network : AnnotationPlace.Block);
        diagnostics.AddRange(binder._diagnostics);
        return set;
    }

    /// <summary>Checks the annotations of parameters.</summary>
    public static void CheckParameterAnnotations(BindingSession session, BlockSymbol block, List<Diagnostic> diagnostics)
    {
        var binder = ForHeader(session, new ConstantScope(session.File), block, block.Parameters.Green);
        foreach (var parameter in block.ParameterSymbols)
        {
            binder.ReadAnnotations(parameter.Syntax.Annotations, AnnotationPlace.Parameter);
        }

        diagnostics.AddRange(binder._diagnostics);
    }

    private AnnotationSet ReadAnnotations(IEnumerable<AnnotationSyntax> annotations, AnnotationPlace place)
    {
        string? engine = null, name = null, weights = null, device = null;
        var pin = false;
        ElementType? precision = null;
        Tolerance? tolerance = null;
        List<OrderTarget>? order = null;
        AnnotationSyntax? first = null;
        foreach (var annotation in annotations)
        {
            var label = annotation.Label.ValueText;
            if (!CheckPlace(annotation, label, place))
            {
                continue;
            }

            first ??= annotation;
            var arguments = annotation.Arguments is { } list ? list.Arguments.ToList() : new List<ArgumentSyntax>();
            switch (label)
            {
                case "engine":
                    engine = ReadEngine(annotation, arguments) ?? engine;
                    break;
                case "pin":
                    pin = true;
                    break;
                case "before" or "after":
                    ReadTargets(arguments, label == "before", order ??= []);
                    break;
                case "precision":
                    precision = ReadWord(annotation, arguments, "f32", "bf16", "f16") is { } type ? ElementTypes.Parse(type) : precision;
                    break;
                case "layout":
                    ReadWord(annotation, arguments, "nchw", "nhwc");
                    break;
                case "tolerance":
                    tolerance = ReadTolerance(annotation, arguments);
                    break;
                case "name":
                    name = ReadName(annotation, arguments) ?? name;
                    break;
                case "weights":
                    weights = ReadName(annotation, arguments) ?? weights;
                    break;
                case "device":
                    device = ReadName(annotation, arguments) ?? device;
                    break;
            }
        }

        return new AnnotationSet
        {
            Engine = engine,
            Pin = pin,
            Precision = precision,
            Tolerance = tolerance,
            Name = name,
            Weights = weights,
            Device = device,
            Order = order is null ? [] : [.. order],
            First = first,
        };
    }

    private bool CheckPlace(AnnotationSyntax annotation, string label, AnnotationPlace place)
    {
        var location = SyntaxLocation.Of(annotation.Label.IsMissing ? annotation.At : annotation.Label);
        if (!Places.TryGetValue(label, out var allowed))
        {
            if (place == AnnotationPlace.Operation && annotation.Arguments is null && annotation.Parent is PipelineSyntax { Term: var term } && Read(label, out _) is TensorValue)
            {
                // Read as an annotation, meant as the product of matrices.
                var product = $"matmul({term}, {annotation.Label.Text})";
                var whole = SyntaxLocation.Of(term);
                Report(Codes.MatrixProductSign.At(SyntaxLocation.Of(annotation), term.ToString(), annotation.Label.Text)
                    .WithFix(CodeFix.Replace($"Change to {product}", whole with { Span = TextSpan.FromBounds(whole.Span.Start, location.Span.End) }, product)));
                return false;
            }

            var nearest = Suggestions.Nearest(label, Places.Keys);
            if (label.Length > 0)
            {
                var diagnostic = Codes.UnknownAnnotation.At(location, label, Suggestions.Ending(nearest), "Use engine, pin, before, after, precision, layout, tolerance, name, weights.");
                Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '@{nearest}'", location, nearest)));
            }

            return false;
        }

        var here = (AnnotationPlaces)(1 << (int)place);
        if ((allowed & here) != 0)
        {
            return true;
        }

        var what = place switch
        {
            AnnotationPlace.Operation => "an operation",
            AnnotationPlace.Repeat => "a repeat",
            AnnotationPlace.Block => "a block",
            AnnotationPlace.Network => "a network",
            _ => "a parameter",
        };
        var known = allowed == AnnotationPlaces.None ? "fields, constants and sections of devices"
            : string.Join(", ", Enum.GetValues<AnnotationPlaces>().Where(p => p != 0 && (allowed & p) != 0).Select(p => p switch
            {
                AnnotationPlaces.Operation => "operations",
                AnnotationPlaces.Repeat => "repeats",
                AnnotationPlaces.Block => "blocks",
                AnnotationPlaces.Network => "networks",
                _ => "parameters",
            }));
        Report(Codes.AnnotationPlace.At(location, label, what, known));
        return false;
    }

    private string? ReadEngine(AnnotationSyntax annotation, List<ArgumentSyntax> arguments)
    {
        if (arguments.Count != 1 || Plain(arguments[0].Value) is not NameSyntax name)
        {
            Report(Codes.WrongType.At(SyntaxLocation.Of(annotation), "'@engine' takes the name of an engine.", "Write @engine(vector)."));
            return null;
        }

        var engine = name.Name.ValueText;
        if (!_session.Engines.IsEmpty && !_session.Engines.Contains(engine))
        {
            var nearest = Suggestions.Nearest(engine, _session.Engines);
            var location = SyntaxLocation.Of(name);
            var diagnostic = Codes.EngineNotAllowed.At(
                location, $"'{_session.DeviceName}' has no engine '{engine}'{Suggestions.Ending(nearest)}", $"Use {string.Join(", ", _session.Engines)}.");
            Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
            return null;
        }

        return engine;
    }

    private static void ReadTargets(List<ArgumentSyntax> arguments, bool before, List<OrderTarget> order)
    {
        foreach (var argument in arguments)
        {
            switch (Plain(argument.Value))
            {
                case NameSyntax name:
                    order.Add(new OrderTarget(before, name.Name.ValueText, false, SyntaxLocation.Of(name).Span));
                    break;
                case StringSyntax path:
                    order.Add(new OrderTarget(before, path.Value, true, SyntaxLocation.Of(path).Span));
                    break;
            }
        }
    }

    private string? ReadWord(AnnotationSyntax annotation, List<ArgumentSyntax> arguments, params string[] words)
    {
        if (arguments.Count == 1 && Plain(arguments[0].Value) is NameSyntax name && words.Contains(name.Name.ValueText))
        {
            return name.Name.ValueText;
        }

        if (arguments.Count == 1 && Plain(arguments[0].Value) is StringSyntax text && words.Contains(text.Value))
        {
            var location = SyntaxLocation.Of(text);
            Report(Codes.StringForWord.At(location, "@" + annotation.Label.ValueText, text.Value)
                .WithFix(CodeFix.Replace("Remove the quotes", location, text.Value)));
            return text.Value;
        }

        Report(Codes.WrongType.At(
            SyntaxLocation.Of(annotation), $"'@{annotation.Label.ValueText}' takes one of {string.Join(", ", words)}.",
            $"Write @{annotation.Label.ValueText}({words[0]})."));
        return null;
    }

    private string? ReadName(AnnotationSyntax annotation, List<ArgumentSyntax> arguments)
    {
        var value = arguments.Count == 1 ? Plain(arguments[0].Value) : null;
        switch (value)
        {
            case NameSyntax name:
                return name.Name.ValueText;
            case StringSyntax text when text.Value.Length > 0:
                return text.Value;
            case NumberSyntax { Literal.Kind: SyntaxKind.IntegerToken } number:
                return number.Literal.Text;
            default:
                Report(Codes.WrongType.At(
                    SyntaxLocation.Of(annotation), $"'@{annotation.Label.ValueText}' takes a name.", $"Write @{annotation.Label.ValueText}(\"..\")."));
                return null;
        }
    }

    private Tolerance? ReadTolerance(AnnotationSyntax annotation, List<ArgumentSyntax> arguments)
    {
        double relative = 0, absolute = 0;
        var known = arguments.Count > 0;
        foreach (var argument in arguments)
        {
            var value = Real(Evaluate(argument.Value));
            switch (argument.Label.ValueText)
            {
                case "relative" when value is >= 0:
                    relative = value.Value;
                    break;
                case "absolute" when value is >= 0:
                    absolute = value.Value;
                    break;
                default:
                    known = false;
                    break;
            }
        }

        if (known)
        {
            return new Tolerance(relative, absolute);
        }

        Report(Codes.WrongType.At(SyntaxLocation.Of(annotation), "'@tolerance' takes relative: and absolute:, at least 0.", "Write @tolerance(relative: 1e-4)."));
        return null;
    }

    /// <summary>Tells of annotations that no operation took (NN2011).</summary>
    private void CheckTaken(AnnotationSet annotations)
    {
        if (annotations is { First: { } first, IsTaken: false } && _dry == 0 && !IsGeneric)
        {
            Report(Codes.AnnotationWithoutOperation.At(SyntaxLocation.Of(first), first.Label.ValueText));
        }
    }
}
