using NNLang.Compiler.CompilationPipeline;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;

namespace NNLang.Targets.Faults;

/// <summary>What the instructions of one layer use of the machine.</summary>
internal sealed class LayerUses
{
    private static readonly ActivationFunction[] Tables =
    [
        ActivationFunction.Exp, ActivationFunction.Sigmoid, ActivationFunction.Tanh, ActivationFunction.Silu, ActivationFunction.Log,
        ActivationFunction.Softplus, ActivationFunction.Erf, ActivationFunction.Gelu, ActivationFunction.GeluTanh,
    ];

    /// <summary>Columns of the array that its matmuls use; 0 without one.</summary>
    public int ArrayColumns { get; private set; }

    /// <summary>Whether a matmul adds to what is in psum.</summary>
    public bool Accumulates { get; private set; }

    /// <summary>The lanes used on the vector, scalar and gpsimd engines.</summary>
    public SortedDictionary<Engine, int> Lanes { get; } = [];

    /// <summary>The functions it takes from tables.</summary>
    public SortedSet<ActivationFunction> TableFunctions { get; } = [];

    /// <summary>The queues of its transfers.</summary>
    public SortedSet<int> Queues { get; } = [];

    /// <summary>The uses of every layer, by layer. O(instructions).</summary>
    public static LayerUses[] Of(CompiledNetwork compiled)
    {
        var uses = new LayerUses[compiled.Network.Layers.Length];
        for (var i = 0; i < uses.Length; i++)
        {
            uses[i] = new LayerUses();
        }

        var plan = compiled.Plan!;
        for (var operation = 0; operation < plan.OperationCount; operation++)
        {
            var layer = plan.Placed.LayerOf(operation);
            if (layer < 0)
            {
                continue;
            }

            var choice = plan.ChoiceOf(operation);
            foreach (var template in choice.Instructions)
            {
                uses[layer].Add(choice.Engine, template.Instruction);
            }
        }

        return uses;
    }

    private void Add(Engine engine, in Instruction instruction)
    {
        if (instruction.IsTransfer)
        {
            Queues.Add(instruction.Attributes.Queue);
            return;
        }

        if (instruction.Operands.IsEmpty || !instruction.Operands[0].IsOnChip)
        {
            return;
        }

        var partitions = instruction.Operands[0].OnChip.Partitions;
        if (instruction.Opcode == Opcode.NcMatmul)
        {
            ArrayColumns = Math.Max(ArrayColumns, partitions);
            Accumulates |= instruction.Attributes.Flags.HasFlag(InstructionFlags.Accumulate);
        }
        else if (engine != Engine.Tensor && instruction.Opcode != Opcode.Memset)
        {
            Lanes[engine] = Math.Max(Lanes.GetValueOrDefault(engine), partitions);
        }

        if (instruction.Opcode is Opcode.Activation or Opcode.ActivationReduce && Array.IndexOf(Tables, instruction.Attributes.Function) >= 0)
        {
            TableFunctions.Add(instruction.Attributes.Function);
        }
    }
}
