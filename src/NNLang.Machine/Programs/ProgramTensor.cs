using NNLang.Tensors;

namespace NNLang.Machine.Programs;

/// <summary>
/// An input or output of a program: dense row-major in logical order in its region. <see cref="Type"/> is the type of the language, which
/// differs from the region's for bool (u8 there) and i64 (i32 there).
/// </summary>
/// <param name="Name">The name in the network.</param>
/// <param name="Region">Index of the region that holds it.</param>
/// <param name="Type">The element type outside the device.</param>
/// <param name="Shape">The logical shape.</param>
public sealed record ProgramTensor(string Name, int Region, ElementType Type, Shape Shape);
