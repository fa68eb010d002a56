using NNLang.Compiler.Fuse;
using NNLang.Machine.Arithmetic;

namespace NNLang.Reference.Device;

/// <summary>The device's elementwise arithmetic in binary32 (<c>docs/machine.md</c> 6.1, 6.3, 6.5).</summary>
internal static class Arithmetic
{
    /// <summary>The value; the canonical NaN for any NaN.</summary>
    public static float Canonical(float value) => float.IsNaN(value) ? Functions.CanonicalNaN : value;

    /// <summary>One operation of two operands, rounded once.</summary>
    public static float Apply(AluOperation operation, float a, float b) => Canonical(operation switch
    {
        AluOperation.Add => a + b,
        AluOperation.Sub => a - b,
        AluOperation.Mul => a * b,
        AluOperation.Div => a / b,
        AluOperation.Max => MathF.Max(a, b),
        AluOperation.Min => MathF.Min(a, b),
        AluOperation.Pow => Functions.Power(FunctionTables.Standard, a, b),
        AluOperation.Bypass => a,
        _ => Compare(operation, a, b) ? 1f : 0f,
    });

    /// <summary>A sum in the device's order: slabs of 128 that each start from +0; later ones are added once to the first.</summary>
    public static float Sum(ReadOnlySpan<float> terms)
    {
        var total = 0f;
        for (var start = 0; start == 0 || start < terms.Length; start += SummationPlan.SlabLength)
        {
            var slab = 0f;
            for (var i = start; i < Math.Min(terms.Length, start + SummationPlan.SlabLength); i++)
            {
                slab += terms[i];
            }

            total = start == 0 ? slab : total + slab;
        }

        return Canonical(total);
    }

    /// <summary>The greatest of some values; a NaN wins.</summary>
    public static float Maximum(ReadOnlySpan<float> values)
    {
        var greatest = values[0];
        for (var i = 1; i < values.Length; i++)
        {
            greatest = MathF.Max(greatest, values[i]);
        }

        return Canonical(greatest);
    }

    private static bool Compare(AluOperation operation, float a, float b) => operation switch
    {
        AluOperation.Eq => a == b,
        AluOperation.Ne => a != b,
        AluOperation.Lt => a < b,
        AluOperation.Le => a <= b,
        AluOperation.Gt => a > b,
        AluOperation.Ge => a >= b,
        AluOperation.Land => a != 0 && b != 0,
        AluOperation.Lor => a != 0 || b != 0,
        AluOperation.Lxor => (a != 0) != (b != 0),
        _ => throw new ArgumentException($"{operation} has no meaning for f32.", nameof(operation)),
    };
}
