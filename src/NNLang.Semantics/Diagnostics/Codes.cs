using System.Collections.Immutable;
using System.Reflection;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Diagnostics;

/// <summary>The diagnostic codes of this room, one documented constant each (<c>docs/diagnostics.md</c>).</summary>
public static partial class Codes
{
    private static readonly Lazy<ImmutableArray<DiagnosticDescriptor>> Table = new(() =>
    [
        .. typeof(Codes).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(DiagnosticDescriptor))
            .Select(property => (DiagnosticDescriptor)property.GetValue(null)!)
            .OrderBy(descriptor => descriptor.Number),
    ]);

    private static readonly Lazy<ImmutableDictionary<string, DiagnosticDescriptor>> Index =
        new(() => Table.Value.ToImmutableDictionary(descriptor => descriptor.Code));

    /// <summary>All codes, by number.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All => Table.Value;

    /// <summary>The code of a shape problem of an operator; null if this room has none of that name.</summary>
    public static DiagnosticDescriptor? Find(string code) => Index.Value.GetValueOrDefault(code);
}
