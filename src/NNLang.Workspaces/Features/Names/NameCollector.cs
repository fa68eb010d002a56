using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features.Names;

/// <summary>Walks a file once and gives every name its symbol.</summary>
internal sealed class NameCollector(NameTable table, FileSyntax file)
{
    private readonly NameScope _values = new(null);
    private readonly Dictionary<string, NameSymbol> _callables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NameSymbol> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, NameSymbol>> _parameters = new(StringComparer.Ordinal);
    private readonly List<(string Block, SyntaxToken Label)> _labels = [];

    public void Collect()
    {
        foreach (var member in file.Members)
        {
            DeclareMember(member);
        }

        foreach (var member in file.Members)
        {
            VisitMember(member);
        }

        // A label names a parameter of a block that may be declared further down.
        foreach (var (block, label) in _labels)
        {
            if (_parameters.TryGetValue(block, out var parameters) && parameters.TryGetValue(label.ValueText, out var parameter))
            {
                table.Add(parameter, label, false);
            }
        }
    }

    private void DeclareMember(MemberSyntax member)
    {
        switch (member)
        {
            case CallableDeclarationSyntax callable:
                DeclareMember(callable.Name, callable is NetworkDeclarationSyntax ? NameKind.Network : NameKind.Block, _callables);
                break;
            case DeviceDeclarationSyntax device:
                DeclareMember(device.Name, NameKind.Device, _devices);
                break;
            case SectionSyntax { SectionKind.ValueText: "fault" } fault:
                DeclareMember(fault.Alias.IsMissing ? fault.Name : fault.Alias, NameKind.Fault, []);
                break;
            case BindingSyntax constant:
                foreach (var target in constant.Targets)
                {
                    Bind(target, NameKind.Constant, _values, file.FullSpan);
                }

                break;
        }
    }

    private void DeclareMember(SyntaxToken name, NameKind kind, Dictionary<string, NameSymbol> into)
    {
        if (name.Span.Length > 0)
        {
            var symbol = table.Declare(name.ValueText, kind, file.FullSpan);
            into.TryAdd(name.ValueText, symbol);
            table.Add(symbol, name, true);
        }
    }

    private void VisitMember(MemberSyntax member)
    {
        switch (member)
        {
            case CallableDeclarationSyntax callable:
                VisitCallable(callable);
                break;
            case DeviceDeclarationSyntax { Base: { } basis } when _devices.TryGetValue(basis.Name.ValueText, out var device):
                table.Add(device, basis.Name, false);
                break;
            case BindingSyntax constant:
                Read(constant.Value, _values);
                break;
        }
    }

    private void VisitCallable(CallableDeclarationSyntax callable)
    {
        var scope = new NameScope(_values);
        var range = callable.FullSpan;
        var parameters = new Dictionary<string, NameSymbol>(StringComparer.Ordinal);
        foreach (var parameter in callable.Parameters.Parameters)
        {
            if (parameter.Name.Span.Length > 0)
            {
                parameters.TryAdd(parameter.Name.ValueText, Bind(parameter.Name, NameKind.Parameter, scope, range));
            }
        }

        _parameters.TryAdd(callable.Name.ValueText, parameters);
        foreach (var parameter in callable.Parameters.Parameters)
        {
            VisitType(parameter.Type, scope, range, declares: true);
            if (parameter.Default is { } value)
            {
                Read(value, scope);
            }
        }

        foreach (var result in callable.Results is { } results ? results.Results : default(IEnumerable<ResultSyntax>) ?? [])
        {
            VisitType(result.Type, scope, range, declares: false);
        }

        foreach (var annotation in callable.Annotations)
        {
            VisitAnnotation(annotation, scope);
        }

        VisitBody(callable.Body, scope, range);
    }

    private void VisitType(TypeSyntax? type, NameScope scope, TextSpan range, bool declares)
    {
        foreach (var dimension in type?.Dimensions is { } list ? list.Dimensions : default(IEnumerable<DimensionSyntax>) ?? [])
        {
            if (dimension.VariadicName.Span.Length > 0)
            {
                Dimension(dimension.VariadicName, scope, range, declares);
            }
            else if (dimension.Value is NameSyntax name)
            {
                Dimension(name.Name, scope, range, declares);
            }
            else if (dimension.Value is { } value)
            {
                Read(value, scope);
            }
        }
    }

    private void Dimension(SyntaxToken name, NameScope scope, TextSpan range, bool declares)
    {
        if (scope.Find(name.ValueText) is { } known)
        {
            table.Add(known, name, false);
        }
        else if (declares)
        {
            Bind(name, NameKind.Dimension, scope, range);
        }
    }

