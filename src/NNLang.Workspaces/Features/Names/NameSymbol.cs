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

    /// <summary>All places, in the order of the text within a declaration.</summary>
    public IReadOnlyList<NameOccurrence> Occurrences => _occurrences;

    /// <summary>The last place before another that defines it: what a read at that place means; else its first definition.</summary>
    public TextSpan DefinitionBefore(int position)
    {
        TextSpan? first = null;
        TextSpan? last = null;
        foreach (var occurrence in _occurrences)
        {
            if (occurrence.IsDefinition)
            {
                first ??= occurrence.Span;
                if (occurrence.Span.Start <= position)
                {
                    last = occurrence.Span;
                }
            }
        }

        return last ?? first ?? _occurrences[0].Span;
    }

    internal void Add(TextSpan span, bool isDefinition) => _occurrences.Add(new NameOccurrence(span, isDefinition));
}

/// <summary>A place where a name stands.</summary>
/// <param name="Span">The name, backticks included.</param>
/// <param name="IsDefinition">Whether it is bound there.</param>
public readonly record struct NameOccurrence(TextSpan Span, bool IsDefinition);
