using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Spelling;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>
/// Binds one statement: reads names, computes compile-time values, makes the pieces of operations and calls, notes everything it
/// depended on. Lives for one statement; not thread-safe.
/// </summary>
internal sealed partial class StatementBinder
{
    private readonly BindingSession _session;
    private readonly BodyScope? _scope;
    private readonly BodyKind _kind;
    private readonly OperationAnnotations _inherited;
    private readonly BlockSymbol? _block;
    private readonly GreenNode _node;
    private readonly BoundStatement? _old;
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly List<StatementInput> _inputs = [];
    private readonly Dictionary<string, (Value? Value, NameKind Kind)> _read = new(StringComparer.Ordinal);
    private readonly List<CallableInput> _callables = [];
    private readonly List<InstanceInput> _instances = [];
    private readonly List<Piece> _pieces = [];
    private readonly List<BoundName> _outputs = [];
    private readonly List<ExpressionFact> _expressions = [];
    private readonly List<BoundBody> _otherBodies = [];
    private readonly HashSet<(string, object?)> _absorbed = [];
    private readonly DimensionFacts _factsBefore;
    private DimensionFacts _facts;
    private ImmutableArray<string> _hidden = [];
    private List<int> _links = [];
    private string _group = "_";
    private int _inputLeaves;
    private int _dry;
    private bool _isVolatile;
    private IHeaderNames? _header;

    public StatementBinder(BodySite site, BodyScope? scope, DimensionFacts facts, GreenNode node, BoundStatement? old)
    {
        _session = site.Session;
        _scope = scope;
        _kind = site.Kind;
        _inherited = site.Inherited;
        _block = site.Block;
        _factsBefore = facts;
        _facts = facts;
        _node = node;
        _old = old is not null && old.Syntax.Kind == node.Kind ? old : null;
    }

    /// <summary>Names that shadow those of the body: while a header's expressions are computed.</summary>
    private interface IHeaderNames
    {
        Value? Find(string name);
    }

    private bool IsGeneric => _session.IsGeneric || _dry > 0;

    /// <summary>The value of a constant of the file.</summary>
    public static Value BindConstant(BindingSyntax syntax, FileScope file, List<Diagnostic> diagnostics)
    {
        var session = new BindingSession { File = file, Binding = ImmutableSortedDictionary<string, long>.Empty };
        var binder = ForHeader(session, new ConstantScope(file), null, syntax.Green);
        var view = (BindingSyntax)SyntaxNode.Detached(syntax.Green);
        var value = binder.Evaluate(view.Value);
        if (value.LeafCount > 0 || value is BundleValue)
        {
            binder.Report(Codes.StatementOutsideBody.At(SyntaxLocation.Of(view)));
            value = UnknownValue.Instance;
        }

        diagnostics.AddRange(binder._diagnostics);
        return value;
    }

    /// <summary>A value of an expression outside of bodies: defaults of dimensions.</summary>
    public static Value BindHeaderExpression(ExpressionSyntax expression, FileScope file, IOuterScope names, List<Diagnostic> diagnostics)
    {
        var session = new BindingSession { File = file, Binding = ImmutableSortedDictionary<string, long>.Empty };
        var binder = ForHeader(session, names, null, expression.Root.Green);
        var value = binder.Evaluate(expression);
        diagnostics.AddRange(binder._diagnostics);
        return value;
    }

    /// <summary>The stage that a parameter has by default; unknown where it cannot be told from the header.</summary>
    public static Value BindDefaultStage(ExpressionSyntax expression, FileScope file)
    {
        var session = new BindingSession { File = file, Binding = ImmutableSortedDictionary<string, long>.Empty, IsGeneric = true, NamesOnly = true };
        var binder = ForHeader(session, new ConstantScope(file), null, expression.Root.Green);
        var value = binder.BindStageValue(expression);
        return binder._diagnostics.Count == 0 && value is StageValue ? value : UnknownValue.Instance;
    }

    /// <summary>The callable that a stage parameter is; null if the value is no stage.</summary>
    public static Callable? StageOf(string name, Value? value) => value switch
    {
        StageValue stage => new StageCallable(name, stage),
        UnknownValue => new UnknownCallable(name),
        _ => null,
    };

