using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features;

/// <summary>What an outline entry is.</summary>
public enum OutlineKind : byte
{
    /// <summary>A network.</summary>
    Network,
    /// <summary>A block.</summary>
    Block,
    /// <summary>A device.</summary>
    Device,
    /// <summary>A section or fault of a device.</summary>
    Section,
    /// <summary>A constant of the file.</summary>
    Constant,
    /// <summary>A weights declaration.</summary>
    Weights,
    /// <summary>A value of a body.</summary>
    Value,
    /// <summary>A loop.</summary>
    Repeat,
}

/// <summary>An entry of the outline.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Detail">What stands beside it, dimmed; may be empty.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Span">All of it.</param>
/// <param name="NameSpan">The name; inside <paramref name="Span"/>.</param>
/// <param name="Children">What it contains.</param>
public sealed record OutlineEntry(
    string Name, string Detail, OutlineKind Kind, TextSpan Span, TextSpan NameSpan, ImmutableArray<OutlineEntry> Children);

/// <summary>The outline of a file. Pure; O(tree).</summary>
public static class DocumentSymbols
{
    /// <summary>The members in order, bodies below them; a name rebound in one body appears once.</summary>
    public static ImmutableArray<OutlineEntry> Compute(FileSyntax file) => [.. file.Members.Select(Describe).OfType<OutlineEntry>()];

    private static OutlineEntry? Describe(MemberSyntax member) => member switch
    {
        NetworkDeclarationSyntax network => Entry(network, network.Name, "network", OutlineKind.Network, Values(network.Body)),
        BlockDeclarationSyntax block => Entry(block, block.Name, "block", OutlineKind.Block, Values(block.Body)),
        DeviceDeclarationSyntax device => Entry(device, device.Name, "device", OutlineKind.Device, Sections(device.Items)),
        SectionSyntax section => Entry(section, section.Name, section.SectionKind.Text, OutlineKind.Section, []),
        WeightsDeclarationSyntax weights => Entry(weights, weights.Keyword, weights.Source.Green.ToString()?.Trim() ?? "", OutlineKind.Weights, []),
        BindingSyntax constant when constant.Targets.FirstOrDefault() is { Green: not null } name =>
            Entry(constant, name, "", OutlineKind.Constant, []),
        _ => null,
    };

    private static ImmutableArray<OutlineEntry> Sections(ItemsSyntax items) =>
        [.. items.Items.OfType<SectionSyntax>().Select(s => Entry(s, s.Name, s.SectionKind.Text, OutlineKind.Section, [])).OfType<OutlineEntry>()];

    private static ImmutableArray<OutlineEntry> Values(BodySyntax body)
    {
        var entries = ImmutableArray.CreateBuilder<OutlineEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Collect(body, entries, seen);
        return entries.ToImmutable();
    }

    private static void Collect(BodySyntax body, ImmutableArray<OutlineEntry>.Builder entries, HashSet<string> seen)
    {
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case BindingSyntax binding:
                    foreach (var target in binding.Targets)
                    {
                        if (target.ValueText != "_" && seen.Add(target.ValueText) && Entry(binding, target, "", OutlineKind.Value, []) is { } value)
                        {
                            entries.Add(value);
                        }
                    }

                    break;
                case RepeatSyntax repeat:
                    var name = repeat.Index.Green is null ? repeat.Keyword : repeat.Index;
                    if (Entry(repeat, name, "repeat", OutlineKind.Repeat, Values(repeat.Body)) is { } loop)
                    {
                        entries.Add(loop);
                    }

                    break;
                case IfSyntax choice:
                    foreach (var clause in choice.Clauses)
                    {
                        Collect(clause.Body, entries, seen);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static OutlineEntry? Entry(SyntaxNode node, SyntaxToken name, string detail, OutlineKind kind, ImmutableArray<OutlineEntry> children) =>
        name.Green is null || name.Span.Length == 0 ? null : new OutlineEntry(name.ValueText, detail, kind, node.Span, name.Span, children);
}
