using System.Collections.Immutable;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

internal sealed partial class StatementBinder
{
    private void BindIf(IfSyntax syntax)
    {
        var clauses = syntax.Clauses.ToList();
        var chosen = -1;
        var isOpen = false;
        for (var i = 0; i < clauses.Count; i++)
        {
            var truth = clauses[i].Condition is { } condition ? Condition(condition) : true;
            isOpen |= truth is null && chosen < 0;
            if (truth == true && chosen < 0)
            {
                chosen = i;
            }
        }

        var everywhere = BoundIn(syntax);
        if (isOpen)
        {
            BindOpenIf(clauses, everywhere);
        }
        else
        {
            for (var i = 0; i < clauses.Count; i++)
            {
                if (i == chosen)
                {
                    BindBranch(clauses[i], everywhere);
                }
                else if (_session.IsGeneric || _block is null or { IsNetwork: true })
                {
                    BindOther(clauses[i].Body.Green, new BranchScope(this), BodyKind.Branch, _inherited);
                }
            }
        }

        _hidden = [.. clauses.SelectMany(clause => TargetsOf(clause.Body)).Where(name => !everywhere.Contains(name)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The truth of a condition; null, told outside of blocks without callers, where it is not decided.</summary>
    private bool? Condition(ExpressionSyntax condition)
    {
        var value = Evaluate(condition);
        switch (value)
        {
            case BoolValue { Truth: { } truth }:
                return truth;
            case BoolValue when !IsGeneric:
                Report(Codes.SymbolicCondition.At(SyntaxLocation.Of(condition), SymbolsIn(condition)));
                return null;
            case BoolValue or UnknownValue:
                return null;
            case TensorValue:
                Report(Codes.SymbolicCondition.At(SyntaxLocation.Of(condition), "a tensor"));
                return null;
            default:
                Report(Codes.WrongType.At(SyntaxLocation.Of(condition), $"'if' needs a condition, not {value.Kind}.", "Compare it with something."));
                return null;
        }
    }

    private string SymbolsIn(ExpressionSyntax condition)
    {
        var symbols = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in condition.DescendantsAndSelf().OfType<NameSyntax>())
        {
            if (Read(name.Name.ValueText, out _) is IntValue value)
            {
                symbols.UnionWith(value.Number.Symbols);
            }
        }

        return symbols.Count == 0 ? "a symbolic dimension" : string.Join(", ", symbols);
    }

    private void BindBranch(IfClauseSyntax clause, HashSet<string> everywhere)
    {
        if (!EnterLevel(clause.Body.OpenBrace))
        {
            return;
        }

        var scope = new BranchScope(this);
        var old = _old?.Pieces is [BranchPiece branch] ? branch.Body : null;
        var bound = BodyBinder.Bind(new BodySite(_session, scope, BodyKind.Branch, _inherited, _block), clause.Body.Green, _facts, old);
        _session.Depth--;
        Absorb(bound, null);
        _facts = bound.Facts;
        var results = ImmutableArray.CreateBuilder<PieceOperand>();
        var index = _pieces.Count;
        foreach (var name in bound.Names)
        {
            if (!everywhere.Contains(name.Name) && _scope!.KindOf(name.Name) is NameKind.Missing or NameKind.Constant or NameKind.Hidden)
            {
                continue;
            }

            var first = results.Count;
            var leaves = name.Value.LeafCount;
            for (var i = 0; i < leaves; i++)
            {
                results.Add(new PieceOperand(new TensorReference(ReferenceKind.Iteration, 0, name.FirstLeaf + i), null));
            }

            var next = 0;
            _outputs.Add(new BoundName(name.Name, name.Value.Redirect(ref next, i => new TensorReference(ReferenceKind.Piece, index, first + i)), default));
        }

        _pieces.Add(new BranchPiece
        {
            Word = "if",
            Group = "if",
            Span = SyntaxLocation.Of(clause).Span,
            Body = bound,
            Captures = scope.SourcesOf(bound),
            Results = results.ToImmutable(),
        });
    }

    private void BindOpenIf(List<IfClauseSyntax> clauses, HashSet<string> everywhere)
    {
        var merged = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var clause in clauses)
        {
            var bound = BindOther(clause.Body.Green, new BranchScope(this), BodyKind.Branch, _inherited);
            foreach (var name in bound.Names)
            {
                merged[name.Name] = merged.TryGetValue(name.Name, out var other) ? Merge(other, name.Value) : Forget(name.Value);
            }
        }

        foreach (var (name, value) in merged)
        {
            var kind = _scope!.KindOf(name);
            if (kind is NameKind.Missing or NameKind.Constant or NameKind.Hidden)
            {
                if (everywhere.Contains(name))
                {
                    _outputs.Add(new BoundName(name, value, default));
                }
            }
            else
            {
                _outputs.Add(new BoundName(name, everywhere.Contains(name) ? value : Merge(Read(name, out _), value), default));
            }
        }
    }

    /// <summary>The names that every branch binds; none without an <c>else</c>.</summary>
    private static HashSet<string> BoundIn(IfSyntax syntax)
    {
        HashSet<string>? common = null;
        var hasElse = false;
        foreach (var clause in syntax.Clauses)
        {
            hasElse |= clause.IsElse;
            var names = TargetsOf(clause.Body).ToHashSet(StringComparer.Ordinal);
            if (common is null)
            {
                common = names;
            }
            else
            {
                common.IntersectWith(names);
            }
        }

        return hasElse && common is not null ? common : [];
    }

    private static IEnumerable<string> TargetsOf(BodySyntax body)
    {
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case BindingSyntax binding:
                    foreach (var target in binding.Targets)
                    {
                        if (target.ValueText != "_")
                        {
                            yield return target.ValueText;
                        }
                    }

                    break;
                case IfSyntax inner:
                    foreach (var name in BoundIn(inner))
                    {
                        yield return name;
                    }

                    break;
            }
        }
    }
}