    /// <summary>Binds the statement.</summary>
    /// <param name="links">Where the numbers of the tensors it reads go.</param>
    public BoundStatement Bind(List<int> links)
    {
        _links = links;
        var view = SyntaxNode.Detached(_node);
        switch (view)
        {
            case BindingSyntax binding:
                BindBinding(binding);
                break;
            case ReturnSyntax returning:
                BindReturn(returning);
                break;
            case RepeatSyntax repeating:
                BindRepeat(repeating);
                break;
            case IfSyntax choosing:
                BindIf(choosing);
                break;
            case AssertSyntax asserting:
                BindAssert(asserting);
                break;
            case DimSyntax declaring:
                BindDim(declaring);
                break;
            case EvaluatingSyntax evaluating:
                BindEvaluating(evaluating);
                break;
            case MemberSyntax member:
                Report(Codes.OtherLanguage.At(SyntaxLocation.Of(member), "A declaration inside a body", "Move it out of the braces."));
                break;
        }

        var leaves = new List<TensorReference>();
        foreach (var output in _outputs)
        {
            output.Value.CollectLeaves(leaves);
        }

        return new BoundStatement
        {
            Syntax = _node,
            Inputs = [.. _inputs],
            Callables = [.. _callables],
            Instances = [.. _instances],
            Pieces = [.. _pieces],
            Outputs = [.. _outputs],
            OutputLeaves = [.. leaves],
            Diagnostics = [.. _diagnostics],
            FactsBefore = _factsBefore,
            FactsAfter = _facts,
            IsReturn = view is ReturnSyntax && (_kind is BodyKind.Network or BodyKind.Block),
            Results = view is ReturnSyntax ? _block?.Results?.Green : null,
            Hidden = _hidden,
            IsVolatile = _isVolatile,
            Expressions = [.. _expressions],
            OtherBodies = [.. _otherBodies],
        };
    }

    private static StatementBinder ForHeader(BindingSession session, IOuterScope names, BlockSymbol? block, GreenNode node) => new(
        new BodySite(session, names, BodyKind.Block, OperationAnnotations.None, block), new BodyScope(names), DimensionFacts.Empty, node, null);

    private void Report(Diagnostic diagnostic)
    {
        // What a branch that is not taken computes is of no concern; what it names is.
        if (_dry > 0 && diagnostic.Descriptor.Number is < 2000 or > 2999)
        {
            return;
        }

        _diagnostics.Add(diagnostic);
    }

    private Value? Read(string name, out NameKind kind)
    {
        if (_header is not null)
        {
            kind = NameKind.Parameter;
            return _header.Find(name);
        }

        if (_read.TryGetValue(name, out var known))
        {
            kind = known.Kind;
            return known.Value;
        }

        ref var entry = ref _scope!.Read(name);
        kind = entry.Kind;
        var value = entry.Value;
        _inputs.Add(new StatementInput(name, false, value, kind == NameKind.Hidden));
        var leaves = value?.LeafCount ?? 0;
        for (var i = 0; i < leaves; i++)
        {
            _links.Add(entry.Leaf(i));
        }

        if (leaves > 0)
        {
            var start = _inputLeaves;
            var next = 0;
            value = value!.Redirect(ref next, i => new TensorReference(ReferenceKind.Input, start + i));
            _inputLeaves += leaves;
        }

        _read[name] = (value, kind);
        return value;
    }

    private Value? ReadGlobal(string name)
    {
        var value = _session.File.FindConstant(name);
        _inputs.Add(new StatementInput(name, true, value));
        return value;
    }

    private Callable? FindCallable(string name)
    {
        Callable? callable = null;
        if (_block?.Find(name) is { Kind: ParameterKind.Stage, IsList: false })
        {
            callable = StageOf(name, _scope!.Read(name).Value);
        }

        callable ??= _session.File.FindCallable(name);
        foreach (var known in _callables)
        {
            if (known.Name == name)
            {
                return callable;
            }
        }

        _callables.Add(new CallableInput(name, callable));
        return callable;
    }

    private IEnumerable<string> CallableNames() =>
        Operators.OperatorCatalogue.All.Select(op => op.Name)
            .Concat(_session.File.Blocks.Select(block => block.Name))
            .Concat(FileScope.Functions)
            .Append(FileScope.WeightSource)
            .Concat(_block?.ParameterSymbols.Where(parameter => parameter.Kind == ParameterKind.Stage).Select(parameter => parameter.Name) ?? []);

    private void ReportUnknownName(string name, SyntaxNode place, IEnumerable<string> known)
    {
        var location = SyntaxLocation.Of(place);
        var (written, help) = ForeignWords.Value(name);
        if (help is not null)
        {
            var foreign = Codes.UnknownName.At(location, name, help);
            Report(written is null ? foreign : foreign.WithFix(CodeFix.Replace($"Change to '{written}'", location, written)));
            return;
        }

        _isVolatile = true;
        var nearest = Suggestions.Nearest(name, known);
        var diagnostic = Codes.UnknownName.At(location, name, nearest is null ? "Bind it in a line above, or declare it." : $"Did you mean '{nearest}'?");
        Report(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, SyntaxFacts.WriteName(nearest))));
    }

    private sealed class ConstantScope(FileScope file) : IOuterScope
    {
        public IEnumerable<string> Names => file.ConstantNames;

        public OuterName Find(string name) =>
            file.FindConstant(name) is { } value ? new OuterName(value, NameKind.Constant) : new OuterName(null, NameKind.Missing);
    }
}
