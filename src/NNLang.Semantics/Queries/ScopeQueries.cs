using System.Collections.Immutable;
using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Semantics.Binding;
using NNLang.Tensors;

namespace NNLang.Semantics.Queries;

/// <summary>A name that may be written at a place.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">Its signature or kind, in a few words; may be empty.</param>
/// <param name="Documentation">Markdown; null if there is none.</param>
public sealed record ScopeName(string Name, SymbolKind Kind, string Detail, string? Documentation);

/// <summary>The parameters of something callable.</summary>
/// <param name="Name">The operator or block.</param>
/// <param name="Parameters">Operands first, then attributes, slots, or all parameters of a block, in order.</param>
/// <param name="Documentation">Markdown; null if there is none.</param>
public sealed record CallSignature(string Name, ImmutableArray<CallParameter> Parameters, string? Documentation)
{
    /// <summary>The signature in one line: <c>conv2d(x, filters, kernel, stride: [1, 1], ..)</c>.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Parameters.Select(parameter => parameter.Text))})";
}

/// <summary>One parameter of something callable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">How the signature shows it.</param>
/// <param name="IsOperand">Whether it is a tensor given by position.</param>
/// <param name="Documentation">A sentence, or null.</param>
/// <param name="Words">Words it takes, if it is an enumeration.</param>
public sealed record CallParameter(string Name, string Text, bool IsOperand, string? Documentation, ImmutableArray<string> Words);

/// <summary>What completion and signature help ask. Pure functions of a snapshot; thread-safe.</summary>
public static class ScopeQueries
{
    /// <summary>The names of annotations.</summary>
    public static ImmutableArray<string> AnnotationNames => [.. StatementBinder.AnnotationNames.Order(StringComparer.Ordinal)];

    /// <summary>The values that can be read at a position: bound before it, indices, parameters, dimensions, constants, element types.</summary>
    public static ImmutableArray<ScopeName> ValuesAt(Compilation compilation, int position)
    {
        var names = new OrderedDictionary<string, ScopeName>(StringComparer.Ordinal);
        var token = compilation.Tree.Root.FindToken(position);
        var callable = token.Parent is null ? null : NameWalker.CallableOf(token.Parent);
        if (callable is not null && position >= callable.Body.Position)
        {
            AddBound(callable.Body, position, names);
            foreach (var parameter in callable.Parameters.Parameters)
            {
                var type = parameter.Type?.ToString() ?? ParameterSymbol.Of(parameter).KindText;
                names.TryAdd(parameter.Name.ValueText, new ScopeName(parameter.Name.ValueText, SymbolKind.Parameter, type, parameter.Documentation));
                foreach (var dimension in parameter.Type?.Dimensions.OrNone() ?? [])
                {
                    if (dimension.Value is NameSyntax name)
                    {
                        names.TryAdd(name.Name.ValueText, new ScopeName(name.Name.ValueText, SymbolKind.Dimension, "dimension", null));
                    }
                }
            }
        }

        foreach (var constant in compilation.State.File.Constants.Values)
        {
            var name = constant.Targets.First().ValueText;
            names.TryAdd(name, new ScopeName(name, SymbolKind.Constant, "constant", constant.Documentation));
        }

        foreach (var type in ElementTypes.All.Select(ElementTypes.Name))
        {
            names.TryAdd(type, new ScopeName(type, SymbolKind.Type, "element type", null));
        }

        names.Remove("_");
        names.Remove(string.Empty);
        return [.. names.Values];
    }

    /// <summary>What may be called: stage parameters of the block around, blocks and networks of the file, operators, functions.</summary>
    public static ImmutableArray<ScopeName> CallablesAt(Compilation compilation, int position)
    {
        var names = new OrderedDictionary<string, ScopeName>(StringComparer.Ordinal);
        var token = compilation.Tree.Root.FindToken(position);
        if (token.Parent is not null && NameWalker.CallableOf(token.Parent) is { } callable)
        {
            foreach (var parameter in callable.Parameters.Parameters)
            {
                if (ParameterSymbol.Of(parameter) is { Kind: ParameterKind.Stage, IsList: false })
                {
                    names.TryAdd(parameter.Name.ValueText, new ScopeName(parameter.Name.ValueText, SymbolKind.Parameter, "stage", parameter.Documentation));
                }
            }
        }

        foreach (var block in compilation.State.File.Scope.Blocks)
        {
            names.TryAdd(block.Name, new ScopeName(
                block.Name, block.IsNetwork ? SymbolKind.Network : SymbolKind.Block, SignatureOf(compilation, block.Name)!.ToString(), DocumentationOf(block)));
        }

        foreach (var op in OperatorCatalogue.All)
        {
            names.TryAdd(op.Name, new ScopeName(op.Name, SymbolKind.Operator, SignatureOf(op).ToString(), op.Summary));
        }

        names.TryAdd(FileScope.WeightSource, new ScopeName(FileScope.WeightSource, SymbolKind.Operator, "weight(type, key)", "A tensor that is itself one weight."));
        foreach (var function in FileScope.Functions.Order(StringComparer.Ordinal))
        {
            names.TryAdd(function, new ScopeName(function, SymbolKind.Function, "compile-time function", null));
        }

        return [.. names.Values];
    }

