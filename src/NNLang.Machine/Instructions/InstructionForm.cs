namespace NNLang.Machine.Instructions;

/// <summary>The form of each instruction: what the encoder, decoder, assembler, legality and timing agree on.</summary>
internal static class InstructionForm
{
    private static readonly SlotKind[][] Forms =
    [
        [],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Source, SlotKind.Accumulate, SlotKind.Groups],
        [SlotKind.Destination, SlotKind.Source],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Function, SlotKind.OptionalScalar, SlotKind.OptionalScalar, SlotKind.OptionalScalar],
        [
            SlotKind.Destination, SlotKind.Source, SlotKind.Function, SlotKind.DestinationColumn, SlotKind.OptionalScalar, SlotKind.OptionalScalar,
            SlotKind.OptionalScalar,
        ],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Source, SlotKind.Operation0],
        [
            SlotKind.Destination, SlotKind.Source, SlotKind.ReversibleOperation0, SlotKind.Scalar, SlotKind.OptionalPair,
            SlotKind.FusedMultiplyAdd,
        ],
        [
            SlotKind.Destination, SlotKind.Source, SlotKind.ReversibleOperation0, SlotKind.Scalar, SlotKind.ReversibleOperation1,
            SlotKind.Source, SlotKind.FusedMultiplyAdd,
        ],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Axes, SlotKind.Operation0, SlotKind.Negate],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Source, SlotKind.Scalar, SlotKind.Operation0, SlotKind.Operation1],
        [SlotKind.Destination, SlotKind.Source],
        [SlotKind.Destination, SlotKind.Source, SlotKind.Source],
        [SlotKind.Destination, SlotKind.Bits],
        [SlotKind.Destination, SlotKind.Integer, SlotKind.Integer, SlotKind.Integers],
        [SlotKind.AnyDestination, SlotKind.AnySource, SlotKind.Queue],
        [SlotKind.Destination, SlotKind.Table, SlotKind.IndexColumn, SlotKind.Queue],
        [],
    ];

    private static readonly int[][] Destinations = new int[Forms.Length][];
    private static readonly int[][] Sources = new int[Forms.Length][];

    static InstructionForm()
    {
        for (var opcode = 0; opcode < Forms.Length; opcode++)
        {
            var (destinations, sources) = (new List<int>(), new List<int>());
            var position = 0;
            foreach (var slot in Forms[opcode])
            {
                switch (slot)
                {
                    case SlotKind.Destination or SlotKind.DestinationColumn or SlotKind.AnyDestination:
                        destinations.Add(position++);
                        break;
                    case SlotKind.Source or SlotKind.IndexColumn or SlotKind.Scalar or SlotKind.OptionalScalar or SlotKind.AnySource or SlotKind.Table
                        or SlotKind.OptionalPair:
                        sources.Add(position++);
                        break;
                    case SlotKind.Bits or SlotKind.Integer:
                        position++;
                        break;
                }
            }

            Destinations[opcode] = [.. destinations];
            Sources[opcode] = [.. sources];
        }
    }

    /// <summary>The slots of an instruction, in order.</summary>
    public static ReadOnlySpan<SlotKind> Of(Opcode opcode) => Forms[(int)opcode];

    /// <summary>Which operands are written; those beyond the operand count are absent.</summary>
    public static ReadOnlySpan<int> DestinationsOf(Opcode opcode) => Destinations[(int)opcode];

    /// <summary>Which operands are read; those beyond the operand count are absent, and immediates may be among them.</summary>
    public static ReadOnlySpan<int> SourcesOf(Opcode opcode) => Sources[(int)opcode];

    /// <summary>
    /// Whether operands and attributes have the form of the opcode. Null if so, else what is wrong. Says nothing about legality.
    /// </summary>
    public static string? Check(Opcode opcode, ReadOnlySpan<Operand> operands, in InstructionAttributes attributes)
    {
        var name = Mnemonics.Name(opcode);
        var position = 0;
        var flags = attributes.Flags;
        foreach (var slot in Of(opcode))
        {
            var has = position < operands.Length;
            switch (slot)
            {
                case SlotKind.Destination or SlotKind.DestinationColumn or SlotKind.Source or SlotKind.IndexColumn:
                    if (!has || !operands[position++].IsOnChip)
                    {
                        return $"operand {position} of {name} is in sbuf or psum";
                    }

                    break;
                case SlotKind.Scalar:
                    if (!has || operands[position++].Memory == MemoryKind.Hbm)
                    {
                        return $"operand {position} of {name} is a column or an immediate";
                    }

                    break;
                case SlotKind.OptionalScalar or SlotKind.OptionalPair:
                    if (has && operands[position++].Memory == MemoryKind.Hbm)
                    {
                        return $"operand {position} of {name} is a column or an immediate";
                    }

                    if (slot == SlotKind.OptionalPair && !has)
                    {
                        flags &= ~InstructionFlags.Reverse1;
                    }

                    break;
                case SlotKind.Bits or SlotKind.Integer:
                    if (!has || !operands[position++].IsImmediate)
                    {
                        return $"operand {position} of {name} is an immediate";
                    }

                    break;
                case SlotKind.Integers:
                    for (; position < operands.Length; position++)
                    {
                        if (!operands[position].IsImmediate)
                        {
                            return $"operand {position + 1} of {name} is an immediate";
                        }
                    }

                    break;
                case SlotKind.AnyDestination or SlotKind.AnySource:
                    if (!has || operands[position++].IsImmediate)
                    {
                        return $"operand {position} of {name} is in a memory";
                    }

                    break;
                case SlotKind.Table:
                    if (!has || operands[position++].Memory != MemoryKind.Hbm)
                    {
                        return $"operand {position} of {name} is in a region of device memory";
                    }

                    break;
            }
        }

        return position == operands.Length ? null : $"{name} has at most {position} operands, not {operands.Length}";
    }
}
