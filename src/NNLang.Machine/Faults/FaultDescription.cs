using System.Collections.Immutable;

namespace NNLang.Machine.Faults;

/// <summary>A fault as data (<c>docs/machine.md</c> 9): a kind and named values, checked by <see cref="FaultKinds"/>.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Name">The fault's own name; the kind's if it has none.</param>
/// <param name="Fields">Its values by name, in order of declaration.</param>
public sealed record FaultDescription(string Kind, string Name, ImmutableArray<FaultField> Fields)
{
    /// <summary>A field; null if it is not given.</summary>
    public FaultField? Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>A whole number; a default if it is not given.</summary>
    public long Number(string name, long otherwise) => Field(name)?.Value is long value ? value : otherwise;

    /// <summary>A word; null if it is not given.</summary>
    public string? Word(string name) => Field(name)?.Value as string;

    /// <summary>Value equality of all parts.</summary>
    public bool Equals(FaultDescription? other) =>
        other is not null && Kind == other.Kind && Name == other.Name && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Name, Fields.Length);
}

/// <summary>One value of a fault.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">A <see cref="long"/> (also a time, in ps), a <see cref="double"/>, a <see cref="string"/> (also a name of the device) or an
/// <see cref="ImmutableArray{T}"/> of strings.</param>
public sealed record FaultField(string Name, object Value)
{
    /// <summary>Value equality; lists element by element.</summary>
    public bool Equals(FaultField? other) =>
        other is not null && Name == other.Name
        && (Value is ImmutableArray<string> mine && other.Value is ImmutableArray<string> theirs ? mine.SequenceEqual(theirs) : Value.Equals(other.Value));

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
