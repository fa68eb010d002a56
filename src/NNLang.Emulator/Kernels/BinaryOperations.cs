using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

/// <summary>An operation of two f32 lanes (<c>docs/machine.md</c> 6.3), rounded once. All three forms give equal bits.</summary>
internal interface IBinaryOperation
{
    /// <summary>Whether a NaN of the result must become the canonical one.</summary>
    static abstract bool IsArithmetic { get; }

    static abstract float Apply(float a, float b);

    static abstract Vector256<float> Apply(Vector256<float> a, Vector256<float> b);

    static abstract Vector512<float> Apply(Vector512<float> a, Vector512<float> b);
}

/// <summary>Lanes of truth: all bits set or none, and the 1 and 0 they are written as.</summary>
internal static class Truth
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> mask) => mask & Vector256.Create(1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> mask) => mask & Vector512.Create(1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Holds(Vector256<float> x) => ~Vector256.Equals(x, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Holds(Vector512<float> x) => ~Vector512.Equals(x, Vector512<float>.Zero);
}

/// <summary>A + b.</summary>
internal readonly struct Add : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => a + b;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a + b;
}

/// <summary>A - b.</summary>
internal readonly struct Subtract : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => a - b;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a - b;
}

/// <summary>A b.</summary>
internal readonly struct Multiply : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => a * b;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a * b;

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a * b;
}

/// <summary>A / b.</summary>
internal readonly struct Divide : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => a / b;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a / b;

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a / b;
}

/// <summary>Maximum, NaN wins.</summary>
internal readonly struct Maximum : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => MathF.Max(a, b);

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);
}

/// <summary>Minimum, NaN wins.</summary>
internal readonly struct Minimum : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => MathF.Min(a, b);

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Vector256.Min(a, b);

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);
}

/// <summary>1 where equal.</summary>
internal readonly struct Equal : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a == b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Vector256.Equals(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Vector512.Equals(a, b));
}

/// <summary>1 where not equal.</summary>
internal readonly struct NotEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a != b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(~Vector256.Equals(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(~Vector512.Equals(a, b));
}

/// <summary>1 where less.</summary>
internal readonly struct Less : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a < b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Vector256.LessThan(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Vector512.LessThan(a, b));
}

/// <summary>1 where at most.</summary>
internal readonly struct LessOrEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a <= b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Vector256.LessThanOrEqual(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Vector512.LessThanOrEqual(a, b));
}

/// <summary>1 where greater.</summary>
internal readonly struct Greater : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a > b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Vector256.GreaterThan(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Vector512.GreaterThan(a, b));
}

/// <summary>1 where at least.</summary>
internal readonly struct GreaterOrEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a >= b ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Vector256.GreaterThanOrEqual(a, b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Vector512.GreaterThanOrEqual(a, b));
}

/// <summary>1 where both are not 0.</summary>
internal readonly struct LogicalAnd : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a != 0 && b != 0 ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Truth.Holds(a) & Truth.Holds(b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Truth.Holds(a) & Truth.Holds(b));
}

/// <summary>1 where one is not 0.</summary>
internal readonly struct LogicalOr : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => a != 0 || b != 0 ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Truth.Holds(a) | Truth.Holds(b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Truth.Holds(a) | Truth.Holds(b));
}

/// <summary>1 where exactly one is not 0.</summary>
internal readonly struct LogicalXor : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b) => (a != 0) != (b != 0) ? 1f : 0f;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => Truth.Of(Truth.Holds(a) ^ Truth.Holds(b));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => Truth.Of(Truth.Holds(a) ^ Truth.Holds(b));
}

/// <summary>A.</summary>
internal readonly struct First : IBinaryOperation
{
    public static bool IsArithmetic => true;

    public static float Apply(float a, float b) => a;

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a;

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a;
}
