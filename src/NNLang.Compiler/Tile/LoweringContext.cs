using System.Collections.Immutable;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;

namespace NNLang.Compiler.Tile;

/// <summary>
/// What a recipe reads, all of it: the group, how inputs and results lie, how often each result is an output of the network, the fault of the
/// tile pass. It is the key under which the lowering is kept.
/// </summary>
internal sealed record LoweringRequest(
    string Title,
    FusedGroup? Group,
    ImmutableArray<LoweringInput> Inputs,
    ImmutableArray<TensorStorage> Results,
    ImmutableArray<int> Outputs,
    TileFault? Fault)
{
    /// <inheritdoc/>
    public bool Equals(LoweringRequest? other) =>
        other is not null && Title == other.Title && Equals(Group, other.Group) && Equals(Fault, other.Fault)
        && Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan()) && Results.AsSpan().SequenceEqual(other.Results.AsSpan())
        && Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Title, StringComparer.Ordinal);
        hash.Add(Group);
        foreach (var input in Inputs)
        {
            hash.Add(input);
        }

        foreach (var result in Results)
        {
            hash.Add(result);
        }

        foreach (var output in Outputs)
        {
            hash.Add(output);
        }

        hash.Add(Fault);
        return hash.ToHashCode();
    }
}

/// <summary>One lowering in progress: the builder, and what all recipes do alike with results.</summary>
internal sealed class LoweringContext
{
    private readonly TensorView?[] _results;
    private readonly BufferRef[][] _outputs;
    private int _storeTile;

    /// <summary>Starts a lowering.</summary>
    public LoweringContext(DeviceDescription device, LoweringRequest request)
    {
        Request = request;
        Builder = new GroupBuilder(device, request.Inputs, request.Results.Length);
        _results = new TensorView?[request.Results.Length];
        _outputs = new BufferRef[request.Results.Length][];
        var output = 0;
        for (var i = 0; i < _outputs.Length; i++)
        {
            _outputs[i] = new BufferRef[request.Outputs[i]];
            for (var j = 0; j < _outputs[i].Length; j++)
            {
                _outputs[i][j] = Builder.Output($"output {output}", output, request.Results[i].Shape);
                output++;
            }
        }
    }

    /// <summary>What is lowered.</summary>
    public LoweringRequest Request { get; }

    /// <summary>The builder.</summary>
    public GroupBuilder Builder { get; }

    /// <summary>The fused group; conversions have none.</summary>
    public FusedGroup Group => Request.Group!;

    /// <summary>The member that loads, products and reductions belong to.</summary>
    public int CoreMember => Request.Group?.MemberOf(MemberRole.Core) ?? -1;

    /// <summary>The member that evacuations and stores belong to: the last.</summary>
    public int LastMember => Request.Group is { } group ? group.Members.Length - 1 : -1;

    /// <summary>f32 columns of a psum bank.</summary>
    public int Columns => Limits.Columns(Builder.Device);

    /// <summary>A result: its buffer is made, and its frame of padding filled, when it is first asked for.</summary>
    public TensorView Result(int index = 0)
    {
        if (_results[index] is { } made)
        {
            return made;
        }

        var storage = Request.Results[index];
        var view = Builder.Result(index, Builder.OnChip("result", BufferKind.Activation, storage.Bytes), storage);
        _results[index] = view;
        if (FrameWriter.Write(Builder, view, CoreMember) is >= 0 and var frame)
        {
            Builder.Defines(index, frame, TileBox.All(storage.Shape), halo: true);
        }

        return view;
    }

    /// <summary>Declares a result that is an input's storage under another shape.</summary>
    public TensorView Alias(int index, int input)
    {
        var view = Builder.Result(index, BufferRef.Input(input), Request.Results[index]);
        _results[index] = view;
        return view;
    }

    /// <summary>Says that an operation completes a box of a result, and stores the box where the result is an output.</summary>
    public void Complete(int result, int operation, TileBox box)
    {
        Builder.Defines(result, operation, box);
        Store(result, box);
    }

    /// <summary>Stores a box of a result to the outputs it is.</summary>
    public void Store(int result, TileBox box)
    {
        foreach (var output in _outputs[result])
        {
            var view = _results[result]!.Value;
            var dense = new TensorView(output, Layout.StorageFactory.Dense(view.Storage.Type, view.Storage.Shape));
            if (RowTransposition.Pays(Builder.Device, view.Storage))
            {
                RowTransposition.Store(this, view, dense, box, ref _storeTile);
                continue;
            }

            foreach (var piece in StoragePiece.Cut(view.Storage, box, joinBlocks: true))
            {
                foreach (var part in TransferPlan.Fit(view, dense, piece))
                {
                    var copy = TemplateInstruction.Dma(dense.Hbm(part, view.Storage.PartitionAxis), view.OnChip(part), QueueClass.Stores);
                    Builder.Operation($"store {_storeTile}", LastMember, _storeTile, endsTile: true, GroupBuilder.Transfer(QueueClass.Stores, copy));
                    _storeTile++;
                }
            }
        }
    }
}
