using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NNLang.Emulator.Execution;
using NNLang.Tensors;

namespace NNLang.Emulator.Kernels;

/// <summary>
/// Moves elements between device memory, where a lane's element takes 1, 2 or 4 of its 4 bytes, and rows of 32-bit lanes.
/// Addresses come from <see cref="ColumnCursor"/>; a row has room for 144 lanes. Reading may touch up to 64 bytes behind the last lane,
/// writing touches only the element's own bytes of the lanes asked for.
/// </summary>
internal static unsafe class Lanes
{
    /// <summary>32-bit lanes a row has room for.</summary>
    public const int RowLanes = 144;

    /// <summary>Reads elements as f32 (or, raw, as 32-bit patterns: integers extended by their sign, others by zeros).</summary>
    public static void Load(KernelPath path, ElementType type, bool raw, byte* source, float* row, int lanes)
    {
        switch (type)
        {
            case ElementType.F32: Load<Raw32Format>(path, source, row, lanes); break;
            case ElementType.I32 when raw: Load<Raw32Format>(path, source, row, lanes); break;
            case ElementType.I32: Load<I32Format>(path, source, row, lanes); break;
            case ElementType.BF16 when !raw: Load<Bf16Format>(path, source, row, lanes); break;
            case ElementType.F16 when !raw: Load<F16Format>(path, source, row, lanes); break;
            case ElementType.BF16 or ElementType.F16: Load<RawU16Format>(path, source, row, lanes); break;
            case ElementType.I16 when raw: Load<RawI16Format>(path, source, row, lanes); break;
            case ElementType.I16: Load<I16Format>(path, source, row, lanes); break;
            case ElementType.I8 when raw: Load<RawI8Format>(path, source, row, lanes); break;
            case ElementType.I8: Load<I8Format>(path, source, row, lanes); break;
            case ElementType.U8 when raw: Load<RawU8Format>(path, source, row, lanes); break;
            case ElementType.U8: Load<U8Format>(path, source, row, lanes); break;
            default: throw NotOfDevice(type);
        }
    }

    /// <summary>Writes f32 lanes converted to the type (or, raw, the low bits of each lane).</summary>
    public static void Store(KernelPath path, ElementType type, bool raw, float* row, byte* destination, int lanes)
    {
        switch (type)
        {
            case ElementType.F32 when !raw: Store<F32Format>(path, row, destination, lanes); break;
            case ElementType.F32: Store<Raw32Format>(path, row, destination, lanes); break;
            case ElementType.I32 when raw: Store<Raw32Format>(path, row, destination, lanes); break;
            case ElementType.I32: Store<I32Format>(path, row, destination, lanes); break;
            case ElementType.BF16 when !raw: Store<Bf16Format>(path, row, destination, lanes); break;
            case ElementType.F16 when !raw: Store<F16Format>(path, row, destination, lanes); break;
            case ElementType.I16 when !raw: Store<I16Format>(path, row, destination, lanes); break;
            case ElementType.BF16 or ElementType.F16 or ElementType.I16: Store<RawU16Format>(path, row, destination, lanes); break;
            case ElementType.I8 when !raw: Store<I8Format>(path, row, destination, lanes); break;
            case ElementType.U8 when !raw: Store<U8Format>(path, row, destination, lanes); break;
            case ElementType.I8 or ElementType.U8: Store<RawU8Format>(path, row, destination, lanes); break;
            default: throw NotOfDevice(type);
        }
    }

    /// <summary>The bit pattern that an f32 has as an element of the type, in the low bits.</summary>
    public static uint Encode(ElementType type, float value) => type switch
    {
        ElementType.F32 => F32Format.Encode(value),
        ElementType.I32 => I32Format.Encode(value),
        ElementType.BF16 => Bf16Format.Encode(value),
        ElementType.F16 => F16Format.Encode(value),
        ElementType.I16 => I16Format.Encode(value),
        ElementType.I8 => I8Format.Encode(value),
        ElementType.U8 => U8Format.Encode(value),
        _ => throw NotOfDevice(type),
    };

