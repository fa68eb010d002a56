namespace NNLang.Machine;

/// <summary>The time of one instruction (<c>docs/machine.md</c> 7.1). Whoever shows a time of a stream takes it from <see cref="TimingSimulator"/>, which uses the same parts.</summary>
public static class Timing
{
    /// <summary>The occupancy of an instruction and the state after it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="state">The engine's state before; after the call, the state after.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="idle">Whether the engine stood idle immediately before, as it does before its first instruction.</param>
    /// <returns>Occupancy in ps, table load included.</returns>
    /// <exception cref="InvalidOperationException">The device does not run the instruction on the engine.</exception>
    public static long Step(DeviceDescription device, Engine engine, ref EngineTimingState state, in Instruction instruction, bool idle)
    {
        var cost = device.Costs.Evaluate(engine, instruction, state.Previous, out var problem)
            ?? throw new InvalidOperationException($"The instruction has no time: {problem}.");
        var dependent = state.IsDependent(instruction);
        var setup = cost.FunctionSet != 0 && cost.FunctionSet != state.FunctionSet ? cost.Setup : 0;
        state.Advance(instruction, cost.FunctionSet);
        return cost.Occupancy(dependent, idle) + setup;
    }
}
