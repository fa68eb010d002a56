namespace NNLang.Machine.Arithmetic;

/// <summary>The functions of <c>docs/machine.md</c> 6.6: f32 to f32, rounded once. <c>pow</c> is an <see cref="AluOperation"/>.</summary>
public enum ActivationFunction : byte
{
    /// <summary>x.</summary>
    Copy,
    /// <summary>max(x, +0).</summary>
    Relu,
    /// <summary>x where x >= 0, else alpha x.</summary>
    Lrelu,
    /// <summary>|x|.</summary>
    Abs,
    /// <summary>x x.</summary>
    Square,
    /// <summary>The square root.</summary>
    Sqrt,
    /// <summary>1 / sqrt(x).</summary>
    Rsqrt,
    /// <summary>1 / x.</summary>
    Reciprocal,
    /// <summary>e to the power x.</summary>
    Exp,
    /// <summary>The natural logarithm.</summary>
    Log,
    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
    /// <summary>x sigmoid(x).</summary>
    Silu,
    /// <summary>log(1 + exp(x)).</summary>
    Softplus,
    /// <summary>The error function.</summary>
    Erf,
    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,
    /// <summary>The tanh form of gelu.</summary>
    GeluTanh,
    /// <summary>min(max(fma(x, scale, bias), 0), 1), scale and bias being the instruction's.</summary>
    HardSigmoid,
    /// <summary>x where x > 0, else alpha (exp(x) - 1).</summary>
    Elu,
    /// <summary>-1, 0 or 1; a zero keeps its sign.</summary>
    Sign,
    /// <summary>The largest integer not above x.</summary>
    Floor,
    /// <summary>The smallest integer not below x.</summary>
    Ceil,
    /// <summary>The nearest integer, ties to even.</summary>
    Round,
    /// <summary>1 where x is 0, else 0.</summary>
    Not,
}
