namespace NNLang.Compiler.Schedules;

/// <summary>What no order can beat, and why.</summary>
/// <param name="Picoseconds">The bound: the largest of its parts.</param>
/// <param name="CriticalPath">The longest chain of dependences, each operation on its fastest engine, with the latencies that any choice has.</param>
/// <param name="EngineLoad">
/// The largest load of an engine, of a set of engines that share operations, or of a shared port, with what must come before and after it.
/// </param>
/// <param name="Dma">The load of the busiest DMA engine, and the latency of one transfer.</param>
public readonly record struct LowerBound(long Picoseconds, long CriticalPath, long EngineLoad, long Dma);
