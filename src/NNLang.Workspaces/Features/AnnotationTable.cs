using System.Collections.Immutable;

namespace NNLang.Workspaces.Features;

/// <summary>An annotation of the language.</summary>
/// <param name="Name">The label after the <c>@</c>.</param>
/// <param name="Form">How it is written.</param>
/// <param name="Snippet">What completion inserts, tab stops included.</param>
/// <param name="Summary">One sentence.</param>
public sealed record AnnotationEntry(string Name, string Form, string Snippet, string Summary);

/// <summary>The annotations that operations, statements and networks take.</summary>
public static class AnnotationTable
{
    /// <summary>All of them, by name.</summary>
    public static ImmutableArray<AnnotationEntry> All { get; } =
    [
        new("after", "@after(t, ..)", "after($1)", "Begins after everything that the named values compute has ended."),
        new("before", "@before(t, ..)", "before($1)", "Ends before anything that the named values compute begins."),
        new("device", "@device(d)", "device($1)", "The device that is meant where the command line and the editor name none."),
        new("engine", "@engine(e)", "engine($1)", "Runs on this engine, whatever would be faster."),
        new("layout", "@layout(nchw | nhwc)", "layout($1)", "The order in storage; results stay the same."),
        new("name", "@name(n)", "name($1)", "Gives the layer a path of its own."),
        new("pin", "@pin", "pin", "No operation of the same body may be moved across it."),
        new("precision", "@precision(f32 | bf16 | f16)", "precision($1)", "The element type that float operations compute in; types of values stay as they are."),
        new("tolerance", "@tolerance(relative: r, absolute: a)", "tolerance(relative: $1, absolute: $2)", "The bound to compare with instead of the derived one."),
        new("weights", "@weights(\"k\")", "weights(\"$1\")", "The prefix of its weights' keys."),
    ];

    /// <summary>The annotation of a name; null if there is none.</summary>
    public static AnnotationEntry? Find(string name)
    {
        foreach (var entry in All)
        {
            if (entry.Name == name)
            {
                return entry;
            }
        }

        return null;
    }
}