    /// <summary>The signature of an operator, block or network; null if there is none of that name.</summary>
    public static CallSignature? SignatureOf(Compilation compilation, string name)
    {
        if (compilation.State.File.Scope.FindBlock(name) is { } block)
        {
            return new CallSignature(
                name,
                [.. block.ParameterSymbols.Select(parameter => new CallParameter(
                    parameter.Name, parameter.Syntax.ToString(), parameter.IsTensor, parameter.Syntax.Documentation, []))],
                DocumentationOf(block));
        }

        return OperatorCatalogue.Find(name) is { } op ? SignatureOf(op) : null;
    }

    /// <summary>
    /// The call around a position and the number of the argument there, from 0; null outside of calls. For a stage the piped operand counts.
    /// </summary>
    public static (CallSignature Signature, int Argument, string? Label)? CallAt(Compilation compilation, int position)
    {
        for (var node = compilation.Tree.Root.FindToken(Math.Max(0, position - 1)).Parent; node is not null and not StatementSyntax; node = node.Parent)
        {
            if (node is not ArgumentListSyntax list || position <= list.OpenParen.Span.Start || (!list.CloseParen.IsMissing && position > list.CloseParen.Span.Start))
            {
                continue;
            }

            var (name, piped) = list.Parent switch
            {
                CallSyntax { Callee: NameSyntax callee } => (callee.Name.ValueText, 0),
                StageSyntax stage => (stage.Callee.Name.ValueText, 1),
                _ => (null, 0),
            };
            if (name is null || SignatureOf(compilation, name) is not { } signature)
            {
                continue;
            }

            var index = piped;
            string? label = null;
            foreach (var argument in list.Arguments)
            {
                label = argument.Label.IsMissing ? null : argument.Label.ValueText;
                if (argument.FullSpan.End >= position)
                {
                    break;
                }

                index++;
                label = null;
            }

            if (label is not null)
            {
                for (var i = 0; i < signature.Parameters.Length; i++)
                {
                    index = signature.Parameters[i].Name == label ? i : index;
                }
            }

            return (signature, index, label);
        }

        return null;
    }

    private static CallSignature SignatureOf(Operator op)
    {
        var parameters = ImmutableArray.CreateBuilder<CallParameter>();
        foreach (var operand in op.Operands)
        {
            parameters.Add(new CallParameter(
                operand.Name, operand.Variadic ? $"[{operand.Name}, ..]" : operand.Optional ? $"{operand.Name}: none" : operand.Name, !operand.Optional, operand.Summary, []));
        }

        foreach (var attribute in op.Attributes)
        {
            parameters.Add(new CallParameter(
                attribute.Name, attribute.Default is null ? attribute.Name : attribute.Name + ": ..", false, attribute.Summary, attribute.Words));
        }

        return new CallSignature(op.Name, parameters.ToImmutable(), $"{op.Summary}\n\n```nnlang\n{op.Example}\n```");
    }

    private static string? DocumentationOf(BlockSymbol block) => SyntaxNode.Detached(block.Declaration).Documentation;

    private static void AddBound(BodySyntax body, int position, OrderedDictionary<string, ScopeName> names)
    {
        foreach (var statement in body.Statements)
        {
            if (statement.Position >= position)
            {
                return;
            }

            var holds = position <= statement.FullSpan.End;
            switch (statement)
            {
                case BindingSyntax binding when !holds || position > binding.Span.End:
                    foreach (var target in binding.Targets)
                    {
                        names.TryAdd(target.ValueText, new ScopeName(target.ValueText, SymbolKind.Value, string.Empty, statement.Documentation));
                    }

                    break;
                case RepeatSyntax repeat when holds:
                    if (!repeat.Index.IsMissing)
                    {
                        names.TryAdd(repeat.Index.ValueText, new ScopeName(repeat.Index.ValueText, SymbolKind.Index, "index", null));
                    }

                    AddBound(repeat.Body, position, names);
                    break;
                case IfSyntax choosing:
                    foreach (var clause in choosing.Clauses)
                    {
                        if (!holds || clause.FullSpan.Contains(position))
                        {
                            AddBound(clause.Body, position, names);
                        }
                    }

                    break;
            }
        }
    }
}
