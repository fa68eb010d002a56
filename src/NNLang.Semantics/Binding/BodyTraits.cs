namespace NNLang.Semantics.Binding;

/// <summary>What a statement or a body has, so that whoever needs it knows where to look, and where not.</summary>
[Flags]
internal enum BodyTraits : byte
{
    None = 0,

    /// <summary>More than operations: something wrong, instances, bodies of its own.</summary>
    Notable = 1,

    /// <summary>A weight read by a key that depends on the path, or a tensor that is a weight.</summary>
    Weights = 2,

    /// <summary>An operation that reads weights of its own; here or inside.</summary>
    WeightedOperations = 4,

    /// <summary>Order constraints on its own operations.</summary>
    Order = 8,

    /// <summary>Order constraints here or inside.</summary>
    OrderInside = 16,

    /// <summary>Names, prefixes or keys given by the text, here or inside: two of them may be the same.</summary>
    Overrides = 32,

    /// <summary>Not computed.</summary>
    Unknown = 128,
}

/// <summary>Finds traits. Pure.</summary>
internal static class BodyTraitsExtensions
{
    private const BodyTraits Inherited = BodyTraits.WeightedOperations | BodyTraits.OrderInside | BodyTraits.Overrides;

    /// <summary>What the pieces of a statement have.</summary>
    public static BodyTraits Traits(this ReadOnlySpan<Piece> pieces)
    {
        var traits = BodyTraits.None;
        foreach (var piece in pieces)
        {
            traits |= TraitsOf(piece);
        }

        return traits;
    }

    private static BodyTraits TraitsOf(Piece piece)
    {
        var traits = piece switch
        {
            OperationPiece => piece.Weighted ? BodyTraits.WeightedOperations : BodyTraits.None,
            WeightPiece weight => BodyTraits.Weights | (weight.Key is null ? BodyTraits.None : BodyTraits.Overrides),
            InstancePiece instance => BodyTraits.Notable | (instance.Body.Traits & Inherited),
            BranchPiece branch => BodyTraits.Notable | (branch.Body.Traits & Inherited),
            RepeatPiece repeat => BodyTraits.Notable | TraitsOf(repeat),
            _ => BodyTraits.Notable,
        };
        traits |= piece.Weighted ? BodyTraits.Weights : BodyTraits.None;
        traits |= piece.Order.IsEmpty ? BodyTraits.None : BodyTraits.Order | BodyTraits.OrderInside;
        return traits | (piece.NameOverride is null && piece.PrefixOverride is null ? BodyTraits.None : BodyTraits.Overrides);
    }

    private static BodyTraits TraitsOf(RepeatPiece repeat)
    {
        var traits = BodyTraits.None;
        foreach (var iteration in repeat.Iterations)
        {
            traits |= iteration.Traits & Inherited;
        }

        return traits;
    }
}
