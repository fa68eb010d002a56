using System.Collections.Immutable;
using NNLang.Operators;
using NNLang.Operators.Model;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Tensors;
using NNLang.Workspaces.Features.Hovers;
using NNLang.Workspaces.Features.Names;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Completion;

/// <summary>What may stand at a place. Pure; O(tree) for the names.</summary>
public static class CompletionFeature
{
    private static readonly ImmutableArray<CompletionEntry> FileKeywords =
    [
        Keyword("network", "network ${1:name}(${2:x}: f32[${3:N, 3, 224, 224}]) {\n  $0\n}"),
        Keyword("block", "block ${1:name}(${2:x}) {\n  $0\n}"),
        Keyword("device", "device ${1:name} = neuron_core_v2 with {\n  $0\n}"),
        Keyword("weights", "weights seeded(${1:0})"),
    ];

    private static readonly ImmutableArray<CompletionEntry> StatementKeywords =
    [
        Keyword("return", "return $0"),
        Keyword("repeat", "repeat ${1:2} as ${2:i} {\n  $0\n}"),
        Keyword("if", "if ${1:condition} {\n  $0\n}"),
        Keyword("assert", "assert ${1:condition}, \"${2:why}\""),
        Keyword("dim", "dim ${1:N} = ${2:1}"),
    ];

    /// <summary>The proposals for a place, and the span of the word that they replace.</summary>
    public static (TextSpan Replaced, ImmutableArray<CompletionEntry> Entries) Compute(Document document, WorkspaceSettings settings, int position)
    {
        if (WeightCompletion.Compute(document, position) is { } keys)
        {
            return keys;
        }

        var text = document.Text;
        var start = position;
        while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
        {
            start--;
        }

        var entries = new List<CompletionEntry>();
        var site = new CompletionSite(document, start);
        if (!site.IsInComment)
        {
            Collect(document, settings, site, entries);
        }

        return (TextSpan.FromBounds(start, position), [.. entries.DistinctBy(entry => (entry.Label, entry.Kind))]);
    }

    private static void Collect(Document document, WorkspaceSettings settings, CompletionSite site, List<CompletionEntry> entries)
    {
        if (site.Before == '@')
        {
            entries.AddRange(AnnotationTable.All.Select(annotation => new CompletionEntry(annotation.Name, CompletionKind.Annotation)
            {
                Snippet = annotation.Snippet,
                Documentation = annotation.Summary,
            }));
            return;
        }

        if (site.Before == '.')
        {
            entries.AddRange(new[] { "shape", "rank", "type" }.Select(part => new CompletionEntry(part, CompletionKind.Attribute)));
            return;
        }

        if (site.Annotation is { } annotation)
        {
            AnnotationArguments(document, settings, site, annotation, entries);
            return;
        }

        if (site.IsAfterPipe)
        {
            Callables(document, entries, isStage: true);
            return;
        }

        if (site.Declaration is null)
        {
            if (site.IsAtLineStart)
            {
                entries.AddRange(FileKeywords);
            }

            entries.AddRange(document.Compilation.DeviceNames.Select(device => new CompletionEntry(device, CompletionKind.Device) { Rank = 1 }));
            return;
        }

        if (site.IsInType)
        {
            Types_(entries);
            Names(document, site, entries, dimensionsOnly: true);
            return;
        }

        if (site.Arguments is { } arguments && Calls.NameOf(arguments) is { } callee)
        {
            if (site.Label is { } label)
            {
                Words(callee, label, entries);
            }
            else
            {
                Labels(document, callee, arguments, entries);
            }
        }
        else if (site.IsAtLineStart)
        {
            entries.AddRange(StatementKeywords.Where(keyword => keyword.Label != "dim" || site.Declaration is NetworkDeclarationSyntax));
        }

        if (!site.IsAtLineStart)
        {
            Names(document, site, entries, dimensionsOnly: false);
            Callables(document, entries, isStage: false);
        }
    }

    private static CompletionEntry Keyword(string word, string snippet) => new(word, CompletionKind.Keyword) { Snippet = snippet, Rank = 3 };

    private static void AnnotationArguments(
        Document document, WorkspaceSettings settings, CompletionSite site, AnnotationSyntax annotation, List<CompletionEntry> entries)
    {
        switch (annotation.Label.ValueText)
        {
            case "engine":
                entries.AddRange(EngineCompletion.Compute(document, settings, site.Declaration?.Name.ValueText ?? "", annotation));
                break;
            case "device":
                entries.AddRange(document.Compilation.DeviceNames.Select(name => new CompletionEntry(name, CompletionKind.Device)));
                break;
            case "precision":
                entries.AddRange(new[] { "f32", "bf16", "f16" }.Select(word => new CompletionEntry(word, CompletionKind.Word)));
                break;
            case "layout":
                entries.AddRange(new[] { "nchw", "nhwc" }.Select(word => new CompletionEntry(word, CompletionKind.Word)));
                break;
            case "before" or "after":
                Names(document, site, entries, dimensionsOnly: false);
                break;
        }
    }

