using System.Collections.Immutable;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>An input as a lowering sees it: how it lies, and in which tiles it comes into being.</summary>
/// <param name="Storage">How it lies.</param>
/// <param name="Tiles">Its tiles; empty for an input of the network, which is there from the start.</param>
internal sealed record LoweringInput(TensorStorage Storage, ImmutableArray<ResultTile> Tiles)
{
    /// <inheritdoc/>
    public bool Equals(LoweringInput? other) =>
        other is not null && Storage.Equals(other.Storage) && Same(Tiles, other.Tiles);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Storage, Tiles.Length);

    // Which operation defines a tile is the producer's business; what it covers is ours.
    private static bool Same(ImmutableArray<ResultTile> left, ImmutableArray<ResultTile> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].IsHalo != right[i].IsHalo || !left[i].Start.AsSpan().SequenceEqual(right[i].Start.AsSpan())
                || !left[i].Extent.AsSpan().SequenceEqual(right[i].Extent.AsSpan()))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One way to run an operation: an engine and instructions.</summary>
internal readonly record struct EngineDraft(Engine Engine, InstructionTemplate[] Instructions, QueueClass? Queue, string Reason);

/// <summary>
/// Collects buffers and operations of a group; derives dependences and uses from operands, costs from the device. Used by one recipe at a
/// time; not thread-safe.
/// </summary>
internal sealed class GroupBuilder
{
    private readonly List<LocalBuffer> _buffers = [];
    private readonly List<TileOperation> _operations = [];
    private readonly List<ResultTile>[] _tiles;
    private readonly ResultTensor?[] _results;
    private readonly AccessTracker _tracker;

    /// <summary>Makes a builder.</summary>
    public GroupBuilder(DeviceDescription device, IReadOnlyList<LoweringInput> inputs, int results)
    {
        Device = device;
        Inputs = inputs;
        _tracker = new AccessTracker(inputs);
        _tiles = new List<ResultTile>[results];
        for (var i = 0; i < results; i++)
        {
            _tiles[i] = [];
        }

        _results = new ResultTensor?[results];
    }

    /// <summary>The device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<LoweringInput> Inputs { get; }

    /// <summary>An input as a tensor.</summary>
    public TensorView Input(int index) => new(BufferRef.Input(index), Inputs[index].Storage);

    /// <summary>A buffer on chip.</summary>
    public BufferRef OnChip(string name, BufferKind kind, long bytes)
    {
        var aligned = kind == BufferKind.Psum ? bytes : (bytes + StorageFactory.Alignment - 1) / StorageFactory.Alignment * StorageFactory.Alignment;
        return Add(new LocalBuffer(name, kind, aligned));
    }

    /// <summary>A psum bank.</summary>
    public BufferRef Bank(string name) => OnChip(name, BufferKind.Psum, Limits.BankBytes(Device));

    /// <summary>A region filled by a recipe.</summary>
    public BufferRef RecipeRegion(string name, ImmutableArray<long> dimensions, RecipeTemplate recipe)
    {
        var reads = recipe.Steps.Any(step => step.Operation == RecipeOperation.Load);
        return Add(new LocalBuffer(name, reads ? BufferKind.WeightRegion : BufferKind.ConstantRegion, Product(dimensions) * 4)
        {
            Dimensions = dimensions,
            Recipe = recipe,
        });
    }

    /// <summary>A region of zeros.</summary>
    public BufferRef Scratch(string name, ImmutableArray<long> dimensions) =>
        Add(new LocalBuffer(name, BufferKind.ScratchRegion, Product(dimensions) * 4) { Dimensions = dimensions });

    /// <summary>The region of an output.</summary>
    public BufferRef Output(string name, int output, Shape shape) =>
        Add(new LocalBuffer(name, BufferKind.OutputRegion, shape.Count * 4) { Dimensions = shape.Dimensions, Output = output });

    /// <summary>Declares where a result lies.</summary>
    public TensorView Result(int index, BufferRef buffer, TensorStorage storage)
    {
        _results[index] = new ResultTensor(buffer, storage, []);
        return new TensorView(buffer, storage);
    }

