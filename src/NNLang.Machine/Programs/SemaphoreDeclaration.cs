using NNLang.Machine.Instructions;

namespace NNLang.Machine.Programs;

/// <summary>A semaphore of a program and its only writer (<c>docs/machine.md</c> 4.4): a sequencer or a queue.</summary>
/// <param name="Number">The semaphore's number.</param>
/// <param name="Sequencer">The sequencer that writes it; null if a queue does.</param>
/// <param name="Queue">The queue that writes it; null if a sequencer does.</param>
/// <param name="Name">A name for people; may be empty.</param>
public sealed record SemaphoreDeclaration(ushort Number, Engine? Sequencer, int? Queue, string Name = "");
