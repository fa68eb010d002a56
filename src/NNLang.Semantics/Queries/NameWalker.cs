using NNLang.Operators;
using NNLang.Semantics.Binding;
using NNLang.Tensors;

namespace NNLang.Semantics.Queries;

/// <summary>
/// Finds what the names of a tree name, by the scopes of the language (section 12), without binding. One per query; not thread-safe.
/// </summary>
internal sealed class NameWalker
{
    private readonly Compilation _compilation;
    private readonly FileModel _file;

    public NameWalker(Compilation compilation)
    {
        _compilation = compilation;
        _file = compilation.State.File;
    }

    /// <summary>The name at a position: the token that holds it or ends there.</summary>
    public Occurrence? At(int position)
    {
        var root = _compilation.Tree.Root;
        var token = root.FindToken(position);
        if (!Touches(token, position) && position > 0)
        {
            token = root.FindToken(position - 1);
        }

        return Touches(token, position) && SyntaxFacts.IsLabel(token.Kind) ? Resolve(token) : null;
    }

    /// <summary>All names of the tree.</summary>
    public IEnumerable<Occurrence> All()
    {
        foreach (var token in _compilation.Tree.Root.DescendantTokens())
        {
            if (SyntaxFacts.IsLabel(token.Kind) && Resolve(token) is { } occurrence)
            {
                yield return occurrence;
            }
        }
    }

    /// <summary>What a token names; null if it is no name.</summary>
    public Occurrence? Resolve(SyntaxToken token)
    {
        var name = token.ValueText;
        switch (token.Parent)
        {
            case NameSyntax parent:
                return ResolveName(parent, token, name);
            case QualifiedNameSyntax { Parent: StageSyntax } parent when parent.Name.Position == token.Position:
                return Callable(token, name, parent);
            case QualifiedNameSyntax { Parent: TypeSyntax } parent:
                return ElementTypes.Parse(name) is not null || name is "int" or "float" or "bool" or "string" or "type" or "stage" or "tensor" or "tile"
                    ? new Occurrence(SymbolKind.Type, name, token.Span, false, null, null)
                    : Value(token, name, parent);
            case QualifiedNameSyntax { Parent: DeviceDeclarationSyntax }:
                return Device(token, name, false);
            case BindingSyntax binding when SyntaxFacts.IsName(token.Kind):
                return CallableOf(binding) is null
                    ? new Occurrence(SymbolKind.Constant, name, token.Span, true, token.Span, null)
                    : new Occurrence(SymbolKind.Value, name, token.Span, true, token.Span, CallableOf(binding)!.Name.ValueText);
            case ParameterSyntax { Parent.Parent: CallableDeclarationSyntax owner }:
                return new Occurrence(SymbolKind.Parameter, name, token.Span, true, token.Span, owner.Name.ValueText);
            case RepeatSyntax repeat when repeat.Index.Position == token.Position && SyntaxFacts.IsName(token.Kind):
                return new Occurrence(SymbolKind.Index, name, token.Span, true, token.Span, CallableOf(repeat)?.Name.ValueText);
            case DimEntrySyntax entry:
                return Value(token, name, entry);
            case DimensionSyntax dimension when !dimension.Star.IsMissing && SyntaxFacts.IsName(token.Kind):
                return Value(token, name, dimension);
            case CallableDeclarationSyntax declaration when declaration.Name.Position == token.Position:
                return new Occurrence(declaration is NetworkDeclarationSyntax ? SymbolKind.Network : SymbolKind.Block, name, token.Span, true, token.Span, null);
            case DeviceDeclarationSyntax declaration when declaration.Name.Position == token.Position:
                return Device(token, name, true);
            case ArgumentSyntax argument when argument.Label.Position == token.Position && !argument.Label.IsMissing:
                return Label(token, name, argument);
            case AnnotationSyntax annotation when annotation.Label.Position == token.Position:
                return new Occurrence(SymbolKind.Annotation, name, token.Span, false, null, null);
            case ReturnedSyntax returned when SyntaxFacts.IsName(token.Kind):
                return new Occurrence(SymbolKind.Result, name, token.Span, true, token.Span, CallableOf(returned)?.Name.ValueText);
            case ResultSyntax result when SyntaxFacts.IsName(token.Kind):
                return new Occurrence(SymbolKind.Result, name, token.Span, true, token.Span, CallableOf(result)?.Name.ValueText);
            case SectionSyntax section when section.Alias.Position == token.Position && !section.Alias.IsMissing:
                return new Occurrence(SymbolKind.Fault, name, token.Span, true, token.Span, null);
            default:
                return null;
        }
    }

