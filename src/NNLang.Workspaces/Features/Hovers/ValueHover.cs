using System.Collections.Immutable;
using System.Text;
using NNLang.Syntax;
using NNLang.Workspaces.Features.Names;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>A value, parameter, dimension or constant: what it is, where it comes from and who reads it. Pure.</summary>
internal static class ValueHover
{
    private const int MostLines = 6;

    public static string? Describe(Document document, WorkspaceSettings settings, SyntaxNode node, SyntaxToken token)
    {
        var names = NameTable.Of(document.Tree.Root);
        var symbol = names.SymbolAt(token.Span);
        if (symbol is null)
        {
            return Operators.OperatorCatalogue.Find(token.ValueText) is { } op ? OperatorHover.Describe(op) : null;
        }

        return symbol.Kind switch
        {
            NameKind.Dimension => Dimension(document, node, symbol),
            NameKind.Block or NameKind.Network => DeclarationHover.Find(document, symbol.Name) is { } declaration
                ? DeclarationHover.Callable(declaration)
                : null,
            NameKind.Device => DeclarationHover.Device(document, symbol.Name),
            _ => Value(document, node, token, symbol),
        };
    }

    private static string Value(Document document, SyntaxNode node, SyntaxToken token, NameSymbol symbol)
    {
        var text = new StringBuilder("```nnlang\n").Append(SyntaxFacts.WriteName(symbol.Name));
        if (TypesOf(document, node, token, symbol) is { Length: > 0 } types)
        {
            text.Append(": ").Append(types);
        }

        text.Append("\n```\n");
        var definition = symbol.DefinitionOf(token.Span);
        var line = document.Text.LineOf(definition.Start) + 1;
        var readers = symbol.Occurrences.Where(occurrence => !occurrence.IsDefinition)
            .Select(occurrence => document.Text.LineOf(occurrence.Span.Start) + 1).Distinct().ToList();
        text.Append(symbol.Kind switch
        {
            NameKind.Parameter => "parameter",
            NameKind.Constant => "constant",
            NameKind.Index => "index of a repeat",
            _ => "defined",
        }).Append(" on line ").Append(Figures.Count(line));
        if (Maker(document, definition) is { } maker)
        {
            text.Append(" by ").Append(maker);
        }

        if (readers.Count > 0)
        {
            text.Append(", read on line").Append(readers.Count > 1 ? "s " : " ").AppendJoin(", ", readers.Take(MostLines).Select(reader => Figures.Count(reader)));
            text.Append(readers.Count > MostLines ? ", …" : "");
        }

        AppendLife(text, document, definition);
        return text.ToString();
    }

    // How many bytes it has, in which memory they lie, and from when to when: of the last schedule.
    private static void AppendLife(StringBuilder text, Document document, Syntax.Text.TextSpan definition)
    {
        if (document.Tree.Root.FindToken(definition.Start).Parent is ParameterSyntax { Parent.Parent: NetworkDeclarationSyntax network } parameter)
        {
            var input = document.Compilation.GetNetwork(network.Name.ValueText)?.Inputs.FirstOrDefault(known => known.Name == parameter.Name.ValueText);
            if (input is not null && Types.Bytes(input.Type) is { } size)
            {
                text.Append("\n\n").Append(Figures.Bytes(size)).Append(" · input, in hbm before the program starts");
            }

            return;
        }

        if (StatementSite.At(document, definition.Start) is not { Statement: BindingSyntax { Targets: var targets } } site || targets.Count() != 1)
        {
            return;
        }

        foreach (var schedule in document.Schedules.Values)
        {
            var direct = schedule.LayersOf(site.Statement.Green).Where(layer => ReferenceEquals(schedule.Network.Layers[layer].Anchor.Statement, site.Statement.Green)).ToList();
            if (schedule.Schedule is null || direct.Count == 0 || direct.Select(layer => schedule.Network.Layers[layer].Anchor.Span).Distinct().Count() != direct.Count)
            {
                continue;
            }

            var layer = direct[^1];
            if (Types.Bytes(schedule.Network.Layers[layer].Operation.ResultTypes[0]) is not { } bytes)
            {
                return;
            }

            text.Append("\n\n").Append(Figures.Bytes(bytes));
            if (schedule.Facts.FusedInto(layer) is >= 0 and var last)
            {
                text.Append(" · fused into `").Append(schedule.Network.Layers[last].Path).Append("`: never in memory");
            }
            else if (schedule.Facts.LifeOf(layer) is { } life)
            {
                text.Append(" · in ").Append(life.Memory).Append(life.Bytes > bytes ? $", where it takes {Figures.Bytes(life.Bytes)}" : "")
                    .Append(", live ").Append(Figures.Microseconds(life.From).Replace(" µs", "", StringComparison.Ordinal))
                    .Append(" → ").Append(Figures.Microseconds(life.Until));
            }

            return;
        }
    }

