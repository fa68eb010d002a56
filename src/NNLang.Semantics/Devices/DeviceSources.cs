using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;

namespace NNLang.Semantics.Devices;

/// <summary>Reads provenance annotations (language 11.5). Pure.</summary>
internal static class DeviceSources
{
    /// <summary>The kind of a provenance annotation, or null for another annotation.</summary>
    public static ProvenanceKind? Kind(string label) => label switch
    {
        "documented" => ProvenanceKind.Documented,
        "figure" => ProvenanceKind.Figure,
        "measured" => ProvenanceKind.Measured,
        "inferred" => ProvenanceKind.Inferred,
        "recalled" => ProvenanceKind.Recalled,
        _ => null,
    };

    /// <summary>The text of a <c>source(repository, commit:, path:)</c>.</summary>
    public static string Text(CallSyntax call)
    {
        var parts = new List<string>();
        foreach (var argument in call.Arguments.Arguments)
        {
            if (DeviceExpressions.Plain(argument.Value) is StringSyntax text)
            {
                parts.Add(text.Value);
            }
        }

        return string.Join(" ", parts);
    }

    /// <summary>Adds what annotations say about a path; true if there was any.</summary>
    public static bool Add(
        ImmutableArray<Provenance>.Builder into, string path, IEnumerable<AnnotationSyntax> annotations, DeviceExpressions scope)
    {
        var found = false;
        foreach (var annotation in annotations)
        {
            if (Kind(annotation.Label.ValueText) is not { } kind)
            {
                continue;
            }

            found = true;
            var texts = new List<string>();
            if (annotation.Arguments is { } arguments)
            {
                foreach (var argument in arguments.Arguments)
                {
                    if (scope.Bind(argument.Value) is CostExpression.WordLiteral word)
                    {
                        texts.Add(word.Value);
                    }
                }
            }

            into.Add(new Provenance(path, kind, string.Join("; ", texts)));
        }

        return found;
    }
}
