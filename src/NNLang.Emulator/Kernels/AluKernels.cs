using NNLang.Machine.Arithmetic;

namespace NNLang.Emulator.Kernels;

/// <summary>The operations of <c>docs/machine.md</c> 6.3 as loops over rows.</summary>
internal static unsafe class AluKernels
{
    /// <summary>Whether an operation works on bit patterns of the operand's width.</summary>
    public static bool IsBitwise(AluOperation operation) => operation is >= AluOperation.Band and <= AluOperation.Shr;

    /// <summary>d = a op b in f32.</summary>
    public static void Apply(
        KernelPath path, FunctionTables tables, AluOperation operation, float** a, float** b, float** d, int rows, int lanes)
    {
        switch (operation)
        {
            case AluOperation.Add: RowKernels.Map<Add>(path, a, b, d, rows, lanes); break;
            case AluOperation.Sub: RowKernels.Map<Subtract>(path, a, b, d, rows, lanes); break;
            case AluOperation.Mul: RowKernels.Map<Multiply>(path, a, b, d, rows, lanes); break;
            case AluOperation.Div: RowKernels.Map<Divide>(path, a, b, d, rows, lanes); break;
            case AluOperation.Max: RowKernels.Map<Maximum>(path, a, b, d, rows, lanes); break;
            case AluOperation.Min: RowKernels.Map<Minimum>(path, a, b, d, rows, lanes); break;
            case AluOperation.Pow: Power(tables, a, b, d, rows, lanes); break;
            case AluOperation.Eq: RowKernels.Map<Equal>(path, a, b, d, rows, lanes); break;
            case AluOperation.Ne: RowKernels.Map<NotEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lt: RowKernels.Map<Less>(path, a, b, d, rows, lanes); break;
            case AluOperation.Le: RowKernels.Map<LessOrEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Gt: RowKernels.Map<Greater>(path, a, b, d, rows, lanes); break;
            case AluOperation.Ge: RowKernels.Map<GreaterOrEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Land: RowKernels.Map<LogicalAnd>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lor: RowKernels.Map<LogicalOr>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lxor: RowKernels.Map<LogicalXor>(path, a, b, d, rows, lanes); break;
            case AluOperation.Bypass: RowKernels.Map<First>(path, a, b, d, rows, lanes); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation of f32.");
        }
    }

    /// <summary>d = a op b on 32-bit integers, wrapping; shifts see operands of <paramref name="bits"/> bits.</summary>
    public static void ApplyInteger(
        KernelPath path, AluOperation operation, int bits, float** a, float** b, float** d, int rows, int lanes)
    {
        switch (operation)
        {
            case AluOperation.Add: RowKernels.Map<IntegerAdd>(path, a, b, d, rows, lanes); break;
            case AluOperation.Sub: RowKernels.Map<IntegerSubtract>(path, a, b, d, rows, lanes); break;
            case AluOperation.Mul: RowKernels.Map<IntegerMultiply>(path, a, b, d, rows, lanes); break;
            case AluOperation.Max: RowKernels.Map<IntegerMaximum>(path, a, b, d, rows, lanes); break;
            case AluOperation.Min: RowKernels.Map<IntegerMinimum>(path, a, b, d, rows, lanes); break;
            case AluOperation.Eq: RowKernels.Map<IntegerEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Ne: RowKernels.Map<IntegerNotEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lt: RowKernels.Map<IntegerLess>(path, a, b, d, rows, lanes); break;
            case AluOperation.Le: RowKernels.Map<IntegerLessOrEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Gt: RowKernels.Map<IntegerGreater>(path, a, b, d, rows, lanes); break;
            case AluOperation.Ge: RowKernels.Map<IntegerGreaterOrEqual>(path, a, b, d, rows, lanes); break;
            case AluOperation.Land: RowKernels.Map<IntegerLogicalAnd>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lor: RowKernels.Map<IntegerLogicalOr>(path, a, b, d, rows, lanes); break;
            case AluOperation.Lxor: RowKernels.Map<IntegerLogicalXor>(path, a, b, d, rows, lanes); break;
            case AluOperation.Band: RowKernels.Map<BitAnd>(path, a, b, d, rows, lanes); break;
            case AluOperation.Bor: RowKernels.Map<BitOr>(path, a, b, d, rows, lanes); break;
            case AluOperation.Bxor: RowKernels.Map<BitXor>(path, a, b, d, rows, lanes); break;
            case AluOperation.Bypass: RowKernels.Copy(a, d, rows, lanes); break;
            case AluOperation.Div or AluOperation.Shl or AluOperation.Shr or AluOperation.Pow:
                ByElement(operation, bits, a, b, d, rows, lanes);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation of integers.");
        }
    }

    private static void Power(FunctionTables tables, float** a, float** b, float** d, int rows, int lanes)
    {
        for (var row = 0; row < rows; row++)
        {
            float* pa = a[row], pb = b[row], pd = d[row];
            for (var i = 0; i < lanes; i++)
            {
                pd[i] = Functions.Power(tables, pa[i], pb[i]);
            }
        }
    }

    private static void ByElement(AluOperation operation, int bits, float** a, float** b, float** d, int rows, int lanes)
    {
        for (var row = 0; row < rows; row++)
        {
            int* pa = (int*)a[row], pb = (int*)b[row], pd = (int*)d[row];
            for (var i = 0; i < lanes; i++)
            {
                pd[i] = Integer(operation, bits, pa[i], pb[i]);
            }
        }
    }

    private static int Integer(AluOperation operation, int bits, int a, int b)
    {
        switch (operation)
        {
            case AluOperation.Div:
                return b == 0 ? 0 : b == -1 ? unchecked(-a) : a / b;
            case AluOperation.Shl:
                return (uint)b < (uint)bits ? a << b : 0;
            case AluOperation.Shr:
                return (uint)b < (uint)bits ? (int)((bits == 32 ? (uint)a : (uint)a & ((1u << bits) - 1)) >> b) : 0;
            default:
                return Power(a, b);
        }
    }

    /// <summary>By squaring, wrapping; a negative exponent gives 0 but for the bases 1 and -1.</summary>
    private static int Power(int a, int b)
    {
        if (b < 0)
        {
            return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : 0;
        }

        var result = 1;
        for (var square = a; b != 0; b >>= 1)
        {
            if ((b & 1) != 0)
            {
                result = unchecked(result * square);
            }

            square = unchecked(square * square);
        }

        return result;
    }
}