    /// <summary>The block or network around a node.</summary>
    public static CallableDeclarationSyntax? CallableOf(SyntaxNode node)
    {
        for (var at = node; at is not null; at = at.Parent)
        {
            if (at is CallableDeclarationSyntax declaration)
            {
                return declaration;
            }
        }

        return null;
    }

    /// <summary>The binding of a value that is read at a place: the last before it in the text, or the parameter; null if there is none.</summary>
    public static (SymbolKind Kind, TextSpan Span)? FindBinding(CallableDeclarationSyntax callable, string name, SyntaxNode place)
    {
        for (var at = place.Parent; at is not null; at = at.Parent)
        {
            if (at is RepeatSyntax repeat && !repeat.Index.IsMissing && repeat.Index.ValueText == name && place.Position >= repeat.Body.Position)
            {
                return (SymbolKind.Index, repeat.Index.Span);
            }
        }

        TextSpan? found = null;
        var statement = place.Ancestors().OfType<StatementSyntax>().FirstOrDefault() ?? place as StatementSyntax;
        Search(callable.Body, statement?.Position ?? place.Position, name, ref found);
        if (found is { } span)
        {
            return (SymbolKind.Value, span);
        }

        foreach (var parameter in callable.Parameters.Parameters)
        {
            if (parameter.Name.ValueText == name)
            {
                return (SymbolKind.Parameter, parameter.Name.Span);
            }
        }

        foreach (var parameter in callable.Parameters.Parameters)
        {
            foreach (var dimension in parameter.Type?.Dimensions.OrNone() ?? [])
            {
                if (dimension.Value is NameSyntax symbol && symbol.Name.ValueText == name)
                {
                    return (SymbolKind.Dimension, symbol.Name.Span);
                }

                if (!dimension.Star.IsMissing && dimension.VariadicName.ValueText == name)
                {
                    return (SymbolKind.Dimension, dimension.VariadicName.Span);
                }
            }

            if (parameter.Type is { Dimensions: not null } type && type.Name.Name.ValueText == name && ElementTypes.Parse(name) is null)
            {
                return (SymbolKind.Dimension, type.Name.Span);
            }
        }

        return null;
    }

    private static void Search(BodySyntax body, int before, string name, ref TextSpan? found)
    {
        foreach (var statement in body.Statements)
        {
            if (statement.Position >= before)
            {
                return;
            }

            switch (statement)
            {
                case BindingSyntax binding:
                    foreach (var target in binding.Targets)
                    {
                        found = target.ValueText == name ? target.Span : found;
                    }

                    break;
                case RepeatSyntax repeat:
                    Search(repeat.Body, before, name, ref found);
                    break;
                case IfSyntax choosing:
                    foreach (var clause in choosing.Clauses)
                    {
                        Search(clause.Body, before, name, ref found);
                    }

                    break;
            }
        }
    }

    private static bool Touches(SyntaxToken token, int position) => position >= token.Span.Start && position <= token.Span.End && token.Span.Length > 0;

    private Occurrence? ResolveName(NameSyntax parent, SyntaxToken token, string name)
    {
        if (parent.Parent is CallSyntax call && call.Callee.Position == parent.Position)
        {
            return Callable(token, name, parent);
        }

        if (parent.Ancestors().TakeWhile(node => node is not (StatementSyntax or CallSyntax or StageSyntax)).OfType<AnnotationSyntax>().FirstOrDefault() is { } annotation)
        {
            switch (annotation.Label.ValueText)
            {
                case "engine":
                    return new Occurrence(SymbolKind.Engine, name, token.Span, false, null, null);
                case "device":
                    return Device(token, name, false);
                case "before" or "after":
                    return CallableOf(parent) is { } owner && FirstBinding(owner, name) is { } target
                        ? new Occurrence(SymbolKind.Value, name, token.Span, false, target, owner.Name.ValueText)
                        : new Occurrence(SymbolKind.Unknown, name, token.Span, false, null, null);
                case "precision" or "layout" or "name":
                    return null;
            }
        }

        return Value(token, name, parent);
    }

