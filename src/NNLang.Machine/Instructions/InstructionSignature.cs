using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Machine.Devices;

namespace NNLang.Machine.Instructions;

/// <summary>Which parameters a device may declare for an instruction, and what they stand for.</summary>
public static class InstructionSignature
{
    private static readonly FrozenDictionary<Opcode, ImmutableArray<InstructionParameter>> Table = new Dictionary<Opcode, string>
    {
        [Opcode.NcMatmul] = "result:tile stationary:tile moving:tile groups:int",
        [Opcode.NcTranspose] = "result:tile x:tile",
        [Opcode.Activation] = "result:tile x:tile function:string",
        [Opcode.ActivationReduce] = "result:tile x:tile function:string",
        [Opcode.TensorTensor] = "result:tile a:tile b:tile op:string",
        [Opcode.TensorScalar] = "result:tile x:tile op:string op1:string ops:string",
        [Opcode.ScalarTensorTensor] = "result:tile a:tile b:tile op:string op1:string ops:string",
        [Opcode.TensorReduce] = "result:tile x:tile op:string",
        [Opcode.TensorTensorScan] = "result:tile a:tile b:tile op:string op1:string ops:string",
        [Opcode.TensorCopy] = "result:tile x:tile",
        [Opcode.TensorCopyPredicated] = "result:tile x:tile mask:tile",
        [Opcode.Memset] = "result:tile n:int value:float type:type",
        [Opcode.Iota] = "result:tile n:int",
        [Opcode.DmaCopy] = "rows:int row_bytes:int",
        [Opcode.DmaGather] = "rows:int row_bytes:int",
        [Opcode.Wait] = "semaphore:int value:int",
    }.ToFrozenDictionary(row => row.Key, row => Parse(row.Value));

    /// <summary>The parameters an instruction can have.</summary>
    public static ImmutableArray<InstructionParameter> Of(Opcode opcode) => Table[opcode];

    /// <summary>The parameter of a name; null if the instruction has none.</summary>
    public static InstructionParameter? Find(Opcode opcode, string name)
    {
        foreach (var parameter in Table[opcode])
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }

    private static ImmutableArray<InstructionParameter> Parse(string text)
    {
        var parameters = ImmutableArray.CreateBuilder<InstructionParameter>();
        foreach (var item in text.Split(' '))
        {
            var colon = item.IndexOf(':', StringComparison.Ordinal);
            parameters.Add(new InstructionParameter(item[..colon], Enum.Parse<InstructionParameterKind>(item[(colon + 1)..], ignoreCase: true)));
        }

        return parameters.ToImmutable();
    }
}
