using NNLang.Syntax.Generated;
using NNLang.Syntax.Green;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// Builds the green tree while the generated parser runs: tokens are pushed, and a rule that ends turns what it pushed into a node.
/// Operators and postfixes are folded around what stands before them, so that no tree of rules exists in between.
/// </summary>
internal sealed class GreenBuilder
{
    private GreenNode[] stack = new GreenNode[64];
    private int count;

    public int Count => count;

    /// <summary>True where a kept run came where its kind of list does not belong: the result must not be used.</summary>
    public bool RunMisplaced { get; set; }

    public GreenNode this[int index] => stack[index];

    public void Push(GreenNode node)
    {
        if (count == stack.Length)
        {
            Array.Resize(ref stack, count * 2);
        }

        stack[count++] = node;
    }

    /// <summary>A comma behind an item belongs to the item.</summary>
    public void PushSeparator(GreenToken comma, int start)
    {
        if (count > start + 1 && stack[count - 1] is GreenBranch item)
        {
            stack[count - 1] = item.Append(comma);
            return;
        }

        Push(comma);
    }

    /// <summary>Turns what a rule pushed since its start into a node, or leaves it to the rule around.</summary>
    public void Reduce(int rule, int start, int parentStart)
    {
        if (count == start || OnlySkipped(start))
        {
            return;
        }

        switch (rule)
        {
            case NNLangParser.RULE_member or NNLangParser.RULE_item or NNLangParser.RULE_statement
                or NNLangParser.RULE_operand or NNLangParser.RULE_name or NNLangParser.RULE_string
                or NNLangParser.RULE_number or NNLangParser.RULE_label:
                break;
            case NNLangParser.RULE_file:
                ReduceList(SyntaxKind.File, SyntaxKind.MemberList, start, braces: false);
                break;
            case NNLangParser.RULE_body:
                ReduceList(SyntaxKind.Body, SyntaxKind.StatementList, start, braces: true);
                break;
            case NNLangParser.RULE_items:
                ReduceList(SyntaxKind.Items, SyntaxKind.ItemList, start, braces: true);
                break;
            case NNLangParser.RULE_weightsMap:
                ReduceList(SyntaxKind.WeightsMap, SyntaxKind.FieldList, start, braces: true);
                break;
            case NNLangParser.RULE_weightsSource:
                ReduceWeightsSource(start);
                break;
            case NNLangParser.RULE_results:
                WrapBareResult(start);
                Fold(SyntaxKind.Results, start);
                break;
            case NNLangParser.RULE_evaluating:
                WrapName(start);
                ReducePipeline(start);
                Fold(SyntaxKind.Evaluating, start);
                break;
            case NNLangParser.RULE_expression:
                ReducePipeline(start);
                break;
            case NNLangParser.RULE_primary:
                ReducePrimary(start);
                break;
            case NNLangParser.RULE_postfix:
                ReducePostfix(start, parentStart);
                break;
            case NNLangParser.RULE_argument:
                Fold(SyntaxKind.Argument, start, HasToken(SyntaxKind.AssignToken, start) ? GreenFlags.Lexical : GreenFlags.None);
                break;
            default:
                Fold(KindOf(rule), start);
                break;
        }
    }

    /// <summary>Turns one level of the operator rule into a node.</summary>
    public void ReduceTerm(int start)
    {
        var first = start;
        while (first < count && stack[first].Kind == SyntaxKind.SkippedTokens)
        {
            first++;
        }

        if (first == count || (count - start == 1 && !stack[start].IsToken))
        {
            return;
        }

        if (stack[first].IsToken)
        {
            Fold(SyntaxKind.Unary, start);
            return;
        }

        // An operand with skipped tokens behind it, but no operator, is no operation.
        var at = first + 1;
        while (at < count && !stack[at].IsToken)
        {
            at++;
        }

        if (at == count)
        {
            return;
        }

        var chained = SyntaxFacts.IsComparison(stack[at].Kind)
            && stack[first] is GreenBranch { Kind: SyntaxKind.Binary } left
            && SyntaxFacts.IsComparison(OperatorOf(left));
        Fold(SyntaxKind.Binary, start, chained ? GreenFlags.Syntax : GreenFlags.None);
    }

