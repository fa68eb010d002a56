using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.Costs;

/// <summary>What the expressions of one instruction read: filled from its operands, reused from instruction to instruction.</summary>
internal sealed class CostArguments
{
    /// <summary>result, then the tile parameters in the order of the signature.</summary>
    public readonly TileParts[] Tiles = new TileParts[3];

    /// <summary>The largest tile; its inner stride is the greatest of all.</summary>
    public TileParts Largest;

    /// <summary>groups, n, rows or semaphore; then row_bytes or the value of a wait.</summary>
    public readonly long[] Numbers = new long[2];

    /// <summary>The value of a memset.</summary>
    public double Value;

    /// <summary>function, type or op; then op1.</summary>
    public readonly string[] Words = ["", ""];

    /// <summary>Whether the previous instruction wrote an operand.</summary>
    public bool PreviousWrites;

    /// <summary>Whether the engine was idle before.</summary>
    public bool PreviousIdle;

    /// <summary>The previous instruction's name.</summary>
    public string PreviousName = "";

    /// <summary>Whether the instruction has a tile operand and takes part in rules.</summary>
    public bool HasTiles;

    /// <summary>Reads the operands of an instruction. False if it does not have the operands of its opcode.</summary>
    public bool Fill(Engine engine, in Instruction instruction)
    {
        HasTiles = false;
        Numbers[0] = Numbers[1] = 0;
        Words[0] = Words[1] = "";
        switch (instruction.Opcode)
        {
            case Opcode.DmaCopy or Opcode.DmaGather:
                return FillTransfer(instruction);
            case Opcode.Wait:
                if (!instruction.Waits.IsEmpty)
                {
                    Numbers[0] = instruction.Waits[0].Semaphore;
                    Numbers[1] = instruction.Waits[0].Value;
                }

                return true;
        }

        if (!FillTiles(engine, instruction))
        {
            return false;
        }

        FillAttributes(instruction);
        return true;
    }

    /// <summary>Both operations, with a comma between them.</summary>
    public string Pair() => Words[1].Length == 0 ? Words[0] : Words[0] + "," + Words[1];

    private bool FillTransfer(in Instruction instruction)
    {
        if (!TransferShape.TryCreate(instruction, out var shape))
        {
            return false;
        }

        Numbers[0] = shape.Rows;
        Numbers[1] = shape.RowBytes;
        return true;
    }

    private bool FillTiles(Engine engine, in Instruction instruction)
    {
        var operands = instruction.Operands;
        if (operands.IsEmpty || !operands[0].IsOnChip)
        {
            return false;
        }

        HasTiles = true;
        FillTile(ref Tiles[0], operands[0].OnChip);
        var sources = instruction.Opcode switch
        {
            Opcode.Memset or Opcode.Iota => 0,
            Opcode.NcMatmul or Opcode.TensorTensor or Opcode.TensorTensorScan or Opcode.TensorCopyPredicated => 2,
            Opcode.ScalarTensorTensor => 2,
            _ => 1,
        };
        for (var i = 0; i < sources; i++)
        {
            var position = i + 1 + (i == 1 && instruction.Opcode == Opcode.ScalarTensorTensor ? 1 : 0);
            if (position >= operands.Length || !operands[position].IsOnChip)
            {
                return false;
            }

            FillTile(ref Tiles[i + 1], operands[position].OnChip);
        }

        Largest = Tiles[0];
        var innerStride = engine == Engine.Tensor ? 0 : Tiles[0].InnerStride;
        for (var i = 1; i <= sources; i++)
        {
            if (Tiles[i].N > Largest.N)
            {
                Largest = Tiles[i];
            }

            innerStride = Math.Max(innerStride, Tiles[i].InnerStride);
        }

        Largest.InnerStride = innerStride;
        return true;
    }

    private void FillAttributes(in Instruction instruction)
    {
        var operands = instruction.Operands;
        var attributes = instruction.Attributes;
        switch (instruction.Opcode)
        {
            case Opcode.NcMatmul:
                Numbers[0] = Math.Max((byte)1, attributes.Groups);
                break;
            case Opcode.Activation or Opcode.ActivationReduce:
                Words[0] = Mnemonics.Name(attributes.Function);
                break;
            case Opcode.TensorScalar:
                Words[0] = Mnemonics.Name(attributes.Operation0);
                Words[1] = operands.Length > 3 ? Mnemonics.Name(attributes.Operation1) : "";
                break;
            case Opcode.TensorTensor or Opcode.TensorReduce:
                Words[0] = Mnemonics.Name(attributes.Operation0);
                break;
            case Opcode.ScalarTensorTensor or Opcode.TensorTensorScan:
                Words[0] = Mnemonics.Name(attributes.Operation0);
                Words[1] = Mnemonics.Name(attributes.Operation1);
                break;
            case Opcode.Memset:
                Numbers[0] = Tiles[0].N;
                Words[0] = Tiles[0].Type;
                Value = operands.Length > 1 ? MemsetValue(operands[0].Type, operands[1].Bits) : 0;
                break;
            case Opcode.Iota:
                Numbers[0] = Tiles[0].N;
                break;
        }
    }

    private static double MemsetValue(ElementType type, uint bits) => type switch
    {
        ElementType.F32 => BitConverter.UInt32BitsToSingle(bits),
        ElementType.BF16 => BitConverter.UInt32BitsToSingle(bits << 16),
        ElementType.F16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        _ => (int)bits,
    };

    private static void FillTile(ref TileParts tile, in OnChipOperand operand)
    {
        var size = DeviceTypes.Bytes(operand.Type);
        var dense = true;
        var inner = 0;
        var n = 1;
        var dimensions = operand.Dimensions;
        for (var i = dimensions.Length - 1; i >= 0; i--)
        {
            var dimension = dimensions[i];
            if (dimension.Count > 1)
            {
                inner = inner == 0 ? Math.Abs(dimension.Stride) * size : inner;
                dense &= dimension.Stride == n;
                inner = inner == 0 ? size : inner;
            }

            n *= dimension.Count;
        }

        tile.P = operand.Partitions;
        tile.N = n;
        tile.ElementBytes = size;
        tile.Bytes = n * size;
        tile.Type = ElementTypes.Name(operand.Type);
        tile.Memory = Mnemonics.Name(operand.Memory);
        tile.Contiguous = dense;
        tile.InnerStride = inner == 0 ? size : inner;
    }

    /// <summary>The parts of one tile.</summary>
    public struct TileParts
    {
        public int P;
        public int N;
        public int Bytes;
        public int ElementBytes;
        public string Type;
        public string Memory;
        public bool Contiguous;
        public int InnerStride;
    }
}
