namespace NNLang.Machine.Costs;

/// <summary>
/// The cost of one instruction on one engine, whatever its addresses and its time: a function of opcode, attributes and shapes, so that a
/// compiler may keep it with a code template.
/// </summary>
public readonly record struct InstructionCost
{
    /// <summary>Occupancy without corrections by the previous instruction, ps.</summary>
    public long Busy { get; init; }

    /// <summary>Occupancy after idleness, ps.</summary>
    public long BusyIdle { get; init; }

    /// <summary>Occupancy if the previous instruction wrote a source, ps.</summary>
    public long BusyDependent { get; init; }

    /// <summary>Occupancy after idleness if the previous instruction wrote a source, ps.</summary>
    public long BusyDependentIdle { get; init; }

    /// <summary>The function set it needs, from 1; 0 for none.</summary>
    public int FunctionSet { get; init; }

    /// <summary>What loading the set costs, ps.</summary>
    public long Setup { get; init; }

    /// <summary>The occupancy for the given circumstances, ps, without setup.</summary>
    public long Occupancy(bool dependent, bool idle) =>
        dependent ? (idle ? BusyDependentIdle : BusyDependent) : (idle ? BusyIdle : Busy);
}
