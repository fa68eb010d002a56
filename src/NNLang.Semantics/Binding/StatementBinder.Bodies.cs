using System.Collections.Immutable;
using System.Globalization;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private void BindRepeat(RepeatSyntax syntax)
    {
        var count = Evaluate(syntax.Count);
        var label = syntax.Index.IsMissing ? "repeat" : syntax.Index.ValueText;
        var annotations = ReadAnnotations(syntax.Annotations, AnnotationPlace.Repeat);
        var inherited = annotations.Merge(_inherited);
        if (!syntax.Index.IsMissing && ReadGlobal(label) is not null)
        {
            Report(Codes.HiddenName.At(SyntaxLocation.Of(syntax.Index), label, "a constant of the file"));
        }

        long iterations;
        ImmutableArray<Value> elements = default;
        switch (count)
        {
            case IntValue { Number.Value: { } number }:
                iterations = number;
                break;
            case ListValue list:
                elements = list.Values;
                iterations = elements.Length;
                break;
            case IntValue symbolic when !IsGeneric:
                Report(Codes.SymbolicCount.At(SyntaxLocation.Of(syntax.Count), string.Join(", ", symbolic.Number.Symbols)));
                BindUnknownRepeat(syntax, inherited, label, new IntValue(Dimension.Zero));
                return;
            case IntValue or UnknownValue:
                BindUnknownRepeat(syntax, inherited, label, count is IntValue ? new IntValue(Dimension.Symbol(label)) : UnknownValue.Instance);
                return;
            default:
                Report(Codes.WrongType.At(SyntaxLocation.Of(syntax.Count), $"'repeat' takes a number or a list, not {count.Kind}.", "Write repeat 3 as i { .. }."));
                BindUnknownRepeat(syntax, inherited, label, UnknownValue.Instance);
                return;
        }

        if (iterations < 0)
        {
            Report(Codes.NegativeCount.At(SyntaxLocation.Of(syntax.Count), iterations));
            iterations = 0;
        }

        if (iterations == 0 || _dry > 0)
        {
            // The body is checked for names though it never runs.
            BindUnknownRepeat(syntax, inherited, label, new IntValue(Dimension.Zero), discard: true);
            return;
        }

        Expand(syntax, inherited, annotations, label, iterations, elements);
    }

    private void Expand(
        RepeatSyntax syntax, OperationAnnotations inherited, AnnotationSet annotations, string label, long iterations, ImmutableArray<Value> elements)
    {
        if (!EnterLevel(syntax.Keyword))
        {
            return;
        }

        var body = syntax.Body.Green;
        var scope = new IterationScope(this, syntax.Index.IsMissing ? null : label);
        var bodies = ImmutableArray.CreateBuilder<BoundBody>();
        var captures = ImmutableArray.CreateBuilder<ImmutableArray<PieceOperand>>();
        var old = _old?.Pieces is [RepeatPiece repeat] ? repeat.Iterations : [];
        var facts = _facts;
        var layers = 0L;
        for (var k = 0; k < iterations; k++)
        {
            scope.Begin(k, elements.IsDefault ? new IntValue(k) : elements[k]);
            var candidate = k < old.Length ? old[k] : k > 0 ? bodies[k - 1] : null;
            var bound = BodyBinder.Bind(new BodySite(_session, scope, BodyKind.Iteration, inherited, _block), body, facts, candidate);
            Absorb(bound, k > 0 ? bodies[k - 1] : null);
            bodies.Add(bound);
            captures.Add(scope.SourcesOf(bound));
            scope.End(bound, k);
            layers += Math.Max(1, bound.LayerCount);
            if (layers > BindingSession.MaximumOperations || (k == 0 && layers * iterations > BindingSession.MaximumOperations))
            {
                Report(Codes.ExpansionTooLarge.At(
                    SyntaxLocation.Of(syntax.Count), string.Create(CultureInfo.InvariantCulture, $"The repeat expands to more than {BindingSession.MaximumOperations:N0} operations."),
                    "Repeat fewer times."));
                break;
            }
        }

        _session.Depth--;
        AddRepeat(syntax, annotations, label, scope, bodies, captures);
    }

    private void AddRepeat(
        RepeatSyntax syntax,
        AnnotationSet annotations,
        string label,
        IterationScope scope,
        ImmutableArray<BoundBody>.Builder bodies,
        ImmutableArray<ImmutableArray<PieceOperand>>.Builder captures)
    {
        var results = ImmutableArray.CreateBuilder<PieceOperand>();
        var index = _pieces.Count;
        foreach (var (name, carried) in scope.Carried)
        {
            var first = results.Count;
            results.AddRange(carried.Sources);
            var next = 0;
            _outputs.Add(new BoundName(name, carried.Value.Redirect(ref next, i => new TensorReference(ReferenceKind.Piece, index, first + i)), default));
        }

        _pieces.Add(new RepeatPiece
        {
            Word = label,
            Group = label,
            Span = SyntaxLocation.Of(syntax).Span,
            PrefixOverride = annotations.Weights,
            Iterations = bodies.ToImmutable(),
            Captures = captures.ToImmutable(),
            Results = results.ToImmutable(),
        });
    }

    private bool EnterLevel(SyntaxToken place)
    {
        if (_session.Depth >= BindingSession.MaximumDepth)
        {
            Report(Codes.ExpansionTooLarge.At(
                SyntaxLocation.Of(place), $"More than {BindingSession.MaximumDepth} levels of blocks and repeats.", "Nest less deeply."));
            return false;
        }

        _session.Depth++;
        return true;
    }

    /// <summary>Binds a body once for names and types though it is not known how often it runs.</summary>
    private void BindUnknownRepeat(RepeatSyntax syntax, OperationAnnotations inherited, string label, Value index, bool discard = false)
    {
        if (!EnterLevel(syntax.Keyword))
        {
            return;
        }

        var scope = new IterationScope(this, syntax.Index.IsMissing ? null : label);
        scope.Begin(0, index);
        var bound = BindOther(syntax.Body.Green, scope, BodyKind.Iteration, inherited);
        _session.Depth--;
        scope.End(bound, 0);
        if (discard)
        {
            return;
        }

        foreach (var (name, carried) in scope.Carried)
        {
            var before = Read(name, out _);
            _outputs.Add(new BoundName(name, Merge(before, carried.Value), default));
        }
    }

    private BoundBody BindOther(GreenNode body, IOuterScope scope, BodyKind kind, OperationAnnotations inherited)
    {
        var session = _session.IsGeneric ? _session : new BindingSession
        {
            File = _session.File,
            Binding = _session.Binding,
            IsGeneric = true,
            NamesOnly = true,
            Engines = _session.Engines,
            DeviceName = _session.DeviceName,
            Depth = _session.Depth,
        };
        var bound = BodyBinder.Bind(new BodySite(session, scope, kind, inherited, _block), body, _facts, null);
        Absorb(bound, null);
        _otherBodies.Add(bound);
        return bound;
    }

    /// <summary>Notes what the statements of a body inside depend on, so that this statement depends on it as well.</summary>
    private void Absorb(BoundBody body, BoundBody? same)
    {
        if (ReferenceEquals(body, same))
        {
            return;
        }

        foreach (var statement in body.Statements)
        {
            _isVolatile |= statement.IsVolatile;
            foreach (var callable in statement.Callables)
            {
                if (_absorbed.Add((callable.Name, null)))
                {
                    _callables.Add(callable);
                }
            }

            foreach (var input in statement.Inputs)
            {
                if (input.IsGlobal && _absorbed.Add((input.Name, _session)))
                {
                    _inputs.Add(input);
                }
            }

            foreach (var instance in statement.Instances)
            {
                if (_absorbed.Add((string.Empty, instance.Key)))
                {
                    _instances.Add(instance);
                }
            }
        }
    }

    /// <summary>What is known of a value that is one of two.</summary>
    private static Value Merge(Value? left, Value right) =>
        left is null ? right
        : Forget(left).Equals(Forget(right)) ? Forget(left)
        : left is TensorValue && right is TensorValue ? new TensorValue(null, TensorReference.None)
        : UnknownValue.Instance;

    /// <summary>The same value, computed nowhere.</summary>
    private static Value Forget(Value value)
    {
        var next = 0;
        return value.LeafCount == 0 ? value : value.Redirect(ref next, static _ => TensorReference.None);
    }

    /// <summary>What a branch sees: the statement that holds it.</summary>
    private class BranchScope(StatementBinder binder) : IOuterScope
    {
        public virtual IEnumerable<string> Names => binder._scope!.Names;

        protected StatementBinder Binder => binder;

        public virtual OuterName Find(string name)
        {
            var value = binder.Read(name, out var kind);
            return new OuterName(value, kind is NameKind.Bound ? NameKind.Carried : kind);
        }

        /// <summary>Where the tensors that a body captured come from.</summary>
        public ImmutableArray<PieceOperand> SourcesOf(BoundBody body)
        {
            var sources = ImmutableArray.CreateBuilder<PieceOperand>();
            foreach (var capture in body.Captures)
            {
                AddSources(capture.Name, sources);
            }

            return sources.ToImmutable();
        }

        protected virtual void AddSources(string name, ImmutableArray<PieceOperand>.Builder sources)
        {
            if (binder.Read(name, out _) is { LeafCount: > 0 } value)
            {
                AddLeaves(value, sources);
            }
        }

        protected static void AddLeaves(Value value, ImmutableArray<PieceOperand>.Builder sources)
        {
            var leaves = new List<TensorReference>();
            value.CollectLeaves(leaves);
            foreach (var leaf in leaves)
            {
                sources.Add(new PieceOperand(leaf, null));
            }
        }
    }

    /// <summary>What an iteration sees: the index, what earlier iterations carried, the statement that holds it.</summary>
    private sealed class IterationScope(StatementBinder binder, string? index) : BranchScope(binder)
    {
        private readonly Dictionary<string, (Value Value, ImmutableArray<PieceOperand> Sources)> _carried = new(StringComparer.Ordinal);
        private Value _index = UnknownValue.Instance;

        public override IEnumerable<string> Names => index is null ? base.Names : base.Names.Append(index);

        /// <summary>The names carried so far, in order of first binding.</summary>
        public IEnumerable<KeyValuePair<string, (Value Value, ImmutableArray<PieceOperand> Sources)>> Carried => _carried;

        public void Begin(int iteration, Value value)
        {
            _ = iteration;
            _index = value;
        }

        public void End(BoundBody body, int iteration)
        {
            foreach (var name in body.Names)
            {
                if (!_carried.ContainsKey(name.Name) && base.Find(name.Name).Kind is NameKind.Missing or NameKind.Constant or NameKind.Hidden)
                {
                    continue;
                }

                var leaves = name.Value.LeafCount;
                var sources = ImmutableArray.CreateBuilder<PieceOperand>(leaves);
                for (var i = 0; i < leaves; i++)
                {
                    sources.Add(new PieceOperand(new TensorReference(ReferenceKind.Iteration, iteration, name.FirstLeaf + i), null));
                }

                _carried[name.Name] = (name.Value, sources.MoveToImmutable());
            }
        }

        public override OuterName Find(string name) =>
            name == index ? new OuterName(_index, NameKind.Index)
            : _carried.TryGetValue(name, out var carried) ? new OuterName(carried.Value, NameKind.Carried)
            : base.Find(name);

        protected override void AddSources(string name, ImmutableArray<PieceOperand>.Builder sources)
        {
            if (name == index)
            {
                AddLeaves(_index, sources);
            }
            else if (_carried.TryGetValue(name, out var carried))
            {
                sources.AddRange(carried.Sources);
            }
            else
            {
                base.AddSources(name, sources);
            }
        }
    }
}
