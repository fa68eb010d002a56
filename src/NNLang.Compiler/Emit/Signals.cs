using NNLang.Compiler.Order;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Emit;

/// <summary>
/// Waits as semaphores (<c>docs/machine.md</c> 4.5): sequencer e signals semaphore e, queue q semaphore 8 + q, and an operation signals only if
/// somebody waits for it.
/// </summary>
internal sealed class Signals(AgentTable agents, WaitPlan plan, int completion)
{
    /// <summary>The semaphore of queue 0.</summary>
    public const int FirstQueueSemaphore = 8;

    /// <summary>The semaphore of an agent (<see cref="Agents"/>).</summary>
    public static ushort SemaphoreOf(int agent) =>
        (ushort)(Agents.IsQueue(agent) ? FirstQueueSemaphore + agent - Agents.FirstQueue : agent);

    /// <summary>Writes the waits of an operation, by ascending semaphore.</summary>
    /// <returns>How many there are.</returns>
    public int WaitsOf(int operation, Span<SemaphoreWait> waits)
    {
        var count = 0;
        for (var w = plan.Start[operation]; w < plan.Start[operation + 1]; w++)
        {
            var target = plan.For[w];
            var agent = agents.NumberOf[agents.Agent[target]];
            var value = (uint)plan.SignalCount[target] * (uint)(Agents.IsQueue(agent) ? completion : 1);
            var at = count++;
            while (at > 0 && waits[at - 1].Semaphore > SemaphoreOf(agent))
            {
                waits[at] = waits[at - 1];
                at--;
            }

            waits[at] = new SemaphoreWait(SemaphoreOf(agent), value);
        }

        return count;
    }

    /// <summary>The semaphore an operation's last instruction increments; null if nobody waits for it.</summary>
    public ushort? SignalOf(int operation) =>
        plan.Signals[operation] ? SemaphoreOf(agents.NumberOf[agents.Agent[operation]]) : null;
}