    private static SyntaxKind OperatorOf(GreenBranch binary)
    {
        foreach (var child in binary.Children)
        {
            if (child.IsToken)
            {
                return child.Kind;
            }
        }

        return SyntaxKind.EndOfElement;
    }

    private static SyntaxKind KindOf(int rule) => rule switch
    {
        NNLangParser.RULE_importDeclaration => SyntaxKind.ImportDeclaration,
        NNLangParser.RULE_importedName => SyntaxKind.ImportedName,
        NNLangParser.RULE_weightsDeclaration => SyntaxKind.WeightsDeclaration,
        NNLangParser.RULE_blockDeclaration => SyntaxKind.BlockDeclaration,
        NNLangParser.RULE_networkDeclaration => SyntaxKind.NetworkDeclaration,
        NNLangParser.RULE_deviceDeclaration => SyntaxKind.DeviceDeclaration,
        NNLangParser.RULE_parameters => SyntaxKind.ParameterList,
        NNLangParser.RULE_parameter => SyntaxKind.Parameter,
        NNLangParser.RULE_result => SyntaxKind.Result,
        NNLangParser.RULE_type => SyntaxKind.Type,
        NNLangParser.RULE_dimensionList => SyntaxKind.DimensionList,
        NNLangParser.RULE_dimension => SyntaxKind.Dimension,
        NNLangParser.RULE_field => SyntaxKind.Field,
        NNLangParser.RULE_constant => SyntaxKind.Constant,
        NNLangParser.RULE_section => SyntaxKind.Section,
        NNLangParser.RULE_group => SyntaxKind.Group,
        NNLangParser.RULE_binding => SyntaxKind.Binding,
        NNLangParser.RULE_returning => SyntaxKind.Return,
        NNLangParser.RULE_returned => SyntaxKind.Returned,
        NNLangParser.RULE_repeating => SyntaxKind.Repeat,
        NNLangParser.RULE_choosing => SyntaxKind.If,
        NNLangParser.RULE_ifClause or NNLangParser.RULE_elseIfClause or NNLangParser.RULE_elseClause => SyntaxKind.IfClause,
        NNLangParser.RULE_asserting => SyntaxKind.Assert,
        NNLangParser.RULE_declaring => SyntaxKind.Dim,
        NNLangParser.RULE_dimEntry => SyntaxKind.DimEntry,
        NNLangParser.RULE_stage => SyntaxKind.Stage,
        NNLangParser.RULE_annotation => SyntaxKind.Annotation,
        NNLangParser.RULE_conditional => SyntaxKind.Conditional,
        NNLangParser.RULE_ifValue or NNLangParser.RULE_elseIfValue or NNLangParser.RULE_elseValue => SyntaxKind.ConditionalClause,
        NNLangParser.RULE_branch => SyntaxKind.Branch,
        NNLangParser.RULE_argumentList => SyntaxKind.ArgumentList,
        NNLangParser.RULE_subscript => SyntaxKind.Subscript,
        NNLangParser.RULE_qualifiedName => SyntaxKind.QualifiedName,
        _ => throw new InvalidOperationException($"Rule {rule} has no kind of node."),
    };

    private void Fold(SyntaxKind kind, int start, GreenFlags own = GreenFlags.None)
    {
        var node = new GreenBranch(kind, own, stack.AsSpan(start, count - start).ToArray());
        Truncate(start);
        Push(node);
    }

    private void Truncate(int to)
    {
        Array.Clear(stack, to, count - to);
        count = to;
    }

    private bool OnlySkipped(int start)
    {
        for (var i = start; i < count; i++)
        {
            if (stack[i].Kind != SyntaxKind.SkippedTokens)
            {
                return false;
            }
        }

        return true;
    }

