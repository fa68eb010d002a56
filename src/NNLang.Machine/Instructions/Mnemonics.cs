using System.Collections.Frozen;
using NNLang.Machine.Arithmetic;

namespace NNLang.Machine.Instructions;

/// <summary>The words of device files and assembler text: instructions, operations, functions, memories.</summary>
public static class Mnemonics
{
    private static readonly string[] OpcodeNames =
    [
        "", "nc_matmul", "nc_transpose", "activation", "activation_reduce", "tensor_tensor", "tensor_scalar", "scalar_tensor_tensor",
        "tensor_reduce", "tensor_tensor_scan", "tensor_copy", "tensor_copy_predicated", "memset", "iota", "dma_copy", "dma_gather", "wait",
    ];

    private static readonly string[] AluNames =
    [
        "add", "sub", "mul", "div", "max", "min", "pow", "eq", "ne", "lt", "le", "gt", "ge", "land", "lor", "lxor", "band", "bor", "bxor",
        "shl", "shr", "bypass",
    ];

    private static readonly string[] FunctionNames =
    [
        "copy", "relu", "lrelu", "abs", "square", "sqrt", "rsqrt", "reciprocal", "exp", "log", "sigmoid", "tanh", "silu", "softplus", "erf",
        "gelu", "gelu_tanh", "hard_sigmoid", "elu", "sign", "floor", "ceil", "round", "not",
    ];

    private static readonly FrozenDictionary<string, Opcode> Opcodes = Index<Opcode>(OpcodeNames, 1);
    private static readonly FrozenDictionary<string, AluOperation> Operations = Index<AluOperation>(AluNames, 0);
    private static readonly FrozenDictionary<string, ActivationFunction> Functions = Index<ActivationFunction>(FunctionNames, 0);

    /// <summary>How many operations there are.</summary>
    public static int OperationCount => AluNames.Length;

    /// <summary>How many functions there are.</summary>
    public static int FunctionCount => FunctionNames.Length;

    /// <summary>All instructions, in the order of their codes.</summary>
    public static IEnumerable<Opcode> AllOpcodes => Enumerable.Range(1, OpcodeNames.Length - 1).Select(code => (Opcode)code);

    /// <summary>The name of an instruction.</summary>
    public static string Name(Opcode opcode) => OpcodeNames[(int)opcode];

    /// <summary>The name of an operation.</summary>
    public static string Name(AluOperation operation) => AluNames[(int)operation];

    /// <summary>The name of a function.</summary>
    public static string Name(ActivationFunction function) => FunctionNames[(int)function];

    /// <summary>The name of a memory; <c>immediate</c> for none.</summary>
    public static string Name(MemoryKind memory) => memory switch
    {
        MemoryKind.Sbuf => "sbuf",
        MemoryKind.Psum => "psum",
        MemoryKind.Hbm => "hbm",
        _ => "immediate",
    };

    /// <summary>The instruction of a name; null if there is none.</summary>
    public static Opcode? ParseOpcode(string name) => Opcodes.TryGetValue(name, out var value) ? value : null;

    /// <summary>The operation of a name; null if there is none.</summary>
    public static AluOperation? ParseOperation(string name) => Operations.TryGetValue(name, out var value) ? value : null;

    /// <summary>The function of a name; null if there is none.</summary>
    public static ActivationFunction? ParseFunction(string name) => Functions.TryGetValue(name, out var value) ? value : null;

    /// <summary>The memory of a name; null if there is none.</summary>
    public static MemoryKind? ParseMemory(string name) => name switch
    {
        "sbuf" => MemoryKind.Sbuf,
        "psum" => MemoryKind.Psum,
        "hbm" => MemoryKind.Hbm,
        _ => null,
    };

    private static FrozenDictionary<string, T> Index<T>(string[] names, int first)
        where T : struct, Enum =>
        Enumerable.Range(first, names.Length - first)
            .ToFrozenDictionary(code => names[code], code => (T)Enum.ToObject(typeof(T), code), StringComparer.Ordinal);
}
