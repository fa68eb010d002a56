using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Order;

/// <summary>
/// The in-order resources that the order pass fills: the five sequencers, then the sixteen DMA queues. An operation on a sequencer occupies
/// it; a transfer occupies its queue, and its trigger's sequencer for a moment.
/// </summary>
internal static class Agents
{
    /// <summary>The first DMA queue; queue q is agent <c>FirstQueue + q</c>.</summary>
    public const int FirstQueue = Engines.Count;

    /// <summary>How many agents there are.</summary>
    public const int Count = FirstQueue + 16;

    /// <summary>The agent of a DMA queue.</summary>
    public static int OfQueue(int queue) => FirstQueue + queue;

    /// <summary>Whether an agent is a DMA queue.</summary>
    public static bool IsQueue(int agent) => agent >= FirstQueue;
}
