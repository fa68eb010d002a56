using NNLang.Syntax.Text;

namespace NNLang.Workspaces.Features.Names;

/// <summary>What a name names.</summary>
public enum NameKind : byte
{
    /// <summary>A value bound in a body.</summary>
    Value,
    /// <summary>A parameter of a block or network.</summary>
    Parameter,
    /// <summary>A symbolic dimension.</summary>
    Dimension,
    /// <summary>The index of a <c>repeat</c>.</summary>
    Index,
    /// <summary>A constant of the file.</summary>
    Constant,
    /// <summary>A block.</summary>
    Block,
    /// <summary>A network.</summary>
    Network,
    /// <summary>A device.</summary>
    Device,
    /// <summary>A fault at file level.</summary>
    Fault,
}

/// <summary>A name of the text, with every place where it stands. Names that a body binds again are one symbol.</summary>
public sealed class NameSymbol
{
    private readonly List<NameOccurrence> _occurrences = [];

    internal NameSymbol(string name, NameKind kind, TextSpan scope)
    {
        Name = name;
        Kind = kind;
        Scope = scope;
    }

    /// <summary>The name, without backticks.</summary>
    public string Name { get; }

    /// <summary>What it names.</summary>
    public NameKind Kind { get; }

    /// <summary>Where it can be read.</summary>
    public TextSpan Scope { get; }

    /// <summary>All places; within a declaration in the order in which they take effect: a statement's reads before its bindings.</summary>
    public IReadOnlyList<NameOccurrence> Occurrences => _occurrences;

    /// <summary>
    /// Where what stands at one of the places is bound: the place itself if it binds, else the binding that is read there. A statement reads
    /// before it binds, so the name in <c>a = relu(a)</c> on the right is the one of an earlier statement.
    /// </summary>
    public TextSpan DefinitionOf(TextSpan place)
    {
        TextSpan? first = null;
        TextSpan? last = null;
        var isPassed = false;
        foreach (var occurrence in _occurrences)
        {
            if (occurrence.IsDefinition)
            {
                first ??= occurrence.Span;
                last = !isPassed ? occurrence.Span : last;
            }

            isPassed |= occurrence.Span.Start == place.Start;
        }

        return last ?? first ?? _occurrences[0].Span;
    }

    internal void Add(TextSpan span, bool isDefinition) => _occurrences.Add(new NameOccurrence(span, isDefinition));
}

/// <summary>A place where a name stands.</summary>
/// <param name="Span">The name, backticks included.</param>
/// <param name="IsDefinition">Whether it is bound there.</param>
public readonly record struct NameOccurrence(TextSpan Span, bool IsDefinition);
