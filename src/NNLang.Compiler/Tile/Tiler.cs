using System.Collections.Immutable;
using System.Globalization;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Layout;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Compiler.Tile;

/// <summary>What the tile pass answers: a network, or what is wrong.</summary>
/// <param name="Network">The tiled network; null if there are problems.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record TileResult(TiledNetwork? Network, ImmutableArray<CompilationProblem> Problems);

/// <summary>
/// The tile pass: assigns layouts and frames in program order, inserts loads and conversions before the first group that needs them, and
/// lowers every group by its recipe. Pure; O(groups) beside the lowerings that the cache does not know.
/// </summary>
public static class Tiler
{
    /// <summary>Tiles a fused network for a device.</summary>
    public static TileResult Tile(FusedNetwork network, DeviceDescription device, LoweringCache? cache = null) =>
        Tile(network, device, cache, ImmutableDictionary<int, TileFault>.Empty);

    /// <summary>The same with planted faults, by index of the group.</summary>
    internal static TileResult Tile(
        FusedNetwork network, DeviceDescription device, LoweringCache? cache, IReadOnlyDictionary<int, TileFault> faults)
    {
        cache ??= new LoweringCache();
        cache.BeginGeneration();
        var state = new State(network, device, cache, faults);
        state.Run();
        return state.Problems.Count > 0 ? new TileResult(null, [.. state.Problems]) : new TileResult(state.Build(), []);
    }

    /// <summary>A value of the network in one storage.</summary>
    private readonly record struct Placed(TensorStorage Storage, ImmutableArray<ResultTile> Tiles, int Instance, int Result);

