namespace NNLang.Operators.Model;

/// <summary>
/// A function of one element with the error of its binary32 evaluation: what an activation is to an enclosure. It is monotone, or
/// monotone on either side of one turning point; rounding is monotone too, so an interval passes through it by its ends
/// (<c>docs/numerics.md</c>).
/// </summary>
/// <param name="Apply">The function in binary64; defined everywhere, NaN for NaN.</param>
/// <param name="RelativeError">Relative error of the device's value, its own rounding included; 0 where only moves or comparisons
/// happen.</param>
/// <param name="AbsoluteError">Absolute error, for results near the denormals.</param>
public sealed record ElementFunction(Func<double, double> Apply, double RelativeError = 0, double AbsoluteError = 0)
{
    /// <summary>Where the function has its least value and turns from falling to rising; null where it is monotone.</summary>
    public double? TurningPoint { get; init; }

    /// <summary>Whether the function is one that processors approximate.</summary>
    public bool IsTable { get; init; }

    /// <summary>Whether the device's value is the exact one.</summary>
    public bool IsExact => RelativeError == 0 && AbsoluteError == 0;

    /// <summary>A function read from a table of the given error in units in the last place of binary32.</summary>
    public static ElementFunction OfTable(Func<double, double> apply, double tableError) =>
        new(apply, Rounding.OfTable(tableError), Rounding.TableFloor) { IsTable = true };

    /// <summary>This with at least an absolute error, where processors approximate it.</summary>
    public ElementFunction WithFloor(double floor) => IsTable && floor > AbsoluteError ? this with { AbsoluteError = floor } : this;

    /// <summary>The image of an interval, widened by the function's own error.</summary>
    public (double Low, double High) Image(double low, double high)
    {
        var (least, greatest) = (Apply(low), Apply(high));
        if (least > greatest)
        {
            (least, greatest) = (greatest, least);
        }

        if (TurningPoint is { } turn && low < turn && turn < high)
        {
            least = Apply(turn);
        }

        return (double.IsFinite(least) ? least - (RelativeError * Math.Abs(least)) - AbsoluteError : least,
            double.IsFinite(greatest) ? greatest + (RelativeError * Math.Abs(greatest)) + AbsoluteError : greatest);
    }
}
