using NNLang.Semantics.Devices;
using NNLang.Syntax;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features.Names;

/// <summary>A place in the text of a built-in device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Text">Its text.</param>
/// <param name="Span">The name in it.</param>
public sealed record BuiltInPlace(string Device, SourceText Text, TextSpan Span);

/// <summary>Where names are defined that no file of the user's defines: built-in devices and their engines. Pure.</summary>
public static class BuiltInDefinition
{
    /// <summary>The definition of the name at a place; null if it names nothing built in.</summary>
    public static BuiltInPlace? Find(Document document, int position)
    {
        var token = Places.WordAt(document.Tree.Root, position);
        return token.Green is null ? null : token.Parent switch
        {
            QualifiedNameSyntax { Parent: DeviceDeclarationSyntax } => Device(token.ValueText),
            NameSyntax { Parent: ArgumentSyntax { Parent.Parent: AnnotationSyntax { Label.ValueText: "device" } } } => Device(token.ValueText),
            NameSyntax { Parent: ArgumentSyntax { Parent.Parent: AnnotationSyntax { Label.ValueText: "engine" } annotation } } =>
                Engine(BaseOf(document, annotation), token.ValueText),
            FieldSyntax or NameSyntax { Parent: FieldSyntax { Label.ValueText: "engine" } } when Around<DeviceDeclarationSyntax>(token.Parent) is { Base: { } basis } =>
                Engine(basis.Name.ValueText, token.ValueText),
            _ => null,
        };
    }

    private static string BaseOf(Document document, SyntaxNode node)
    {
        var network = Around<NetworkDeclarationSyntax>(node)?.Name.ValueText ?? document.Compilation.MainNetwork ?? document.Compilation.Networks.FirstOrDefault();
        var name = network is null ? null : document.Compilation.DeviceNameOf(network);
        var declaration = document.Tree.Root.Members.OfType<DeviceDeclarationSyntax>().FirstOrDefault(device => device.Name.ValueText == name);
        return declaration?.Base?.Name.ValueText ?? name ?? BuiltInDevices.Default;
    }

    private static BuiltInPlace? Device(string name)
    {
        if (BuiltInDevices.TextOf(name) is not { } text)
        {
            return null;
        }

        var tree = SyntaxTree.Parse(text);
        var declaration = tree.Root.Members.OfType<DeviceDeclarationSyntax>().FirstOrDefault(device => device.Name.ValueText == name);
        return declaration is null ? null : new BuiltInPlace(name, tree.Text, declaration.Name.Span);
    }

    private static BuiltInPlace? Engine(string device, string engine)
    {
        if (BuiltInDevices.TextOf(device) is not { } text)
        {
            return null;
        }

        var tree = SyntaxTree.Parse(text);
        foreach (var section in tree.Root.Members.OfType<DeviceDeclarationSyntax>().SelectMany(member => member.Items.Items.OfType<SectionSyntax>()))
        {
            if (section.SectionKind.ValueText == "engine" && section.Name.ValueText == engine)
            {
                return new BuiltInPlace(device, tree.Text, section.Name.Span);
            }
        }

        return null;
    }

    private static T? Around<T>(SyntaxNode? node)
        where T : SyntaxNode
    {
        for (var at = node; at is not null; at = at.Parent)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }
}
