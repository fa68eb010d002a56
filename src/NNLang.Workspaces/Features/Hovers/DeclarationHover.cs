using System.Text;
using NNLang.Machine.Instructions;
using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;
using NNLang.Workspaces.Texts;

namespace NNLang.Workspaces.Features.Hovers;

/// <summary>Blocks, networks, devices and sections of devices where they are declared or named. Pure.</summary>
internal static class DeclarationHover
{
    /// <summary>A block or network of the file; null if there is none of that name.</summary>
    public static CallableDeclarationSyntax? Find(Document document, string name)
    {
        foreach (var member in document.Tree.Root.Members)
        {
            if (member is CallableDeclarationSyntax callable && callable.Name.ValueText == name)
            {
                return callable;
            }
        }

        return null;
    }

    /// <summary>The header and the documentation.</summary>
    public static string Callable(CallableDeclarationSyntax declaration)
    {
        var text = new StringBuilder("```nnlang\n").Append(Header(declaration)).Append("\n```");
        return declaration.Documentation is { } words ? text.Append('\n').Append(words).ToString() : text.ToString();
    }

    /// <summary>The header on one line, without annotations.</summary>
    public static string Header(CallableDeclarationSyntax declaration)
    {
        var word = declaration is NetworkDeclarationSyntax ? "network " : "block ";
        return word + declaration.Name.Text + OneLine(declaration.Parameters) + (declaration.Results is { } results ? " " + OneLine(results) : "");
    }

    /// <summary>What a declaration or section says of itself.</summary>
    public static string? Describe(Document document, SyntaxNode node, SyntaxToken token) => node switch
    {
        CallableDeclarationSyntax declaration => Callable(declaration),
        DeviceDeclarationSyntax device => Device(document, device.Name.ValueText),
        SectionSyntax section => Section(section, token),
        _ => null,
    };

    /// <summary>A device: its documentation and its figures; null if there is none of that name.</summary>
    public static string? Device(Document document, string name)
    {
        var declaration = document.Tree.Root.Members.OfType<DeviceDeclarationSyntax>().FirstOrDefault(device => device.Name.ValueText == name);
        var device = document.Compilation.GetDevice(name);
        if (declaration is null && device is null)
        {
            return null;
        }

        var text = new StringBuilder("```nnlang\ndevice ").Append(name);
        if (declaration?.Base is { } basis)
        {
            text.Append(" = ").Append(basis.Name.ValueText).Append(" with { … }");
        }

        text.Append("\n```\n").Append(declaration?.Documentation ?? "");
        if (device is not null)
        {
            text.Append("\n\nEngines: ").AppendJoin(", ", device.Engines.Select(engine =>
                $"{Engines.Name(engine.Engine)} {(engine.ClockHz / 1e9).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)} GHz"));
            text.Append("\n\nMemories: ").AppendJoin(", ", device.Memories.Select(memory => $"{memory.Kind.ToString().ToLowerInvariant()} {Figures.Bytes(memory.Bytes * memory.Partitions)}"));
            if (!device.Faults.IsEmpty)
            {
                text.Append("\n\nFaults: ").AppendJoin(", ", device.Faults.Select(fault => $"`{fault.Kind}`"));
            }
        }

        return text.ToString();
    }

    private static string Section(SectionSyntax section, SyntaxToken token)
    {
        var text = new StringBuilder("```nnlang\n").Append(section.SectionKind.Text).Append(' ').Append(section.Name.Text).Append("\n```");
        if (section.Documentation is { } words)
        {
            text.Append('\n').Append(words);
        }

        _ = token;
        foreach (var field in section.Items.Items.OfType<FieldSyntax>())
        {
            text.Append("\n\n`").Append(field.Label.Text).Append("`: ").Append(OneLine(field.Value));
        }

        return text.ToString();
    }

    private static string OneLine(SyntaxNode node) => string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