    /// <summary>Says that an operation completes a box of a result.</summary>
    public void Defines(int result, int operation, TileBox box, bool halo = false) =>
        _tiles[result].Add(new ResultTile(OperationDependency.On(operation), box.Start, box.Extent, halo));

    /// <summary>Says that a result's tile is a tile of an input (views).</summary>
    public void Forwards(int result, int input, int tile, TileBox box, bool halo) =>
        _tiles[result].Add(new ResultTile(OperationDependency.OnTile(input, tile), box.Start, box.Extent, halo));

    /// <summary>Instructions for a compute engine.</summary>
    public static EngineDraft On(Engine engine, string reason, params InstructionTemplate[] instructions) => new(engine, instructions, null, reason);

    /// <summary>A transfer, triggered by the sequencer that owns the queue.</summary>
    public static EngineDraft Transfer(QueueClass queue, params InstructionTemplate[] instructions) => new(
        queue == QueueClass.Stores ? Engine.Scalar : Engine.Sync, instructions, queue, "the DMA engines move data; the sequencer only triggers them");

    /// <summary>Adds an operation; answers its index.</summary>
    /// <exception cref="LoweringException">The device runs it on no engine.</exception>
    public int Operation(string name, int member, int tile, bool endsTile, params ReadOnlySpan<EngineDraft> drafts) =>
        Operation(name, member, tile, endsTile, frame: false, drafts);

    /// <summary>Adds an operation that fills a frame of padding; answers its index.</summary>
    public int Frame(string name, int member, params ReadOnlySpan<EngineDraft> drafts) => Operation(name, member, 0, false, frame: true, drafts);

    /// <summary>The group that has been built.</summary>
    public LoweredGroup Build(string title)
    {
        var results = ImmutableArray.CreateBuilder<ResultTensor>(_results.Length);
        for (var i = 0; i < _results.Length; i++)
        {
            results.Add(_results[i]! with { Tiles = [.. _tiles[i]] });
        }

        var buffers = _buffers.ToImmutableArray();
        var operations = _operations.ToImmutableArray();
        var inputs = Inputs.Select(input => input.Storage).ToImmutableArray();
        return new LoweredGroup
        {
            Key = GroupHash.Of(title, inputs, buffers, results, operations),
            Title = title,
            Inputs = inputs,
            Buffers = buffers,
            Results = results.MoveToImmutable(),
            Operations = operations,
        };
    }

    private int Operation(string name, int member, int tile, bool endsTile, bool frame, ReadOnlySpan<EngineDraft> drafts)
    {
        var choices = new List<EngineChoice>();
        string? refusal = null;
        foreach (var draft in drafts)
        {
            if (DurationModel.Of(Device, draft.Engine, draft.Instructions, out var reason) is { } duration)
            {
                choices.Add(new EngineChoice
                {
                    Engine = draft.Engine,
                    Queue = draft.Queue,
                    Instructions = [.. draft.Instructions],
                    Duration = duration,
                    Reason = draft.Reason,
                });
            }
            else
            {
                refusal ??= reason;
            }
        }

        if (choices.Count == 0)
        {
            throw new LoweringException("NN5021", $"The device cannot run '{name}': {refusal}.", "Compile for a device that has the instruction.");
        }

        choices.Sort(static (a, b) => a.Duration != b.Duration ? a.Duration.CompareTo(b.Duration) : a.Engine.CompareTo(b.Engine));
        var (dependencies, uses) = _tracker.Record(_operations.Count, choices.SelectMany(choice => choice.Instructions), frame);
        _operations.Add(new TileOperation
        {
            Name = name,
            Member = member,
            Tile = tile,
            Choices = [.. choices],
            Dependencies = [.. dependencies],
            Uses = [.. uses],
            EndsTile = endsTile,
        });
        return _operations.Count - 1;
    }

    private BufferRef Add(LocalBuffer buffer)
    {
        _buffers.Add(buffer);
        return BufferRef.Local(_buffers.Count - 1);
    }

    private static long Product(ImmutableArray<long> dimensions)
    {
        var product = 1L;
        foreach (var dimension in dimensions)
        {
            product = checked(product * dimension);
        }

        return product;
    }
}