    private NameSymbol Bind(SyntaxToken name, NameKind kind, NameScope scope, TextSpan range)
    {
        var symbol = table.Declare(name.ValueText, kind, range);
        scope.Add(symbol);
        table.Add(symbol, name, true);
        return symbol;
    }

    private void VisitBody(BodySyntax body, NameScope scope, TextSpan range)
    {
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case BindingSyntax binding:
                    Read(binding.Value, scope);
                    foreach (var target in binding.Targets)
                    {
                        BindValue(target, scope, range);
                    }

                    break;
                case RepeatSyntax repeat:
                    Read(repeat.Count, scope);
                    foreach (var annotation in repeat.Annotations)
                    {
                        VisitAnnotation(annotation, scope);
                    }

                    // What a loop binds first stays inside; what was there before is carried out of it and remains one name.
                    var inner = new NameScope(scope);
                    if (repeat.Index.Span.Length > 0)
                    {
                        Bind(repeat.Index, NameKind.Index, inner, repeat.Body.FullSpan);
                    }

                    VisitBody(repeat.Body, inner, repeat.Body.FullSpan);
                    break;
                case IfSyntax choice:
                    foreach (var clause in choice.Clauses)
                    {
                        if (clause.Condition is { } condition)
                        {
                            Read(condition, scope);
                        }

                        VisitBody(clause.Body, scope, range);
                    }

                    break;
                case DimSyntax dim:
                    foreach (var entry in dim.Entries)
                    {
                        if (scope.Find(entry.Name.ValueText) is { } dimension)
                        {
                            table.Add(dimension, entry.Name, false);
                        }

                        if (entry.Value is { } value)
                        {
                            Read(value, scope);
                        }
                    }

                    break;
                case ReturnSyntax result:
                    foreach (var returned in result.Values)
                    {
                        Read(returned.Value, scope);
                    }

                    break;
                default:
                    Read(statement, scope);
                    break;
            }
        }
    }

    private void BindValue(SyntaxToken target, NameScope scope, TextSpan range)
    {
        if (target.Span.Length == 0 || target.ValueText == "_")
        {
            return;
        }

        if (scope.Find(target.ValueText) is { Kind: NameKind.Value or NameKind.Parameter } known)
        {
            table.Add(known, target, true);
        }
        else
        {
            Bind(target, NameKind.Value, scope, range);
        }
    }

    private void Read(SyntaxNode node, NameScope scope)
    {
        switch (node)
        {
            case NameSyntax name:
                if (scope.Find(name.Name.ValueText) is { } value)
                {
                    table.Add(value, name.Name, false);
                }
                else if (_callables.TryGetValue(name.Name.ValueText, out var stage))
                {
                    table.Add(stage, name.Name, false);
                }

                return;
            case CallSyntax { Callee: NameSyntax callee } call:
                Callee(callee.Name, scope);
                Read(call.Arguments, scope);
                return;
            case StageSyntax stage:
                Callee(stage.Callee.Name, scope);
                break;
            case AnnotationSyntax annotation:
                VisitAnnotation(annotation, scope);
                return;
            case ArgumentSyntax argument:
                if (argument.Label.Span.Length > 0 && Calls.NameOf(argument.Parent) is { } block)
                {
                    _labels.Add((block, argument.Label));
                }

                Read(argument.Value, scope);
                return;
            case QualifiedNameSyntax:
                return;
        }

        foreach (var child in node.ChildNodes())
        {
            Read(child, scope);
        }
    }

    // Callables are a namespace of their own, but a stage parameter comes first.
    private void Callee(SyntaxToken name, NameScope scope)
    {
        if (scope.Find(name.ValueText) is { Kind: NameKind.Parameter } parameter && !_callables.ContainsKey(name.ValueText)
            && Operators.OperatorCatalogue.Find(name.ValueText) is null)
        {
            table.Add(parameter, name, false);
        }
        else if (_callables.TryGetValue(name.ValueText, out var callable))
        {
            table.Add(callable, name, false);
        }
    }

    private void VisitAnnotation(AnnotationSyntax annotation, NameScope scope)
    {
        foreach (var argument in annotation.Arguments is { } list ? list.Arguments : default(IEnumerable<ArgumentSyntax>) ?? [])
        {
            switch (annotation.Label.ValueText, argument.Value)
            {
                case ("device", NameSyntax device) when _devices.TryGetValue(device.Name.ValueText, out var symbol):
                    table.Add(symbol, device.Name, false);
                    break;
                case ("before" or "after", NameSyntax name) when scope.Find(name.Name.ValueText) is { } value:
                    table.Add(value, name.Name, false);
                    break;
            }
        }
    }
}
