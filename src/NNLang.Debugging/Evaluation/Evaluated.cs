using NNLang.Debugging.Inspection;

namespace NNLang.Debugging.Evaluation;

/// <summary>What an expression gives: a number, a tensor, rows to unfold, or an error in words for a user.</summary>
public sealed record Evaluated
{
    /// <summary>The error; null on success.</summary>
    public string? Error { get; private init; }

    /// <summary>The number; null if it is none.</summary>
    public double? Number { get; private init; }

    /// <summary>The tensor; null if it is none.</summary>
    public ComparedTensor? Tensor { get; private init; }

    /// <summary>Rows; null if it has none of its own.</summary>
    public DebugNode? Rows { get; private init; }

    /// <summary>A number.</summary>
    public static Evaluated Of(double number) => new() { Number = number };

    /// <summary>A tensor.</summary>
    public static Evaluated Of(ComparedTensor tensor) => new() { Tensor = tensor };

    /// <summary>Rows.</summary>
    public static Evaluated Of(DebugNode rows) => new() { Rows = rows };

    /// <summary>A failure.</summary>
    public static Evaluated Failed(string error) => new() { Error = error };

    /// <summary>The value as a row of that name.</summary>
    public DebugNode ToNode(string name) =>
        Tensor is { } tensor ? new TensorNode(name, tensor) { EvaluateName = name }
        : Rows ?? new LeafNode(name, Number is { } number ? Bisection.Reports.Quantity.Value(number) : Error ?? "");
}
