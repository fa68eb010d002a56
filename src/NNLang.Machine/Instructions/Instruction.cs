using NNLang.Machine.Programs;

namespace NNLang.Machine.Instructions;

/// <summary>
/// One decoded instruction. Operands are in table order without attributes: destination first. It refers to arrays that it may share
/// with other instructions of its stream, so a stream of n instructions is a constant number of allocations. Immutable; the default value
/// is no instruction.
/// </summary>
/// <remarks>
/// A program keeps its instructions encoded (<see cref="InstructionStream"/>): the compiler patches offsets, counts and waits of encoded
/// templates in place, because patching keeps lengths. This form is for whoever reads or builds instructions one by one.
/// </remarks>
public readonly struct Instruction : IEquatable<Instruction>
{
    private readonly Operand[] _operands;
    private readonly SemaphoreWait[] _waits;
    private readonly int _firstOperand;
    private readonly int _firstWait;
    private readonly byte _operandCount;
    private readonly byte _waitCount;

    /// <summary>Makes an instruction of its parts, which are copied. Legality is not checked.</summary>
    /// <exception cref="ArgumentException">There are more than 8 operands or 15 waits.</exception>
    public Instruction(
        Opcode opcode,
        ReadOnlySpan<Operand> operands,
        InstructionAttributes attributes = default,
        ReadOnlySpan<SemaphoreWait> waits = default,
        ushort? increment = null)
    {
        if (operands.Length > MaximumOperands || waits.Length > MaximumWaits)
        {
            throw new ArgumentException($"An instruction has at most {MaximumOperands} operands and {MaximumWaits} waits.");
        }

        Opcode = opcode;
        Attributes = attributes;
        Increment = increment;
        _operands = operands.ToArray();
        _operandCount = (byte)operands.Length;
        _waits = waits.ToArray();
        _waitCount = (byte)waits.Length;
    }

    internal Instruction(
        Opcode opcode,
        Operand[] operands,
        int firstOperand,
        int operandCount,
        InstructionAttributes attributes,
        SemaphoreWait[] waits,
        int firstWait,
        int waitCount,
        ushort? increment)
    {
        Opcode = opcode;
        Attributes = attributes;
        Increment = increment;
        _operands = operands;
        _firstOperand = firstOperand;
        _operandCount = (byte)operandCount;
        _waits = waits;
        _firstWait = firstWait;
        _waitCount = (byte)waitCount;
    }

    /// <summary>The most operands an instruction can have.</summary>
    public const int MaximumOperands = 8;

    /// <summary>The most waits an instruction can have.</summary>
    public const int MaximumWaits = 15;

    /// <summary>What it does.</summary>
    public Opcode Opcode { get; }

    /// <summary>Operation, function, flags, axes, groups, queue.</summary>
    public InstructionAttributes Attributes { get; }

    /// <summary>The semaphore it increments at its commit, or null.</summary>
    public ushort? Increment { get; }

    /// <summary>The operands, destination first.</summary>
    public ReadOnlySpan<Operand> Operands => _operands.AsSpan(_firstOperand, _operandCount);

    /// <summary>What it waits for.</summary>
    public ReadOnlySpan<SemaphoreWait> Waits => _waits.AsSpan(_firstWait, _waitCount);

    /// <summary>Whether it triggers a transfer.</summary>
    public bool IsTransfer => Opcode is Opcode.DmaCopy or Opcode.DmaGather;

    /// <summary>The same instruction with other waits and another increment.</summary>
    public Instruction With(ReadOnlySpan<SemaphoreWait> waits, ushort? increment) =>
        new(Opcode, Operands, Attributes, waits, increment);

    /// <inheritdoc/>
    public bool Equals(Instruction other) =>
        Opcode == other.Opcode && Attributes == other.Attributes && Increment == other.Increment
        && Operands.SequenceEqual(other.Operands) && Waits.SequenceEqual(other.Waits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Instruction other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Opcode, Attributes, Increment, _operandCount, _waitCount);

    /// <summary>Value equality.</summary>
    public static bool operator ==(Instruction left, Instruction right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(Instruction left, Instruction right) => !left.Equals(right);
}
