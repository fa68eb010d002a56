using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Programs;

/// <summary>A DMA queue of a program (<c>docs/machine.md</c> 5.2).</summary>
/// <param name="Number">The queue's number, 0 to 15.</param>
/// <param name="Sequencer">The only sequencer that may trigger it.</param>
/// <param name="Source">Where its descriptors come from.</param>
/// <param name="Semaphore">The semaphore its transfers add 16 to.</param>
public sealed record QueueDeclaration(int Number, Engine Sequencer, DescriptorSource Source, ushort Semaphore);
