using System.Collections.Immutable;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Timing;

/// <summary>
/// The times of all instructions and transfers of a program, in ps from its start. Reused by <see cref="TimingSimulator.Run"/>: spans are
/// valid until the result is passed to it again.
/// </summary>
public sealed class TimingResult
{
    internal readonly long[][] Starts = new long[Engines.Count][];
    internal readonly long[][] Ends = new long[Engines.Count][];
    internal readonly long[][] Commits = new long[Engines.Count][];
    internal readonly int[][] Binders = new int[Engines.Count][];
    internal readonly StartReason[][] Reasons = new StartReason[Engines.Count][];
    internal readonly int[] Counts = new int[Engines.Count];
    internal readonly long[] BusyTimes = new long[Engines.Count];
    internal readonly long[] DmaBusyTimes = new long[16];
    internal TransferTimes[] TransferArray = [];
    internal int TransferCount;

    /// <summary>Makes an empty result.</summary>
    public TimingResult()
    {
        for (var i = 0; i < Engines.Count; i++)
        {
            (Starts[i], Ends[i], Commits[i], Binders[i], Reasons[i]) = ([], [], [], [], []);
        }
    }

    /// <summary>The last commit: the program's time (7.9).</summary>
    public long Makespan { get; internal set; }

    /// <summary>Whether all streams came to their end.</summary>
    public bool IsComplete => Deadlock.IsEmpty;

    /// <summary>If not: the heads of the streams that wait for ever.</summary>
    public ImmutableArray<BlockedInstruction> Deadlock { get; internal set; } = [];

    /// <summary>When each instruction of a stream starts. Of a blocked stream only those before the blocked one.</summary>
    public ReadOnlySpan<long> Start(Engine engine) => Starts[(int)engine].AsSpan(0, Counts[(int)engine]);

    /// <summary>When each instruction's occupancy ends.</summary>
    public ReadOnlySpan<long> End(Engine engine) => Ends[(int)engine].AsSpan(0, Counts[(int)engine]);

    /// <summary>When each instruction's results appear; of a trigger, when its transfer is complete.</summary>
    public ReadOnlySpan<long> Commit(Engine engine) => Commits[(int)engine].AsSpan(0, Counts[(int)engine]);

    /// <summary>Why each instruction starts when it does and not before.</summary>
    public ReadOnlySpan<StartReason> Reason(Engine engine) => Reasons[(int)engine].AsSpan(0, Counts[(int)engine]);

    /// <summary>
    /// The instruction whose end, commit or port an instruction's start waits for; null if it starts with the program. For
    /// <see cref="StartReason.Transfer"/> it is the transfer's trigger.
    /// </summary>
    public InstructionLocation? Binder(Engine engine, int index) => Unpack(Binders[(int)engine].AsSpan(0, Counts[(int)engine])[index]);

    /// <summary>The transfers, in the order they were added to the input.</summary>
    public ReadOnlySpan<TransferTimes> Transfers => TransferArray.AsSpan(0, TransferCount);

    /// <summary>The sum of occupancies of an engine.</summary>
    public long Busy(Engine engine) => BusyTimes[(int)engine];

    /// <summary>The sum of share times of a DMA engine.</summary>
    public long DmaBusy(int engine) => DmaBusyTimes[engine];

    internal static int Pack(int engine, int index) => (engine << 28) | index;

    internal static InstructionLocation? Unpack(int packed) => packed < 0 ? null : new InstructionLocation((Engine)(packed >> 28), packed & 0xFFFFFFF);
}

/// <summary>What an instruction's start waited for last.</summary>
public enum StartReason : byte
{
    /// <summary>Nothing: it starts with the program.</summary>
    ProgramStart,
    /// <summary>The end of the instruction before it.</summary>
    Predecessor,
    /// <summary>A semaphore that another sequencer's instruction increments.</summary>
    Instruction,
    /// <summary>A semaphore of a queue: the completion of a transfer.</summary>
    Transfer,
    /// <summary>A port that another engine holds.</summary>
    Port,
}

/// <summary>The times of a transfer (5.7), ps.</summary>
public record struct TransferTimes
{
    /// <summary>The triggering instruction.</summary>
    public InstructionLocation Trigger { readonly get; internal set; }

    /// <summary>When its descriptors begin to be made.</summary>
    public long Generated { readonly get; internal set; }

    /// <summary>When it arrives at the DMA engines.</summary>
    public long Arrival { readonly get; internal set; }

    /// <summary>What its arrival waited for last.</summary>
    public ArrivalReason ArrivalReason { readonly get; internal set; }

    /// <summary>When the first share starts.</summary>
    public long FirstByte { readonly get; internal set; }

    /// <summary>When the last share ends.</summary>
    public long LastByte { readonly get; internal set; }

    /// <summary>When its results and its semaphore become visible.</summary>
    public long Commit { readonly get; internal set; }

    /// <summary>The transfer that the share that ended last had to wait for at its DMA engine; -1 for none.</summary>
    public int BlockedBy { readonly get; internal set; }

    /// <summary>Whether the commit waited for the transfer before it in its queue.</summary>
    public bool CommitWaited { readonly get; internal set; }
}

/// <summary>What the arrival of a transfer waited for last.</summary>
public enum ArrivalReason : byte
{
    /// <summary>Its trigger and the launch.</summary>
    Trigger,
    /// <summary>Its descriptor generator.</summary>
    Generator,
    /// <summary>The arrival of the transfer before it in its queue.</summary>
    Queue,
    /// <summary>The commit of an earlier instruction of the triggering stream.</summary>
    Stream,
}

/// <summary>The head of a stream in a deadlock.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Wait">The wait that never holds.</param>
/// <param name="Reached">The value its semaphore reached.</param>
public readonly record struct BlockedInstruction(InstructionLocation Instruction, SemaphoreWait Wait, long Reached);