    private static TextSpan? FirstBinding(CallableDeclarationSyntax callable, string name)
    {
        foreach (var binding in callable.Body.DescendantsAndSelf().OfType<BindingSyntax>())
        {
            foreach (var target in binding.Targets)
            {
                if (target.ValueText == name)
                {
                    return target.Span;
                }
            }
        }

        return null;
    }

    private Occurrence? Value(SyntaxToken token, string name, SyntaxNode place)
    {
        var callable = CallableOf(place);
        if (callable is not null && FindBinding(callable, name, place) is { } binding)
        {
            return new Occurrence(binding.Kind, name, token.Span, binding.Span == token.Span, binding.Span, callable.Name.ValueText);
        }

        if (_file.Scope.HasConstant(name))
        {
            return new Occurrence(SymbolKind.Constant, name, token.Span, false, ConstantSpan(name), null);
        }

        if (ElementTypes.Parse(name) is not null)
        {
            return new Occurrence(SymbolKind.Type, name, token.Span, false, null, null);
        }

        return place is NameSyntax ? Callable(token, name, place) : new Occurrence(SymbolKind.Unknown, name, token.Span, false, null, callable?.Name.ValueText);
    }

    private Occurrence Callable(SyntaxToken token, string name, SyntaxNode place)
    {
        if (CallableOf(place) is { } owner)
        {
            foreach (var parameter in owner.Parameters.Parameters)
            {
                if (parameter.Name.ValueText == name && ParameterSymbol.Of(parameter).Kind == ParameterKind.Stage)
                {
                    return new Occurrence(SymbolKind.Parameter, name, token.Span, false, parameter.Name.Span, owner.Name.ValueText);
                }
            }
        }

        if (_file.Scope.FindBlock(name) is { } block)
        {
            return new Occurrence(block.IsNetwork ? SymbolKind.Network : SymbolKind.Block, name, token.Span, false, DeclarationSpan(name), null);
        }

        return new Occurrence(
            OperatorCatalogue.Find(name) is not null || name == FileScope.WeightSource ? SymbolKind.Operator
            : FileScope.Functions.Contains(name) ? SymbolKind.Function
            : SymbolKind.Unknown,
            name, token.Span, false, null, null);
    }

    private Occurrence Label(SyntaxToken token, string name, ArgumentSyntax argument)
    {
        var callee = argument.Parent?.Parent switch
        {
            CallSyntax { Callee: NameSyntax target } => target.Name.ValueText,
            StageSyntax stage => stage.Callee.Name.ValueText,
            _ => null,
        };
        if (callee is not null && _file.Scope.FindBlock(callee) is not null)
        {
            foreach (var declaration in _compilation.Tree.Root.Members.OfType<CallableDeclarationSyntax>())
            {
                if (declaration.Name.ValueText == callee)
                {
                    foreach (var parameter in declaration.Parameters.Parameters)
                    {
                        if (parameter.Name.ValueText == name)
                        {
                            return new Occurrence(SymbolKind.Parameter, name, token.Span, false, parameter.Name.Span, callee);
                        }
                    }
                }
            }
        }

        return new Occurrence(SymbolKind.Attribute, name, token.Span, false, null, callee);
    }

    private Occurrence Device(SyntaxToken token, string name, bool isDefinition)
    {
        TextSpan? definition = null;
        foreach (var declaration in _compilation.Tree.Root.Members.OfType<DeviceDeclarationSyntax>())
        {
            if (declaration.Name.ValueText == name)
            {
                definition = declaration.Name.Span;
                break;
            }
        }

        return new Occurrence(SymbolKind.Device, name, token.Span, isDefinition, definition, null);
    }

    private TextSpan? ConstantSpan(string name)
    {
        foreach (var binding in _compilation.Tree.Root.Members.OfType<BindingSyntax>())
        {
            foreach (var target in binding.Targets)
            {
                if (target.ValueText == name)
                {
                    return target.Span;
                }
            }
        }

        return null;
    }

    private TextSpan? DeclarationSpan(string name)
    {
        foreach (var declaration in _compilation.Tree.Root.Members.OfType<CallableDeclarationSyntax>())
        {
            if (declaration.Name.ValueText == name)
            {
                return declaration.Name.Span;
            }
        }

        return null;
    }
}
