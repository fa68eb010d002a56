using System.Collections.Immutable;
using NNLang.Tensors;

namespace NNLang.Compiler.Fuse;

/// <summary>An element type and known extents.</summary>
public readonly record struct FusedType(ElementType Element, Shape Shape)
{
    /// <inheritdoc/>
    public override string ToString() => ElementTypes.Name(Element) + Shape;
}

/// <summary>
/// A core operation with what is fused behind it. Position-free: equal groups are equal values, whatever their layers are called, wherever
/// they stand, whichever weights they read. Immutable, thread-safe.
/// </summary>
public sealed class FusedGroup : IEquatable<FusedGroup>
{
    private readonly int _hash;

    /// <summary>Makes a group.</summary>
    public FusedGroup(
        FusedCore core,
        Epilogue epilogue,
        ImmutableArray<FusedType> operands,
        ImmutableArray<FusedType> results,
        ImmutableArray<FusedMember> members)
    {
        Core = core;
        Epilogue = epilogue;
        Operands = operands;
        Results = results;
        Members = members;
        var hash = new HashCode();
        hash.Add(core);
        hash.Add(epilogue);
        foreach (var operand in operands)
        {
            hash.Add(operand);
        }

        foreach (var member in members)
        {
            hash.Add(member);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>What is computed first.</summary>
    public FusedCore Core { get; }

    /// <summary>What is applied to each element of the core's result.</summary>
    public Epilogue Epilogue { get; }

    /// <summary>The types of the tensor operands.</summary>
    public ImmutableArray<FusedType> Operands { get; }

    /// <summary>The types of the results.</summary>
    public ImmutableArray<FusedType> Results { get; }

    /// <summary>The layers it is made of, in order; as many as the instance covers.</summary>
    public ImmutableArray<FusedMember> Members { get; }

    /// <summary>The only result's type.</summary>
    public FusedType Result => Results[0];

    /// <summary>The index of the member that does a part of the work; the last if no member is named for it.</summary>
    public int MemberOf(MemberRole role)
    {
        for (var i = 0; i < Members.Length; i++)
        {
            if (Members[i].Role == role)
            {
                return i;
            }
        }

        return Members.Length - 1;
    }

    /// <summary>The operators joined by plus signs, <c>conv2d + batch_norm + relu</c>.</summary>
    public string Title => string.Join(" + ", Members.Select(member => member.Operator));

    /// <inheritdoc/>
    public bool Equals(FusedGroup? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Core.Equals(other.Core) && Epilogue.Equals(other.Epilogue)
            && Operands.AsSpan().SequenceEqual(other.Operands.AsSpan()) && Results.AsSpan().SequenceEqual(other.Results.AsSpan())
            && Members.AsSpan().SequenceEqual(other.Members.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FusedGroup);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Title;
}

/// <summary>Which part of a group's work a layer became.</summary>
public enum MemberRole : byte
{
    /// <summary>The core.</summary>
    Core,
    /// <summary>Scale and bias columns of the epilogue.</summary>
    BatchNorm,
    /// <summary>The epilogue's function or clip.</summary>
    Activation,
}

/// <summary>One layer of a group.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="Role">What became of it.</param>
public readonly record struct FusedMember(string Operator, MemberRole Role);