    private sealed class State(
        FusedNetwork network, DeviceDescription device, LoweringCache cache, IReadOnlyDictionary<int, TileFault> faults)
    {
        private readonly string _device = device.Hash.ToString();
        private readonly Consumers _consumers = new(network);
        private readonly List<GroupInstance> _instances = [];
        private readonly Dictionary<(FusedLinkKind Kind, int Index, int Result), List<Placed>> _values = [];

        public List<CompilationProblem> Problems { get; } = [];

        public void Run()
        {
            for (var i = 0; i < network.Network.Inputs.Length; i++)
            {
                if (network.Network.Inputs[i].Type is { KnownShape: { } shape, Element: ElementType.F32 })
                {
                    _values[(FusedLinkKind.NetworkInput, i, 0)] = [new Placed(StorageFactory.Dense(ElementType.F32, shape), [], -1, i)];
                }
                else
                {
                    Problems.Add(new CompilationProblem(
                        network.Network.Inputs[i].Type.Element == ElementType.F32 ? "NN3011" : "NN5020",
                        $"Input '{network.Network.Inputs[i].Name}' is {network.Network.Inputs[i].Type}; only f32 of known shape can be compiled.",
                        "Bind its dimensions and make it f32.",
                        -1));
                    return;
                }
            }

            var last = -1;
            for (var g = 0; g < network.Groups.Length; g++)
            {
                last += network.Groups[g].Advance;
                try
                {
                    Lower(g, network.Groups[g]);
                }
                catch (LoweringException refusal)
                {
                    Problems.Add(new CompilationProblem(refusal.Code, refusal.Message, refusal.Help, last));
                    return;
                }
                catch (OverflowException)
                {
                    Problems.Add(new CompilationProblem(
                        "NN5021",
                        $"'{network.Groups[g].Group.Title}' needs an access pattern with numbers larger than instructions hold.",
                        "Use a smaller window, stride or tensor.",
                        last));
                    return;
                }
            }

            try
            {
                PassThrough();
            }
            catch (LoweringException refusal)
            {
                Problems.Add(new CompilationProblem(refusal.Code, refusal.Message, refusal.Help, -1));
            }
        }

        public TiledNetwork Build() => new()
        {
            Network = network.Network,
            Groups = [.. _instances],
            Inputs = [.. network.Network.Inputs.Select(input => StorageFactory.Dense(input.Type.Element, input.Type.KnownShape!.Value))],
        };

        private void Lower(int index, FusedInstance instance)
        {
            var group = instance.Group;
            var recipe = RecipeTable.Find(group)
                ?? throw new LoweringException("NN5021", $"'{group.Title}' has no lowering.", "Rewrite it with operators that have one.");
            var known = instance.Operands.Select(link => Native(index, link)?.Storage).ToImmutableArray();
            var operands = ImmutableArray.CreateBuilder<Placed>(known.Length);
            for (var k = 0; k < known.Length; k++)
            {
                operands.Add(Provide(index, instance, k, recipe.Need(group, k, known)));
            }

            var storages = operands.Select(operand => (TensorStorage?)operand.Storage).ToImmutableArray();
            var result = ResultStorage(index, group, recipe, storages);
            var outputs = _consumers.OutputsOf(index);
            var request = new LoweringRequest(
                group.Title, group, [.. operands.Select(operand => new LoweringInput(operand.Storage, operand.Tiles))], [result], [outputs.Length],
                faults.GetValueOrDefault(index));
            var body = cache.GetOrAdd(_device, request, asked =>
            {
                var context = new LoweringContext(device, asked);
                recipe.Lower(context);
                return TileFaults.Apply(context.Builder.Build(asked.Title), asked.Fault, device);
            });
            Add(
                new GroupInstance(
                    body, Links(operands), instance.Layers, instance.Sources, outputs, instance.Advance, IsConversion: false),
                (FusedLinkKind.Group, index, 0));
        }

        private TensorStorage ResultStorage(int index, FusedGroup group, LoweringRecipe recipe, ImmutableArray<TensorStorage?> operands)
        {
            if (group.Core.IsView && recipe.View(group, operands[0]!) is { } view)
            {
                return view;
            }

            var writes = recipe.Writes(group, operands);
            var reads = _consumers.FirstRead(index);
            var layout = writes[0];
            if (!reads.IsEmpty)
            {
                layout = reads.FirstOrDefault(writes.Contains, writes[0]);
            }
            else if (writes.Contains(StorageFactory.Canonical(group.Result.Shape.Rank)))
            {
                layout = StorageFactory.Canonical(group.Result.Shape.Rank);
            }

            return Fitting(StorageFactory.OnChip(
                group.Result.Shape, layout, layout == TensorLayout.C ? _consumers.HaloOf(index) : default));
        }

        private Placed? Native(int reader, FusedLink link) => link.Kind == FusedLinkKind.Source ? null : _values[Key(reader, link)][0];

        private static (FusedLinkKind Kind, int Index, int Result) Key(int reader, FusedLink link) => link.Kind == FusedLinkKind.Group
            ? (FusedLinkKind.Group, reader - link.Distance, link.Index)
            : (FusedLinkKind.NetworkInput, link.Index, 0);

        // The operand in a storage that meets the need, by a conversion if no earlier one did.
        private Placed Provide(int reader, FusedInstance instance, int operand, OperandNeed need)
        {
            var link = instance.Operands[operand];
            var type = instance.Group.Operands[operand];
            if (link.Kind == FusedLinkKind.Source)
            {
                return LoadSource(instance, link, Target(type.Shape, need, null));
            }

            var values = _values[Key(reader, link)];
            foreach (var placed in values)
            {
                if (Meets(placed.Storage, need))
                {
                    return placed;
                }
            }

            var native = values[0];
            var target = Target(type.Shape, need, native.Storage);
            if (native.Storage.IsDense && RowTransposition.Pays(device, target))
            {
                native = LoadRows(native, target);
                values.Add(native);
            }

            var request = new LoweringRequest(
                Title(native.Storage, target), null, [new LoweringInput(native.Storage, native.Tiles)], [target], [0], null);
            var body = Convert(request, ConversionLowering.Lower);
            var made = Add(new GroupInstance(body, Links([native]), [], [], [], 0, IsConversion: true), null);
            values.Add(made);
            return made;
        }

        // An input with rows on the partitions: whole rows are read from device memory, where columns would be read element by element.
        private Placed LoadRows(Placed native, TensorStorage target)
        {
            var rows = Fitting(StorageFactory.OnChip(target.Shape, TensorLayout.R));
            var request = new LoweringRequest(
                Title(native.Storage, rows), null, [new LoweringInput(native.Storage, native.Tiles)], [rows], [0], null);
            return Add(new GroupInstance(Convert(request, ConversionLowering.Lower), Links([native]), [], [], [], 0, IsConversion: true), null);
        }

        private Placed LoadSource(FusedInstance instance, FusedLink link, TensorStorage target)
        {
            var source = instance.Sources[link.Index]!;
            var shape = source.Type.KnownShape!.Value;
            var request = new LoweringRequest(
                $"load {source.Type} as {target}", null, [], [target], [0], null);
            var body = Convert(request, context => ConversionLowering.LoadSource(context, shape));
            return Add(new GroupInstance(body, [], [], [source], [], 0, IsConversion: true), null);
        }

        private LoweredGroup Convert(LoweringRequest request, Action<LoweringContext> lower) => cache.GetOrAdd(_device, request, asked =>
        {
            var context = new LoweringContext(device, asked);
            lower(context);
            return context.Builder.Build(asked.Title);
        });

        // Outputs that no group writes: inputs and constants handed through.
        private void PassThrough()
        {
            for (var i = 0; i < network.Outputs.Length; i++)
            {
                var link = network.Outputs[i];
                if (link.Kind == FusedLinkKind.Group)
                {
                    continue;
                }

                var shape = network.Network.Outputs[i].Type.KnownShape!.Value;
                var target = Fitting(StorageFactory.OnChip(shape, StorageFactory.Canonical(shape.Rank)));
                if (link.Kind == FusedLinkKind.NetworkInput)
                {
                    var native = _values[(FusedLinkKind.NetworkInput, link.Index, 0)][0];
                    var request = new LoweringRequest(
                        "pass through", null, [new LoweringInput(native.Storage, [])], [target], [1], null);
                    Add(new GroupInstance(Convert(request, ConversionLowering.Lower), Links([native]), [], [], [i], 0, IsConversion: true), null);
                }
                else
                {
                    var source = network.OutputSources[link.Index];
                    var request = new LoweringRequest($"pass {source.Type} through", null, [], [target], [1], null);
                    var body = Convert(request, context => ConversionLowering.LoadSource(context, source.Type.KnownShape!.Value));
                    Add(new GroupInstance(body, [], [], [source], [i], 0, IsConversion: true), null);
                }
            }
        }

        private Placed Add(GroupInstance instance, (FusedLinkKind Kind, int Index, int Result)? value)
        {
            _instances.Add(instance);
            var result = instance.Body.Results[0];
            var placed = new Placed(result.Storage, result.Tiles, _instances.Count - 1, 0);
            if (value is { } key)
            {
                _values[key] = [placed];
            }

            return placed;
        }

        private ImmutableArray<InputLink> Links(IReadOnlyList<Placed> operands) =>
        [
            .. operands.Select(operand => operand.Instance < 0
                ? InputLink.NetworkInput(operand.Result)
                : new InputLink(_instances.Count - operand.Instance, operand.Result)),
        ];

        private static bool Meets(TensorStorage storage, OperandNeed need)
        {
            if (storage.IsDense)
            {
                return need.AcceptsDense;
            }

            return need.Aligned is { } aligned
                ? storage.Shape == aligned && Fits(storage, need.Layout)
                : Fits(storage, need.Layout) && storage.Halo.Covers(need.Halo) && (need.AnyStrides || IsStandard(storage));
        }

        private static bool Fits(TensorStorage storage, TensorLayout? layout) =>
            layout is null || storage.PartitionAxis == StorageFactory.PartitionAxis(layout.Value, storage.Shape.Rank);

        // Views may have other strides than the layout's own; recipes that ask for a layout rely on those.
        private static bool IsStandard(TensorStorage storage) =>
            storage.Strides.AsSpan().SequenceEqual(StorageFactory.OnChip(storage.Shape, storage.Layout, storage.Halo).Strides.AsSpan());

        // Refused here, before a recipe cuts it into millions of tiles that no allocation can hold.
        private TensorStorage Fitting(TensorStorage storage)
        {
            var capacity = device.Memory(MemoryKind.Sbuf)?.Bytes ?? 0;
            return storage.Bytes <= capacity
                ? storage
                : throw new LoweringException(
                    "NN8002",
                    $"A tensor f32{storage.Shape} takes {Kibibytes(storage.Bytes)} KiB of each partition of sbuf, which has {Kibibytes(capacity)} KiB.",
                    Advice(storage, capacity));
        }

        // A map is kept whole, so what helps is a smaller batch, or smaller maps where one alone is too large.
        private static string Advice(TensorStorage storage, long capacity)
        {
            var batch = storage.Shape.Rank > 1 && storage.PartitionAxis != 0 ? storage.Shape[0] : 1;
            var fits = storage.Bytes <= 0 ? 0 : capacity * batch / storage.Bytes;
            return batch > 1 && fits > 0
                ? $"A tensor is kept whole on chip: at batch {fits} this one fits."
                : $"A tensor is kept whole on chip: make this one {(storage.Bytes + capacity - 1) / capacity} times smaller, by fewer channels or smaller maps.";
        }

        private static string Kibibytes(long bytes) => (bytes / 1024.0).ToString("0.#", CultureInfo.InvariantCulture);

        private TensorStorage Target(Shape shape, OperandNeed need, TensorStorage? native)
        {
            var seen = need.Aligned ?? shape;
            var layout = need.Layout ?? (native is { IsDense: false } ? native.Layout : StorageFactory.Canonical(seen.Rank));
            return Fitting(StorageFactory.OnChip(seen, layout, layout == TensorLayout.C && need.Aligned is null ? need.Halo : default));
        }

        private static string Title(TensorStorage from, TensorStorage to) =>
            from.IsDense ? $"load {to.Layout}" : from.Layout == to.Layout ? $"copy {to.Layout}" : $"convert {from.Layout} to {to.Layout}";
    }
}