    /// <summary>The f32 that a bit pattern means as an element of the type.</summary>
    public static float Decode(ElementType type, uint bits) => type switch
    {
        ElementType.F32 => BitConverter.UInt32BitsToSingle(bits),
        ElementType.I32 => I32Format.Decode(bits),
        ElementType.BF16 => Bf16Format.Decode(bits),
        ElementType.F16 => F16Format.Decode(bits),
        ElementType.I16 => I16Format.Decode(bits),
        ElementType.I8 => I8Format.Decode(bits),
        ElementType.U8 => U8Format.Decode(bits),
        _ => throw NotOfDevice(type),
    };

    /// <summary>Whether the type is a floating-point type.</summary>
    public static bool IsFloat(ElementType type) => type is ElementType.F32 or ElementType.BF16 or ElementType.F16;

    private static ArgumentException NotOfDevice(ElementType type) =>
        new($"{ElementTypes.Name(type)} is not a type of the device.", nameof(type));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load<TFormat>(KernelPath path, byte* source, float* row, int lanes)
        where TFormat : ILaneFormat
    {
        if (path == KernelPath.Vector512)
        {
            for (var i = 0; i < lanes; i += 16)
            {
                TFormat.Decode(Vector512.Load((uint*)(source + (i * 4)))).Store(row + i);
            }
        }
        else if (path == KernelPath.Vector256)
        {
            for (var i = 0; i < lanes; i += 8)
            {
                TFormat.Decode(Vector256.Load((uint*)(source + (i * 4)))).Store(row + i);
            }
        }
        else
        {
            for (var i = 0; i < lanes; i++)
            {
                row[i] = TFormat.Decode(Read<TFormat>(source + (i * 4)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<TFormat>(KernelPath path, float* row, byte* destination, int lanes)
        where TFormat : ILaneFormat
    {
        var done = 0;
        var part = (int)((nint)destination & 3);
        if (path == KernelPath.Vector512)
        {
            for (; done + 16 <= lanes; done += 16)
            {
                Merge<TFormat>(TFormat.Encode(Vector512.Load(row + done)), destination - part + (done * 4), part * 8);
            }
        }
        else if (path == KernelPath.Vector256)
        {
            for (; done + 8 <= lanes; done += 8)
            {
                Merge<TFormat>(TFormat.Encode(Vector256.Load(row + done)), destination - part + (done * 4), part * 8);
            }
        }

        for (; done < lanes; done++)
        {
            Write<TFormat>(destination + (done * 4), TFormat.Encode(row[done]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Merge<TFormat>(Vector512<uint> bits, byte* words, int shift)
        where TFormat : ILaneFormat
    {
        if (TFormat.Bytes < 4)
        {
            var mask = Vector512.Create(TFormat.Bytes == 2 ? 0xFFFFu : 0xFFu) << shift;
            bits = Vector512.ConditionalSelect(mask, bits << shift, Vector512.Load((uint*)words));
        }

        bits.Store((uint*)words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Merge<TFormat>(Vector256<uint> bits, byte* words, int shift)
        where TFormat : ILaneFormat
    {
        if (TFormat.Bytes < 4)
        {
            var mask = Vector256.Create(TFormat.Bytes == 2 ? 0xFFFFu : 0xFFu) << shift;
            bits = Vector256.ConditionalSelect(mask, bits << shift, Vector256.Load((uint*)words));
        }

        bits.Store((uint*)words);
    }

    // Not inlined: the compiler would merge a 16-bit load with the reinterpretation as a float into one 32-bit load.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Read<TFormat>(byte* element)
        where TFormat : ILaneFormat =>
        TFormat.Bytes == 4 ? *(uint*)element : TFormat.Bytes == 2 ? *(ushort*)element : *element;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TFormat>(byte* element, uint bits)
        where TFormat : ILaneFormat
    {
        if (TFormat.Bytes == 4)
        {
            *(uint*)element = bits;
        }
        else if (TFormat.Bytes == 2)
        {
            *(ushort*)element = (ushort)bits;
        }
        else
        {
            *element = (byte)bits;
        }
    }
}
