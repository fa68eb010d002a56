namespace NNLang.Compiler.Lowered;

/// <summary>Something a pass cannot do; the pipeline turns it into a diagnostic at the layer's place in the text.</summary>
/// <param name="Code">The diagnostic code, <c>NN5021</c>.</param>
/// <param name="Message">What is wrong, with the numbers.</param>
/// <param name="Help">What to do, beginning with a verb; may be empty.</param>
/// <param name="Layer">Index of the layer in the network, or -1.</param>
public sealed record CompilationProblem(string Code, string Message, string Help, int Layer);
