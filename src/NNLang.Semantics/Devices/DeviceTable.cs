using System.Collections.Immutable;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>The devices and faults of a file. Immutable once made, thread-safe; devices whose text and bases are unchanged are kept.</summary>
internal sealed class DeviceTable
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<FaultDescription> _faults = [];
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>What is wrong with them.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The names of the file's devices, in text order.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The faults at file level.</summary>
    public IReadOnlyList<FaultDescription> Faults => _faults;

    public static DeviceTable Of(FileModel file, DeviceTable? previous)
    {
        var table = new DeviceTable();
        var declarations = new Dictionary<string, DeviceDeclarationSyntax>(StringComparer.Ordinal);
        foreach (var declaration in file.Devices)
        {
            declarations.TryAdd(declaration.Name.ValueText, declaration);
        }

        foreach (var declaration in file.Devices)
        {
            var name = declaration.Name.ValueText;
            if (!table.Names.Contains(name))
            {
                table.Names.Add(name);
                table.Resolve(name, declarations, previous, []);
            }
        }

        foreach (var entry in table._entries.Values)
        {
            table._diagnostics.AddRange(entry.Diagnostics);
        }

        table.BindFaults(file);
        return table;
    }

    /// <summary>A device of the file or a built-in one; null if there is none, or it is broken.</summary>
    public DeviceDescription? Find(string name) =>
        _entries.TryGetValue(name, out var entry) ? entry.Description : BuiltInDevices.Get(name);

    /// <summary>Whether a device of the name is declared or built in.</summary>
    public bool IsDevice(string name) => _entries.ContainsKey(name) || BuiltInDevices.Find(name) is not null;

    /// <summary>The name and the engines of a device; those of the default device where none is named or it is broken.</summary>
    public (string Name, ImmutableArray<string> Engines) EnginesOf(string? name)
    {
        name ??= BuiltInDevices.Default;
        var device = Find(name) ?? BuiltInDevices.DefaultDevice;
        return (name, [.. device.Engines.Select(engine => Engines.Name(engine.Engine))]);
    }

    private Entry? Resolve(string name, Dictionary<string, DeviceDeclarationSyntax> declarations, DeviceTable? previous, List<string> path)
    {
        if (_entries.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!declarations.TryGetValue(name, out var declaration))
        {
            return BuiltInDevices.Find(name) is { } builtIn ? new Entry(null, null, builtIn.Items, builtIn.Description, []) : null;
        }

        if (path.Contains(name))
        {
            return null;
        }

        path.Add(name);
        var diagnostics = new List<Diagnostic>();
        Entry? basis = null;
        if (declaration.Base is { } baseName)
        {
            var text = baseName.Name.ValueText;
            basis = Resolve(text, declarations, previous, path);
            if (basis is null)
            {
                var location = SyntaxLocation.Of(baseName);
                if (path.Contains(text))
                {
                    diagnostics.Add(Codes.CyclicDerivation.At(location, text, string.Join(" -> ", path.SkipWhile(n => n != text).Append(text))));
                }
                else
                {
                    var nearest = Suggestions.Nearest(text, declarations.Keys.Concat(BuiltInDevices.Names));
                    var diagnostic = Codes.UnknownBase.At(location, text, Suggestions.Ending(nearest), $"Use {string.Join(", ", BuiltInDevices.Names)} or a device of the file.");
                    diagnostics.Add(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
                }
            }
        }

        path.RemoveAt(path.Count - 1);
        var entry = previous is not null && previous._entries.TryGetValue(name, out var old) && ReferenceEquals(old.Green, declaration.Green)
            && ReferenceEquals(old.Basis, basis?.Items) && diagnostics.Count == 0
            ? old
            : Bind(name, declaration, basis, diagnostics);
        return _entries[name] = entry;
    }

    private static Entry Bind(string name, DeviceDeclarationSyntax declaration, Entry? basis, List<Diagnostic> diagnostics)
    {
        var items = new MergedItems();
        if (basis is not null)
        {
            items.MergeBase(basis.Items);
        }

        items.Merge(declaration.Items);
        var isWrong = declaration.Base is not null && basis is null;
        var description = isWrong ? null : DeviceBinder.Bind(name, items, declaration, diagnostics);
        var own = diagnostics.Where(d => ReferenceEquals(d.Location.Anchor, declaration.Green)).ToList();
        if (basis?.Description is not null && description is null && !own.Exists(IsError) && diagnostics.Exists(IsError))
        {
            own.Add(Misfit(name, declaration, diagnostics.Where(IsError).ToList()));
        }

        return new Entry(declaration.Green, basis?.Items, items, description, [.. own]);
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    // A sound base, nothing wrong in the declaration itself, and still no device: it took away what the base goes on speaking of.
    private static Diagnostic Misfit(string name, DeviceDeclarationSyntax declaration, List<Diagnostic> inBase)
    {
        var more = inBase.Count > 1 ? $" ({inBase.Count - 1} more like it)" : "";
        return new Diagnostic(
            inBase[0].Descriptor, $"'{name}' no longer fits its base: {inBase[0].Message}{more}", "Remove from the base what speaks of it, too.",
            SyntaxLocation.Of(declaration.Name));
    }

    private void BindFaults(FileModel file)
    {
        foreach (var section in file.Faults)
        {
            var items = new MergedItems();
            items.Merge(section.Items);
            var scope = new DeviceExpressions(items, null, _diagnostics) { IsFault = true };
            if (FaultBinder.Bind(section, items, scope, _diagnostics) is { } fault
                && FaultBinder.Check(fault, BuiltInDevices.DefaultDevice, section, items, _diagnostics))
            {
                _faults.Add(fault);
            }
        }
    }

    private sealed record Entry(
        GreenNode? Green, MergedItems? Basis, MergedItems Items, DeviceDescription? Description, ImmutableArray<Diagnostic> Diagnostics);
}
