namespace NNLang.Onnx;

/// <summary>What keeps a model from being imported, or what could not be kept.</summary>
/// <param name="Code">NN9001 unsupported operator, NN9002 name not kept, NN9003 unreadable.</param>
/// <param name="Message">First line: what is wrong.</param>
/// <param name="Help">Second line: what to do, beginning with a verb; may be empty.</param>
/// <param name="Node">The ONNX node, or null for the file as a whole.</param>
public sealed record OnnxProblem(string Code, string Message, string Help, string? Node = null);
