using System.Collections.Immutable;
using System.Text;
using NNLang.Machine.Devices;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>
/// The devices that every file can name: <c>.nn</c> files of this assembly, bound once. Thread-safe; go-to-definition shows their text.
/// </summary>
public static class BuiltInDevices
{
    /// <summary>The device meant where a network names none.</summary>
    public const string Default = "neuron_core_v2";

    private static readonly Lazy<ImmutableSortedDictionary<string, BuiltInDevice>> Table = new(Load);

    /// <summary>The names, in ordinal order.</summary>
    public static IEnumerable<string> Names => Table.Value.Keys;

    /// <summary>A device by name; null if there is none.</summary>
    public static DeviceDescription? Get(string name) => Table.Value.TryGetValue(name, out var device) ? device.Description : null;

    /// <summary>The default device.</summary>
    public static DeviceDescription DefaultDevice => Table.Value[Default].Description;

    /// <summary>The text of a built-in device's file; null if there is none of that name.</summary>
    public static string? TextOf(string name) => Table.Value.TryGetValue(name, out var device) ? device.Text : null;

    /// <summary>Its items, for derivation.</summary>
    internal static BuiltInDevice? Find(string name) => Table.Value.GetValueOrDefault(name);

    private static ImmutableSortedDictionary<string, BuiltInDevice> Load()
    {
        var devices = ImmutableSortedDictionary.CreateBuilder<string, BuiltInDevice>(StringComparer.Ordinal);
        var assembly = typeof(BuiltInDevices).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".nn", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var text = reader.ReadToEnd();
            var tree = SyntaxTree.Parse(SourceText.From(text));
            foreach (var declaration in tree.Root.Members.OfType<DeviceDeclarationSyntax>())
            {
                var name = declaration.Name.ValueText;
                var items = new MergedItems();
                items.Merge(declaration.Items);
                var diagnostics = new List<Diagnostic>();
                var description = DeviceBinder.Bind(name, items, declaration, diagnostics)
                    ?? throw new InvalidOperationException($"The built-in device {name} is broken: {string.Join("; ", diagnostics)}");
                devices.Add(name, new BuiltInDevice(name, text, description, items, [.. diagnostics]));
            }
        }

        return devices.ToImmutable();
    }
}

/// <summary>A built-in device.</summary>
internal sealed record BuiltInDevice(
    string Name, string Text, DeviceDescription Description, MergedItems Items, ImmutableArray<Diagnostic> Diagnostics);