    private static string? Maker(Document document, Syntax.Text.TextSpan definition)
    {
        for (SyntaxNode? at = document.Tree.Root.FindToken(definition.Start).Parent; at is not null; at = at.Parent)
        {
            if (at is BindingSyntax binding)
            {
                return binding.Value switch
                {
                    CallSyntax { Callee: NameSyntax callee } => callee.Name.ValueText,
                    PipelineSyntax pipeline when pipeline.Stages.LastOrDefault() is { } stage => stage.Callee.Name.ValueText,
                    _ => null,
                };
            }
        }

        return null;
    }

    private static string TypesOf(Document document, SyntaxNode node, SyntaxToken token, NameSymbol symbol)
    {
        var none = ImmutableSortedDictionary<string, long>.Empty;
        if (symbol.Kind == NameKind.Constant)
        {
            return document.Compilation.ConstantValue(symbol.Name) is { } constant ? Types.Describe(constant, none) : "";
        }

        if (StatementSite.Of(document.Compilation, node) is { Bindings.IsEmpty: false } site)
        {
            var binding = document.Compilation.BindingOf(site.Declaration.Name.ValueText);
            var at = token.Span.Start - site.Statement.Position;
            foreach (var name in site.Bindings[0].Names)
            {
                if (name.Span.Start == at)
                {
                    return Types.Describe(name.Value, binding);
                }
            }

            return site.Bindings[0].ValueAt(at) is { } value ? Types.Describe(value, binding) : "";
        }

        for (SyntaxNode? at = node; at is not null; at = at.Parent)
        {
            if (at is ParameterSyntax { Type: { } type })
            {
                return type.ToString();
            }
        }

        return "";
    }

    private static string? Dimension(Document document, SyntaxNode node, NameSymbol symbol)
    {
        for (SyntaxNode? at = node; at is not null; at = at.Parent)
        {
            if (at is NetworkDeclarationSyntax network)
            {
                var name = network.Name.ValueText;
                var value = document.Compilation.DimensionsOf(name).FirstOrDefault(dimension => dimension.Key == symbol.Name).Value;
                var default_ = symbol.Occurrences.FirstOrDefault(occurrence =>
                    document.Tree.Root.FindToken(occurrence.Span.Start).Parent is DimEntrySyntax);
                var source = default_.Span.Length > 0 ? $" by 'dim {symbol.Name} = {value}' (line {Figures.Count(document.Text.LineOf(default_.Span.Start) + 1)})" : "";
                return $"`{symbol.Name}`: dimension of network `{name}`, {(value is { } number ? Figures.Count(number) + source : "without a value: needs `dim " + symbol.Name + " = 1`")}";
            }

            if (at is BlockDeclarationSyntax block)
            {
                var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
                foreach (var instance in document.Compilation.InstancesOf(block.Name.ValueText))
                {
                    foreach (var (argument, value) in instance.Arguments)
                    {
                        if (argument == symbol.Name)
                        {
                            var text = Types.Describe(value, ImmutableSortedDictionary<string, long>.Empty);
                            counts[text] = counts.GetValueOrDefault(text) + 1;
                        }
                    }
                }

                return $"`{symbol.Name}`: dimension of block `{block.Name.ValueText}`"
                    + (counts.Count == 0 ? "" : ", " + string.Join(", ", counts.Select(pair => $"{pair.Key} in {Figures.Plural(pair.Value, "kind of instance")}")));
            }
        }

        return null;
    }
}
