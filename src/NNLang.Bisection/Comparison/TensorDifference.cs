using System.Collections.Immutable;

namespace NNLang.Bisection.Comparison;

/// <summary>
/// How a device tensor differs from what it is compared with. Indices are logical, outermost axis first. Immutable.
/// </summary>
/// <param name="Elements">The number of elements compared.</param>
/// <param name="Wrong">How many differ.</param>
/// <param name="First">The first element that differs in row-major order; null if none does.</param>
/// <param name="Worst">The element with the largest error; null if none differs.</param>
/// <param name="MaxReference">The largest finite magnitude in the reference.</param>
public sealed record TensorDifference(
    long Elements, long Wrong, ElementDifference? First, ElementDifference? Worst, double MaxReference)
{
    /// <summary>Whether nothing differs.</summary>
    public bool IsEqual => Wrong == 0;

    /// <summary>Elements about which nothing can be said: a partial sum may overflow. They are not counted as wrong.</summary>
    public long Undecided { get; init; }

    /// <summary>
    /// Per axis the indices that hold wrong elements, in ascending order, at most 64 an axis: what tells a lane from a row from a tile.
    /// </summary>
    public ImmutableArray<AxisExtent> WrongByAxis { get; init; } = [];
}

/// <summary>One element of a difference.</summary>
/// <param name="Index">The logical index.</param>
/// <param name="Device">The device's value.</param>
/// <param name="Reference">The reference's value.</param>
/// <param name="Bound">The largest deviation rounding explains; 0 where equality is required.</param>
public sealed record ElementDifference(ImmutableArray<long> Index, double Device, double Reference, double Bound)
{
    /// <summary>The magnitude of the error; infinite where exactly one side is not a number.</summary>
    public double Error
    {
        get
        {
            if (double.IsNaN(Device) || double.IsNaN(Reference))
            {
                return double.IsNaN(Device) && double.IsNaN(Reference) ? 0 : double.PositiveInfinity;
            }

            return Device.Equals(Reference) ? 0 : Math.Abs(Device - Reference);
        }
    }

    /// <inheritdoc/>
    public bool Equals(ElementDifference? other) =>
        other is not null && Device.Equals(other.Device) && Reference.Equals(other.Reference) && Bound.Equals(other.Bound)
        && Index.AsSpan().SequenceEqual(other.Index.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Device, Reference, Bound);
}

/// <summary>The indices along one axis that hold wrong elements.</summary>
/// <param name="Axis">The axis, outermost 0.</param>
/// <param name="Extent">The extent of the axis.</param>
/// <param name="Count">How many of its indices hold wrong elements.</param>
/// <param name="Indices">The first of them, ascending.</param>
public sealed record AxisExtent(int Axis, long Extent, int Count, ImmutableArray<long> Indices)
{
    /// <inheritdoc/>
    public bool Equals(AxisExtent? other) =>
        other is not null && Axis == other.Axis && Extent == other.Extent && Count == other.Count
        && Indices.AsSpan().SequenceEqual(other.Indices.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Axis, Extent, Count);
}
