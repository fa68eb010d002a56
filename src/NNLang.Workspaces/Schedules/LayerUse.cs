using NNLang.Compiler.CompilationPipeline;
using NNLang.Machine.Instructions;

namespace NNLang.Workspaces.Schedules;

/// <summary>How a layer uses the engines. Times in ps. Immutable.</summary>
public sealed class LayerUse
{
    private const int TransferSlot = Engines.Count;

    private readonly List<int> _operations = [];
    private readonly long[] _time = new long[Engines.Count + 1];

    private LayerUse()
    {
    }

    /// <summary>Its tile operations, in source order.</summary>
    public IReadOnlyList<int> Operations => _operations;

    /// <summary>When the first starts.</summary>
    public long Start { get; private set; } = long.MaxValue;

    /// <summary>When the last ends.</summary>
    public long End { get; private set; }

    /// <summary>Whether it costs anything of its own; a layer that is fused into another, or only renames, does not.</summary>
    public bool IsEmpty => _operations.Count == 0;

    /// <summary>The engine that works longest for it; null where only transfers are made.</summary>
    public Engine? MainEngine
    {
        get
        {
            Engine? main = null;
            for (var e = 0; e < Engines.Count; e++)
            {
                if (_time[e] > 0 && (main is null || _time[e] > _time[(int)main]))
                {
                    main = (Engine)e;
                }
            }

            return main;
        }
    }

    /// <summary>The name of what works longest for it: an engine, or <c>dma</c>.</summary>
    public string MainName => MainEngine is { } engine ? Engines.Name(engine) : "dma";

    /// <summary>How long <see cref="MainName"/> works for it.</summary>
    public long MainTime => _time[MainEngine is { } engine ? (int)engine : TransferSlot];

    /// <summary>How long an engine works for it.</summary>
    public long TimeOn(Engine engine) => _time[(int)engine];

    /// <summary>How long its transfers take, summed.</summary>
    public long TransferTime => _time[TransferSlot];

    /// <summary>The uses of all layers. O(operations).</summary>
    internal static LayerUse[] Of(CompiledNetwork compiled)
    {
        var uses = new LayerUse[compiled.Network.Layers.Length];
        for (var i = 0; i < uses.Length; i++)
        {
            uses[i] = new LayerUse();
        }

        if (compiled.Plan is { } plan)
        {
            foreach (var operation in compiled.Schedule.Operations)
            {
                if (operation.Layer < 0)
                {
                    continue;
                }

                var use = uses[operation.Layer];
                use._operations.Add(operation.Id);
                use.Start = Math.Min(use.Start, operation.Start);
                use.End = Math.Max(use.End, operation.End);
                use._time[operation.Queue >= 0 ? TransferSlot : (int)operation.Engine] += plan.ChoiceOf(operation.Id).Duration;
            }
        }

        return uses;
    }
}
