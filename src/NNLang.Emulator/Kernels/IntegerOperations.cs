using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

// Operations on 32-bit integers that travel in f32 lanes by their bits.

/// <summary>A + b mod 2^32.</summary>
internal readonly struct IntegerAdd : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x + y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x + y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x + y).AsSingle();
    }
}

/// <summary>A - b mod 2^32.</summary>
internal readonly struct IntegerSubtract : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x - y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x - y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x - y).AsSingle();
    }
}

/// <summary>A b mod 2^32.</summary>
internal readonly struct IntegerMultiply : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x * y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x * y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x * y).AsSingle();
    }
}

/// <summary>The larger.</summary>
internal readonly struct IntegerMaximum : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(Math.Max(x, y));
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (Vector256.Max(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (Vector512.Max(x, y)).AsSingle();
    }
}

/// <summary>The smaller.</summary>
internal readonly struct IntegerMinimum : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(Math.Min(x, y));
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (Vector256.Min(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (Vector512.Min(x, y)).AsSingle();
    }
}

/// <summary>1 where equal.</summary>
internal readonly struct IntegerEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x == y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector256.Equals(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector512.Equals(x, y)).AsSingle();
    }
}

/// <summary>1 where not equal.</summary>
internal readonly struct IntegerNotEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x != y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector256.Equals(x, y))).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector512.Equals(x, y))).AsSingle();
    }
}

/// <summary>1 where less.</summary>
internal readonly struct IntegerLess : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x < y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector256.LessThan(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector512.LessThan(x, y)).AsSingle();
    }
}

/// <summary>1 where at most.</summary>
internal readonly struct IntegerLessOrEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x <= y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector256.LessThanOrEqual(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector512.LessThanOrEqual(x, y)).AsSingle();
    }
}

/// <summary>1 where greater.</summary>
internal readonly struct IntegerGreater : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x > y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector256.GreaterThan(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector512.GreaterThan(x, y)).AsSingle();
    }
}

/// <summary>1 where at least.</summary>
internal readonly struct IntegerGreaterOrEqual : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x >= y ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector256.GreaterThanOrEqual(x, y)).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-Vector512.GreaterThanOrEqual(x, y)).AsSingle();
    }
}

/// <summary>1 where both are not 0.</summary>
internal readonly struct IntegerLogicalAnd : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x != 0 && y != 0 ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector256.Equals(x, Vector256<int>.Zero) & ~Vector256.Equals(y, Vector256<int>.Zero))).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector512.Equals(x, Vector512<int>.Zero) & ~Vector512.Equals(y, Vector512<int>.Zero))).AsSingle();
    }
}

/// <summary>1 where one is not 0.</summary>
internal readonly struct IntegerLogicalOr : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle((x | y) != 0 ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector256.Equals(x | y, Vector256<int>.Zero))).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(~Vector512.Equals(x | y, Vector512<int>.Zero))).AsSingle();
    }
}

/// <summary>1 where exactly one is not 0.</summary>
internal readonly struct IntegerLogicalXor : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle((x != 0) != (y != 0) ? 1 : 0);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(Vector256.Equals(x, Vector256<int>.Zero) ^ Vector256.Equals(y, Vector256<int>.Zero))).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (-(Vector512.Equals(x, Vector512<int>.Zero) ^ Vector512.Equals(y, Vector512<int>.Zero))).AsSingle();
    }
}

/// <summary>Bitwise and.</summary>
internal readonly struct BitAnd : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x & y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x & y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x & y).AsSingle();
    }
}

/// <summary>Bitwise or.</summary>
internal readonly struct BitOr : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x | y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x | y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x | y).AsSingle();
    }
}

/// <summary>Bitwise exclusive or.</summary>
internal readonly struct BitXor : IBinaryOperation
{
    public static bool IsArithmetic => false;

    public static float Apply(float a, float b)
    {
        int x = BitConverter.SingleToInt32Bits(a), y = BitConverter.SingleToInt32Bits(b);
        return BitConverter.Int32BitsToSingle(x ^ y);
    }

    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        return (x ^ y).AsSingle();
    }

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b)
    {
        Vector512<int> x = a.AsInt32(), y = b.AsInt32();
        return (x ^ y).AsSingle();
    }
}
