using System.Runtime.InteropServices;

namespace NNLang.Tensors;

/// <summary>
/// A dense row-major tensor: element type, shape, and little-endian bytes. The bytes are not copied and must not be changed
/// once the tensor is shared. Thread-safe for reading.
/// </summary>
public sealed class Tensor
{
    /// <summary>Wraps bytes as a tensor. Throws <see cref="ArgumentException"/> if their number does not fit type and shape.</summary>
    public Tensor(ElementType type, Shape shape, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length != checked(shape.Count * ElementTypes.Bytes(type)))
        {
            throw new ArgumentException($"{bytes.Length} bytes do not hold {ElementTypes.Name(type)}{shape}.", nameof(bytes));
        }

        Type = type;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, little-endian, row-major.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The elements of an f32 tensor. Throws <see cref="InvalidOperationException"/> for another type.</summary>
    public ReadOnlySpan<float> AsFloats() => As<float>(ElementType.F32);

    /// <summary>The elements of an f64 tensor. Throws <see cref="InvalidOperationException"/> for another type.</summary>
    public ReadOnlySpan<double> AsDoubles() => As<double>(ElementType.F64);

    /// <summary>Makes an f32 tensor of the given elements, which are not copied. An array holds up to 2 GiB as bytes.</summary>
    public static Tensor Of(Shape shape, float[] elements) =>
        new(ElementType.F32, shape, new ArrayBytes<float>(elements).Memory);

    /// <summary>Makes an f64 tensor of the given elements, which are not copied. An array holds up to 2 GiB as bytes.</summary>
    public static Tensor Of(Shape shape, double[] elements) =>
        new(ElementType.F64, shape, new ArrayBytes<double>(elements).Memory);

    /// <summary>The type and shape as the language writes them: <c>f32[1, 3, 224, 224]</c>.</summary>
    public override string ToString() => ElementTypes.Name(Type) + Shape;

    private ReadOnlySpan<T> As<T>(ElementType type)
        where T : unmanaged =>
        Type == type
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
            : throw new InvalidOperationException($"The tensor is {this}, not {ElementTypes.Name(type)}.");
}
