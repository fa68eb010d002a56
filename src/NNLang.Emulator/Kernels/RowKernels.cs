using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NNLang.Emulator.Kernels;

/// <summary>
/// Loops over rows of f32 lanes, given by address. Rows outer, lanes inner: neighbouring lanes are neighbours in host memory. Sources may
/// be read up to 64 bytes behind the last lane; destinations are written exactly. A destination may be a source of the same row.
/// </summary>
internal static unsafe class RowKernels
{
    /// <summary>d = a op b for each of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<TOperation>(KernelPath path, float** a, float** b, float** d, int rows, int lanes)
        where TOperation : IBinaryOperation
    {
        for (var row = 0; row < rows; row++)
        {
            float* pa = a[row], pb = b[row], pd = d[row];
            var i = 0;
            if (path == KernelPath.Vector512)
            {
                for (; i + 16 <= lanes; i += 16)
                {
                    Apply<TOperation>(Vector512.Load(pa + i), Vector512.Load(pb + i)).Store(pd + i);
                }

                if (i < lanes)
                {
                    StoreFirst(Apply<TOperation>(Vector512.Load(pa + i), Vector512.Load(pb + i)), pd + i, lanes - i);
                }
            }
            else if (path == KernelPath.Vector256)
            {
                for (; i + 8 <= lanes; i += 8)
                {
                    Apply<TOperation>(Vector256.Load(pa + i), Vector256.Load(pb + i)).Store(pd + i);
                }

                if (i < lanes)
                {
                    StoreFirst(Apply<TOperation>(Vector256.Load(pa + i), Vector256.Load(pb + i)), pd + i, lanes - i);
                }
            }
            else
            {
                for (; i < lanes; i++)
                {
                    var r = TOperation.Apply(pa[i], pb[i]);
                    pd[i] = TOperation.IsArithmetic ? F32Format.Canonical(r) : r;
                }
            }
        }
    }

    /// <summary>
    /// d = fma(a, b, c), or with a subtraction fma(a, b, -c), or reversed fma(-a, b, c), each rounded once; then, if asked, relu.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FusedMultiplyAdd(
        KernelPath path, float** a, float** b, float** c, float** d, int rows, int lanes, FusedForm form)
    {
        var signA = form == FusedForm.SubtractProduct ? -0f : 0f;
        var signC = form == FusedForm.SubtractAddend ? -0f : 0f;
        var floor = form == FusedForm.AddRelu ? 0f : float.NegativeInfinity;
        for (var row = 0; row < rows; row++)
        {
            float* pa = a[row], pb = b[row], pc = c[row], pd = d[row];
            var i = 0;
            if (path == KernelPath.Vector512)
            {
                Vector512<float> sa = Vector512.Create(signA), sc = Vector512.Create(signC), low = Vector512.Create(floor);
                for (; i < lanes; i += 16)
                {
                    var r = Vector512.FusedMultiplyAdd(Vector512.Load(pa + i) ^ sa, Vector512.Load(pb + i), Vector512.Load(pc + i) ^ sc);
                    r = F32Format.Canonical(form == FusedForm.AddRelu ? Vector512.Max(r, low) : r);
                    if (i + 16 <= lanes)
                    {
                        r.Store(pd + i);
                    }
                    else
                    {
                        StoreFirst(r, pd + i, lanes - i);
                    }
                }
            }
            else if (path == KernelPath.Vector256)
            {
                Vector256<float> sa = Vector256.Create(signA), sc = Vector256.Create(signC), low = Vector256.Create(floor);
                for (; i < lanes; i += 8)
                {
                    var r = Vector256.FusedMultiplyAdd(Vector256.Load(pa + i) ^ sa, Vector256.Load(pb + i), Vector256.Load(pc + i) ^ sc);
                    r = F32Format.Canonical(form == FusedForm.AddRelu ? Vector256.Max(r, low) : r);
                    if (i + 8 <= lanes)
                    {
                        r.Store(pd + i);
                    }
                    else
                    {
                        StoreFirst(r, pd + i, lanes - i);
                    }
                }
            }
            else
            {
                for (; i < lanes; i++)
                {
                    var r = MathF.FusedMultiplyAdd(
                        form == FusedForm.SubtractProduct ? -pa[i] : pa[i], pb[i], form == FusedForm.SubtractAddend ? -pc[i] : pc[i]);
                    pd[i] = F32Format.Canonical(form == FusedForm.AddRelu ? MathF.Max(r, floor) : r);
                }
            }
        }
    }

    /// <summary>Copies lanes exactly.</summary>
    public static void Copy(float** source, float** destination, int rows, int lanes)
    {
        for (var row = 0; row < rows; row++)
        {
            Buffer.MemoryCopy(source[row], destination[row], lanes * 4, lanes * 4);
        }
    }

    /// <summary>Sets every lane of a row.</summary>
    public static void Fill(float* row, float value, int lanes) => new Span<float>(row, lanes).Fill(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Apply<TOperation>(Vector512<float> a, Vector512<float> b)
        where TOperation : IBinaryOperation =>
        TOperation.IsArithmetic ? F32Format.Canonical(TOperation.Apply(a, b)) : TOperation.Apply(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Apply<TOperation>(Vector256<float> a, Vector256<float> b)
        where TOperation : IBinaryOperation =>
        TOperation.IsArithmetic ? F32Format.Canonical(TOperation.Apply(a, b)) : TOperation.Apply(a, b);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void StoreFirst(Vector512<float> value, float* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = value.GetElement(i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void StoreFirst(Vector256<float> value, float* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = value.GetElement(i);
        }
    }
}

/// <summary>What a fused pair computes of a product and an addend.</summary>
internal enum FusedForm
{
    /// <summary>a b + c.</summary>
    Add,
    /// <summary>a b + c, then the larger of it and +0.</summary>
    AddRelu,
    /// <summary>a b - c.</summary>
    SubtractAddend,
    /// <summary>c - a b.</summary>
    SubtractProduct,
}