    private static void Words(string callee, string label, List<CompletionEntry> entries)
    {
        if (OperatorCatalogue.Find(callee)?.Attributes.FirstOrDefault(candidate => candidate.Name == label) is not { } attribute)
        {
            return;
        }

        var words = attribute.Kind switch
        {
            AttributeKind.Boolean => ["true", "false"],
            AttributeKind.Type => ElementTypes.All.Select(ElementTypes.Name),
            _ => attribute.Words.AsEnumerable(),
        };
        entries.AddRange(words.Select(word => new CompletionEntry(word, CompletionKind.Word) { Documentation = attribute.Summary }));
    }

    private static void Labels(Document document, string callee, ArgumentListSyntax arguments, List<CompletionEntry> entries)
    {
        var given = arguments.Arguments.Where(argument => !argument.Separator.IsMissing).Select(argument => argument.Label.ValueText).ToHashSet(StringComparer.Ordinal);
        if (DeclarationHover.Find(document, callee) is { } block)
        {
            foreach (var parameter in block.Parameters.Parameters)
            {
                if (!given.Contains(parameter.Name.ValueText))
                {
                    entries.Add(Label(parameter.Name.ValueText, parameter.Type?.ToString() ?? "", parameter.Documentation ?? ""));
                }
            }

            return;
        }

        foreach (var attribute in OperatorCatalogue.Find(callee)?.Attributes ?? [])
        {
            if (!given.Contains(attribute.Name))
            {
                entries.Add(Label(attribute.Name, Types.KindOf(attribute), attribute.Summary));
            }
        }
    }

    private static CompletionEntry Label(string name, string kind, string words) =>
        new(name, CompletionKind.Attribute) { Detail = ": " + kind, Snippet = name + ": $0", Documentation = words };

    private static void Types_(List<CompletionEntry> entries) =>
        entries.AddRange(ElementTypes.All.Select(type => new CompletionEntry(ElementTypes.Name(type), CompletionKind.Word)));

    private static void Names(Document document, CompletionSite site, List<CompletionEntry> entries, bool dimensionsOnly)
    {
        var binding = document.Compilation.BindingOf(site.Declaration?.Name.ValueText ?? "");
        foreach (var symbol in NameTable.Of(document.Tree.Root).Symbols)
        {
            var kind = symbol.Kind switch
            {
                NameKind.Value or NameKind.Parameter or NameKind.Index when !dimensionsOnly => CompletionKind.Value,
                NameKind.Dimension => CompletionKind.Dimension,
                NameKind.Constant when !dimensionsOnly => CompletionKind.Constant,
                _ => (CompletionKind?)null,
            };
            var isVisible = symbol.Scope.Start <= site.Start && site.Start <= symbol.Scope.End
                && (symbol.Kind is NameKind.Constant or NameKind.Dimension || symbol.Occurrences[0].Span.End < site.Start)
                && !symbol.Occurrences.Any(occurrence => occurrence.IsDefinition && document.Text.LineOf(occurrence.Span.Start) == site.Line && symbol.Occurrences[0] == occurrence
                    && symbol.Kind == NameKind.Value);
            if (kind is { } shown && isVisible && symbol.Name.Length > 0)
            {
                entries.Add(new CompletionEntry(SyntaxFacts.WriteName(symbol.Name), shown)
                {
                    Description = symbol.Kind == NameKind.Dimension && binding is not null && binding.TryGetValue(symbol.Name, out var value) ? Figures.Count(value) : "",
                    Rank = 1,
                });
            }
        }
    }

    private static void Callables(Document document, List<CompletionEntry> entries, bool isStage)
    {
        foreach (var member in document.Tree.Root.Members)
        {
            if (member is BlockDeclarationSyntax { Name.IsMissing: false } block)
            {
                var tensors = block.Parameters.Parameters.Where(parameter => parameter.Default is null).Skip(isStage ? 1 : 0).ToList();
                entries.Add(new CompletionEntry(block.Name.Text, CompletionKind.Block)
                {
                    Detail = "(" + string.Join(", ", block.Parameters.Parameters.Select(parameter => parameter.Name.Text)) + ")",
                    Description = "block",
                    Snippet = block.Name.Text + "(" + string.Join(", ", tensors.Select((_, i) => "$" + (i + 1))) + ")",
                    Documentation = DeclarationHover.Callable(block),
                    Rank = 2,
                });
            }
        }

        foreach (var op in OperatorCatalogue.All)
        {
            entries.Add(new CompletionEntry(op.Name, CompletionKind.Operator)
            {
                Detail = "(" + string.Join(", ", op.Operands.Select(operand => operand.Name).Concat(op.Attributes.Where(attribute => attribute.Default is null).Select(attribute => attribute.Name)))
                    + (op.Attributes.Any(attribute => attribute.Default is not null) ? ", …)" : ")"),
                Description = "operator",
                Snippet = Snippet(op, isStage),
                Documentation = OperatorHover.Describe(op),
                Rank = 2,
            });
        }
    }

    private static string Snippet(Operator op, bool isStage)
    {
        var parts = new List<string>();
        var stop = 0;
        foreach (var operand in op.Operands.Where(operand => !operand.Optional).Skip(isStage ? 1 : 0))
        {
            parts.Add(operand.Variadic ? $"[${++stop}]" : $"${++stop}");
        }

        foreach (var attribute in op.Attributes.Where(attribute => attribute.Default is null))
        {
            parts.Add($"{attribute.Name}: ${++stop}");
        }

        return isStage && parts.Count == 0 ? op.Name : $"{op.Name}({string.Join(", ", parts)})";
    }
}
