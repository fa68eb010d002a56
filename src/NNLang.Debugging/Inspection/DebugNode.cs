namespace NNLang.Debugging.Inspection;

/// <summary>One row of a variables view. Children are made when they are asked for, and only as many as are asked for.</summary>
public abstract class DebugNode(string name)
{
    /// <summary>The name of the row.</summary>
    public string Name { get; } = name;

    /// <summary>The value, most telling words first.</summary>
    public abstract string Value { get; }

    /// <summary>The value as a bit pattern; the same as <see cref="Value"/> where there is none.</summary>
    public virtual string HexValue => Value;

    /// <summary>The type; null for none.</summary>
    public virtual string? Type => null;

    /// <summary>An expression that gives this value; null for none.</summary>
    public string? EvaluateName { get; init; }

    /// <summary>Where its bytes lie, <c>sbuf:0</c>; null for nowhere.</summary>
    public string? MemoryReference { get; init; }

    /// <summary>How many named children it has.</summary>
    public virtual int NamedCount => 0;

    /// <summary>How many indexed children it has.</summary>
    public virtual int IndexedCount => 0;

    /// <summary>The named children.</summary>
    public virtual IReadOnlyList<DebugNode> Named() => [];

    /// <summary>Indexed children of a range, which is cut to what there is.</summary>
    public virtual IReadOnlyList<DebugNode> Indexed(int start, int count) => [];
}

/// <summary>A row with a value and nothing below.</summary>
public sealed class LeafNode(string name, string value, string? hex = null) : DebugNode(name)
{
    /// <inheritdoc/>
    public override string Value => value;

    /// <inheritdoc/>
    public override string HexValue => hex ?? value;
}

/// <summary>A row with named rows below.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">Its value.</param>
/// <param name="count">How many rows there are.</param>
/// <param name="children">Makes them.</param>
public sealed class ListNode(string name, string value, int count, Func<IReadOnlyList<DebugNode>> children) : DebugNode(name)
{
    private IReadOnlyList<DebugNode>? _children;

    /// <inheritdoc/>
    public override string Value => value;

    /// <inheritdoc/>
    public override int NamedCount => count;

    /// <inheritdoc/>
    public override IReadOnlyList<DebugNode> Named() => _children ??= children();
}
