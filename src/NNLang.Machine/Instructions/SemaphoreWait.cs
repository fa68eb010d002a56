namespace NNLang.Machine.Instructions;

/// <summary>A condition <c>s >= v</c> of an instruction (<c>docs/machine.md</c> 4.3).</summary>
/// <param name="Semaphore">The semaphore's number.</param>
/// <param name="Value">The value waited for, at least 1.</param>
public readonly record struct SemaphoreWait(ushort Semaphore, uint Value);
