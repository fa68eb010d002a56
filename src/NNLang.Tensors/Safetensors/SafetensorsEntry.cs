namespace NNLang.Tensors.Safetensors;

/// <summary>A tensor of a file as its header declares it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Offset">Byte of the file at which its elements begin.</param>
/// <param name="Length">Bytes.</param>
public sealed record SafetensorsEntry(string Name, ElementType Type, Shape Shape, long Offset, long Length);
