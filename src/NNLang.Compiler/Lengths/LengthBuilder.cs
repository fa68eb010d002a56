using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lowered;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Lengths;

/// <summary>
/// Puts together the tiled network of a length and remembers where each of its groups comes from, so that the full plan's choices, places
/// and addresses can be taken over.
/// </summary>
internal sealed class LengthBuilder
{
    private readonly CompiledNetwork _full;
    private readonly TiledNetwork _tiled;
    private readonly FusedNetwork _fused;
    private readonly List<GroupInstance> _groups = [];
    private readonly List<GroupOrigin> _origins = [];
    private readonly Dictionary<int, int> _newIndex = [];
    private readonly Dictionary<(int Instance, int Result), int> _loads = [];
    private readonly List<NetworkInput> _inputs = [];
    private readonly List<TensorStorage> _inputStorages = [];
    private readonly Dictionary<int, int> _newInput = [];
    private readonly List<NetworkOutput> _outputs = [];
    private int _lastLayer = -1;

    public LengthBuilder(CompiledNetwork full)
    {
        _full = full;
        _tiled = full.Tiled!;
        _fused = full.Fused!;
        _outputs.AddRange(full.Network.Outputs);
    }

    /// <summary>Where each group of the length comes from.</summary>
    public IReadOnlyList<GroupOrigin> Origins => _origins;

    /// <summary>The cut tensors, with their indices among all outputs.</summary>
    public List<CutTensor> Cut { get; } = [];

    /// <summary>The fed tensors.</summary>
    public List<CutTensor> Fed { get; } = [];

    /// <summary>The tensors of instrumented operations, operations numbered by instance and local index.</summary>
    public List<(int Instance, Instrumentation.Probe Probe, int Output)> Probes { get; } = [];

    /// <summary>Adds the instances that the length needs, in order.</summary>
    /// <param name="first">The first instance that belongs to it.</param>
    /// <param name="last">The last instance that belongs to it.</param>
    /// <param name="instrument">Per instance the local operations to write out.</param>
    /// <param name="instrumentation">Makes instrumented bodies.</param>
    public void AddInstances(int first, int last, IReadOnlyDictionary<int, List<int>> instrument, Instrumentation instrumentation)
    {
        var (keep, load) = Needed(first, last);
        for (var i = 0; i <= last; i++)
        {
            foreach (var result in load.Where(l => l.Instance == i).Select(l => l.Result).Order())
            {
                AddLoad(i, result);
            }

            if (!keep[i])
            {
                continue;
            }

            var instance = _tiled.Groups[i];
            var body = instance.Body;
            var outputs = instance.Outputs;
            if (instrument.TryGetValue(i, out var operations))
            {
                var (changed, probes) = instrumentation.Instrument(_full, i, operations, outputs.Length);
                body = changed;
                foreach (var probe in probes)
                {
                    Probes.Add((i, probe, _outputs.Count));
                    outputs = outputs.Add(_outputs.Count);
                    var type = new TensorType(probe.Type, Dimension.Of(probe.Partitions), Dimension.Of(probe.Elements));
                    _outputs.Add(new NetworkOutput($"{NameOf(i)}/{probe.Name}", type, default, null));
                }
            }

            _newIndex.Add(i, _groups.Count);
            _origins.Add(new GroupOrigin(OriginKind.Instance, i, 0));
            _groups.Add(instance with { Body = body, Inputs = Relinked(i, instance.Inputs), Outputs = outputs, Advance = AdvanceTo(i) });
        }
    }

    /// <summary>Adds the stores of the tensors that are alive after the first groups.</summary>
    public void AddStores(int groups)
    {
        foreach (var (group, result) in LiveAfter(groups))
        {
            var instance = _full.Index.InstanceOf(group);
            if (!_newIndex.TryGetValue(instance, out var at))
            {
                continue;
            }

            var layer = _fused.LastLayers[group];
            var body = BoundaryBodies.Store(_full.Device, _tiled.Groups[instance].Body.Results[result]);
            Cut.Add(new CutTensor(group, result, layer, _outputs.Count, CutName(group, result, layer)));
            var type = _full.Network.Layers[layer].Operation.ResultTypes[result];
            var output = _outputs.Count;
            _outputs.Add(new NetworkOutput(Cut[^1].Name, type, default, null));
            _origins.Add(new GroupOrigin(OriginKind.Store, instance, result));
            _groups.Add(new GroupInstance(body, [new InputLink(_groups.Count - at, result)], [], [], [output], 0, IsConversion: true));
        }
    }

    /// <summary>The tiled network.</summary>
    public TiledNetwork Build() => new()
    {
        Network = _full.Network with { Inputs = [.. _inputs], Outputs = [.. _outputs] },
        Groups = [.. _groups],
        Inputs = [.. _inputStorages],
    };

