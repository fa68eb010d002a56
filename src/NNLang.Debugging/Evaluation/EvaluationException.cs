namespace NNLang.Debugging.Evaluation;

/// <summary>Ends an evaluation; never leaves this room.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
