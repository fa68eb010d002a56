using System.Collections.Immutable;

namespace NNLang.Operators.Model;

/// <summary>An attribute of an operator. The first of an operator is its principal attribute (language, calls).</summary>
/// <param name="Name">The label in calls.</param>
/// <param name="Kind">What is accepted.</param>
/// <param name="Default">The value where the call gives none; null where the attribute is required.</param>
/// <param name="Summary">One sentence for hovers and completion.</param>
public sealed record AttributeDefinition(string Name, AttributeKind Kind, AttributeValue? Default, string Summary)
{
    /// <summary>For <see cref="AttributeKind.IntegerList"/>: the length an int is repeated to; 0 for any length.</summary>
    public int Length { get; init; }

    /// <summary>For <see cref="AttributeKind.Word"/>: the words.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>What other frameworks call it (<c>padding</c>, <c>kernel_size</c>), for did-you-mean.</summary>
    public ImmutableArray<string> ForeignNames { get; init; } = [];

    /// <summary>The value in the form operators read: a single integer or real of a list of fixed length is repeated.</summary>
    public AttributeValue Normalise(AttributeValue value) =>
        Length > 0 && Kind is (AttributeKind.IntegerList or AttributeKind.RealList)
            && value is (AttributeValue.Integer or AttributeValue.Real)
            ? new AttributeValue.List([.. Enumerable.Repeat(value, Length)])
            : value;
}