    private (bool[] Keep, HashSet<(int Instance, int Result)> Load) Needed(int first, int last)
    {
        var keep = new bool[last + 1];
        var load = new HashSet<(int, int)>();
        var queue = new Queue<int>();
        for (var i = first; i <= last; i++)
        {
            keep[i] = true;
            queue.Enqueue(i);
        }

        while (queue.Count > 0)
        {
            var i = queue.Dequeue();
            foreach (var link in _tiled.Groups[i].Inputs)
            {
                var producer = i - link.Distance;
                if (link.IsNetworkInput || keep[producer])
                {
                    continue;
                }

                var body = _tiled.Groups[producer];
                if (body.IsConversion || body.Body.Results[link.Index].Buffer.Origin == BufferOrigin.Input)
                {
                    keep[producer] = true;
                    queue.Enqueue(producer);
                }
                else
                {
                    load.Add((producer, link.Index));
                }
            }
        }

        return (keep, load);
    }

    private void AddLoad(int instance, int result)
    {
        var group = _full.Index.GroupOf(instance);
        var layer = _fused.LastLayers[group];
        var tensor = _tiled.Groups[instance].Body.Results[result];
        var body = BoundaryBodies.Load(_full.Device, tensor);
        var name = CutName(group, result, layer);
        Fed.Add(new CutTensor(group, result, layer, _inputs.Count, name));
        _loads.Add((instance, result), _groups.Count);
        _origins.Add(new GroupOrigin(OriginKind.Load, instance, result));
        _groups.Add(new GroupInstance(body, [InputLink.NetworkInput(_inputs.Count)], [], [], [], 0, IsConversion: true));
        _inputs.Add(new NetworkInput(name, _full.Network.Layers[layer].Operation.ResultTypes[result]));
        _inputStorages.Add(body.Inputs[0]);
    }

    private ImmutableArray<InputLink> Relinked(int instance, ImmutableArray<InputLink> links)
    {
        var result = ImmutableArray.CreateBuilder<InputLink>(links.Length);
        foreach (var link in links)
        {
            if (link.IsNetworkInput)
            {
                if (!_newInput.TryGetValue(link.Index, out var input))
                {
                    input = _inputs.Count;
                    _newInput.Add(link.Index, input);
                    _inputs.Add(_full.Network.Inputs[link.Index]);
                    _inputStorages.Add(_tiled.Inputs[link.Index]);
                }

                result.Add(InputLink.NetworkInput(input));
            }
            else if (_newIndex.TryGetValue(instance - link.Distance, out var kept))
            {
                result.Add(new InputLink(_groups.Count - kept, link.Index));
            }
            else
            {
                result.Add(new InputLink(_groups.Count - _loads[(instance - link.Distance, link.Index)], 0));
            }
        }

        return result.MoveToImmutable();
    }

    private int AdvanceTo(int instance)
    {
        if (_full.Index.GroupOf(instance) is not (>= 0 and var group))
        {
            return 0;
        }

        var advance = _fused.LastLayers[group] - _lastLayer;
        _lastLayer = _fused.LastLayers[group];
        return advance;
    }

    private string NameOf(int instance)
    {
        var group = _full.Index.GroupOf(instance);
        return group >= 0 ? _full.Network.Layers[_fused.LastLayers[group]].Path : _tiled.Groups[instance].Body.Title;
    }

    private string CutName(int group, int result, int layer)
    {
        var path = _full.Network.Layers[layer].Path;
        return _fused.Groups[group].Group.Results.Length > 1 ? $"{path}#{result}" : path;
    }

    // The results of the first groups that a later group or an output of the network reads, and those of the last group.
    private SortedSet<(int Group, int Result)> LiveAfter(int groups)
    {
        var live = new SortedSet<(int, int)>();
        for (var r = 0; r < _fused.Groups[groups - 1].Group.Results.Length; r++)
        {
            live.Add((groups - 1, r));
        }

        for (var g = groups; g < _fused.Groups.Length; g++)
        {
            foreach (var link in _fused.Groups[g].Operands)
            {
                AddIfBefore(link, g);
            }
        }

        foreach (var link in _fused.Outputs)
        {
            AddIfBefore(link, _fused.Groups.Length);
        }

        return live;

        void AddIfBefore(FusedLink link, int at)
        {
            if (link.Kind == FusedLinkKind.Group && at - link.Distance < groups)
            {
                live.Add((at - link.Distance, link.Index));
            }
        }
    }
}

/// <summary>What a group of a length is.</summary>
internal enum OriginKind : byte
{
    /// <summary>A group of the full network.</summary>
    Instance,
    /// <summary>A load that stands for a group of the full network.</summary>
    Load,
    /// <summary>A store of a tensor of the full network.</summary>
    Store,
}

/// <summary>Where a group of a length comes from.</summary>
internal readonly record struct GroupOrigin(OriginKind Kind, int Instance, int Result);
