namespace NNLang.Machine.Instructions;

/// <summary>The sixteen instructions (<c>docs/machine.md</c> 6.4). The values are those of the program file.</summary>
public enum Opcode : byte
{
    /// <summary>No instruction.</summary>
    None = 0,
    /// <summary><c>nc_matmul d, st, mv [acc] [groups g]</c>.</summary>
    NcMatmul = 1,
    /// <summary><c>nc_transpose d, x</c>.</summary>
    NcTranspose = 2,
    /// <summary><c>activation d, x, f [scale [bias [alpha]]]</c>.</summary>
    Activation = 3,
    /// <summary><c>activation_reduce d, x, f, r [scale [bias [alpha]]]</c>.</summary>
    ActivationReduce = 4,
    /// <summary><c>tensor_tensor d, a, b, op</c>.</summary>
    TensorTensor = 5,
    /// <summary><c>tensor_scalar d, x, op0, s0 [op1, s1] [fma]</c>.</summary>
    TensorScalar = 6,
    /// <summary><c>scalar_tensor_tensor d, a, op0, s, op1, b [fma]</c>.</summary>
    ScalarTensorTensor = 7,
    /// <summary><c>tensor_reduce d, x, axes k, op [negate]</c>.</summary>
    TensorReduce = 8,
    /// <summary><c>tensor_tensor_scan d, a, b, init, op0, op1</c>.</summary>
    TensorTensorScan = 9,
    /// <summary><c>tensor_copy d, x</c>.</summary>
    TensorCopy = 10,
    /// <summary><c>tensor_copy_predicated d, x, p</c>.</summary>
    TensorCopyPredicated = 11,
    /// <summary><c>memset d, bits</c>.</summary>
    Memset = 12,
    /// <summary><c>iota d, base, channel step, steps..</c> (one step a dimension of d).</summary>
    Iota = 13,
    /// <summary><c>dma_copy d, x, queue q</c>.</summary>
    DmaCopy = 14,
    /// <summary><c>dma_gather d, table, index, queue q</c>.</summary>
    DmaGather = 15,
    /// <summary><c>wait</c>: only its waits and its increment.</summary>
    Wait = 16,
}
