namespace NNLang.Machine.Arithmetic;

/// <summary>The operations of <c>docs/machine.md</c> 6.3, each rounded once.</summary>
public enum AluOperation : byte
{
    /// <summary>a + b.</summary>
    Add,
    /// <summary>a - b.</summary>
    Sub,
    /// <summary>a b.</summary>
    Mul,
    /// <summary>a / b; of i32 truncating, by zero 0.</summary>
    Div,
    /// <summary>IEEE 754-2019 maximum: NaN wins, -0 &lt; +0.</summary>
    Max,
    /// <summary>IEEE 754-2019 minimum: NaN wins, -0 &lt; +0.</summary>
    Min,
    /// <summary>a to the power b, by the function of <c>docs/machine.md</c> 6.6.</summary>
    Pow,
    /// <summary>a == b: 1 or 0.</summary>
    Eq,
    /// <summary>a != b: 1 or 0; 1 with a NaN.</summary>
    Ne,
    /// <summary>a &lt; b: 1 or 0.</summary>
    Lt,
    /// <summary>a &lt;= b: 1 or 0.</summary>
    Le,
    /// <summary>a &gt; b: 1 or 0.</summary>
    Gt,
    /// <summary>a &gt;= b: 1 or 0.</summary>
    Ge,
    /// <summary>a != 0 and b != 0.</summary>
    Land,
    /// <summary>a != 0 or b != 0.</summary>
    Lor,
    /// <summary>Exactly one of a, b is not 0.</summary>
    Lxor,
    /// <summary>Bitwise and, on integers of the operand's width.</summary>
    Band,
    /// <summary>Bitwise or, on integers of the operand's width.</summary>
    Bor,
    /// <summary>Bitwise exclusive or, on integers of the operand's width.</summary>
    Bxor,
    /// <summary>Shift left, on integers of the operand's width.</summary>
    Shl,
    /// <summary>Logical shift right, on integers of the operand's width.</summary>
    Shr,
    /// <summary>a.</summary>
    Bypass,
}