    private bool HasToken(SyntaxKind kind, int start)
    {
        for (var i = start; i < count; i++)
        {
            if (stack[i].Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    private void ReduceList(SyntaxKind kind, SyntaxKind listKind, int start, bool braces)
    {
        var from = braces ? start + 1 : start;
        var to = stack[count - 1].IsToken && count - 1 >= from ? count - 1 : count;
        var list = BuildList(listKind, from, to);
        GreenNode? closer = to < count ? stack[to] : null;
        GreenNode? opener = braces ? stack[start] : null;
        Truncate(start);
        if (opener is not null)
        {
            Push(opener);
        }

        Push(list);
        if (closer is not null)
        {
            Push(closer);
        }

        Fold(kind, start);
    }

    private GreenList BuildList(SyntaxKind listKind, int from, int to)
    {
        GreenList? result = null;
        var begun = from;
        for (var i = from; i < to; i++)
        {
            if (stack[i] is not GreenList run)
            {
                continue;
            }

            RunMisplaced |= run.Kind != listKind;
            // One kept run a list is what the incremental parser makes; elements before it are spliced in front.
            var before = stack.AsSpan(begun, i - begun);
            result = result is null
                ? run.Splice(0, 0, before)
                : result.Splice(result.Count, 0, before).Splice(result.Count + before.Length, 0, [.. run.Elements()]);
            begun = i + 1;
        }

        var rest = stack.AsSpan(begun, to - begun);
        return result is null ? GreenList.Create(listKind, rest) : rest.Length == 0 ? result : result.Splice(result.Count, 0, rest);
    }

    private void ReduceWeightsSource(int start)
    {
        if (SyntaxFacts.IsString(stack[start].Kind))
        {
            stack[start] = new GreenBranch(SyntaxKind.String, stack[start]);
            return;
        }

        WrapName(start);
        if (count - start > 1)
        {
            Fold(SyntaxKind.Call, start);
        }
    }

    private void WrapName(int at)
    {
        if (stack[at].IsToken)
        {
            stack[at] = new GreenBranch(SyntaxKind.Name, stack[at]);
        }
    }

    private void WrapBareResult(int start)
    {
        for (var i = start; i < count; i++)
        {
            if (stack[i].Kind == SyntaxKind.Type)
            {
                stack[i] = new GreenBranch(SyntaxKind.Result, stack[i]);
            }
        }
    }

    /// <summary>A term with annotations or stages; the annotations behind a stage become its children.</summary>
    private void ReducePipeline(int start)
    {
        if (!HasToken(SyntaxKind.PipeToken, start) && !HasToken(SyntaxKind.Annotation, start))
        {
            return;
        }

        var write = start;
        for (var i = start; i < count; i++)
        {
            if (stack[i].Kind == SyntaxKind.Stage)
            {
                var end = i + 1;
                while (end < count && stack[end].Kind == SyntaxKind.Annotation)
                {
                    end++;
                }

                var stage = (GreenBranch)stack[i];
                stack[write++] = end == i + 1
                    ? stage
                    : new GreenBranch(SyntaxKind.Stage, [.. stage.Children, .. stack.AsSpan(i + 1, end - i - 1)]);
                i = end - 1;
            }
            else
            {
                stack[write++] = stack[i];
            }
        }

        Truncate(write);
        Fold(SyntaxKind.Pipeline, start);
    }

    private void ReducePrimary(int start)
    {
        var kind = stack[start].Kind switch
        {
            SyntaxKind.OpenParenToken => SyntaxKind.Parenthesized,
            SyntaxKind.OpenBracketToken => SyntaxKind.List,
            SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword or SyntaxKind.NoneKeyword => SyntaxKind.Literal,
            var other when SyntaxFacts.IsName(other) => SyntaxKind.Name,
            var other when SyntaxFacts.IsNumber(other) => SyntaxKind.Number,
            var other when SyntaxFacts.IsString(other) => SyntaxKind.String,
            _ => SyntaxKind.SkippedTokens,
        };
        if (kind != SyntaxKind.SkippedTokens)
        {
            Fold(kind, start);
        }
    }

    private void ReducePostfix(int start, int parentStart)
    {
        var kind = stack[start].Kind switch
        {
            SyntaxKind.ArgumentList => SyntaxKind.Call,
            SyntaxKind.OpenBracketToken => SyntaxKind.Index,
            SyntaxKind.DotToken => SyntaxKind.MemberAccess,
            _ => SyntaxKind.SkippedTokens,
        };
        if (kind == SyntaxKind.SkippedTokens || start - 1 < parentStart)
        {
            return;
        }

        WrapName(start - 1);
        Fold(kind, start - 1);
    }
}
