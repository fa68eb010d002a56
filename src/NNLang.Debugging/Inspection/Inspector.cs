using System.Collections.Immutable;
using System.Globalization;
using NNLang.Bisection;
using NNLang.Bisection.Reports;
using NNLang.Compiler.Fuse;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Machine.AssemblerText;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Graph;

namespace NNLang.Debugging.Inspection;

/// <summary>
/// What a user sees of a session that stands still: tensors of layers beside their reference, operands, weights, engines, memory. Tensors are
/// read once for each position. Not thread-safe.
/// </summary>
public sealed class Inspector
{
    private readonly RunSession _session;
    private readonly Dictionary<int, ComparedTensor?> _tensors = [];
    private readonly Dictionary<int, ComparedTensor> _pinned = [];
    private int _position = -1;

    internal Inspector(RunSession session) => _session = session;

    /// <summary>Whether tensors are shown beside their reference, which is computed when it is first needed.</summary>
    public bool Compares { get; set; } = true;

    private DebugProgram Program => _session.Program;

    private LayerMap Layers => _session.Program.Layers;

    /// <summary>Shows a tensor for a group wherever the session stands: the one that a verdict is about.</summary>
    public void Pin(int group, ComparedTensor tensor) => _pinned[group] = tensor;

    /// <summary>The tensor of a group; null where memory does not hold it.</summary>
    public ComparedTensor? TensorOf(int group)
    {
        if (_pinned.TryGetValue(group, out var pinned))
        {
            return pinned;
        }

        if (_position != _session.Position)
        {
            _position = _session.Position;
            _tensors.Clear();
        }

        if (!_tensors.TryGetValue(group, out var tensor))
        {
            var layer = Layers.LastLayers[group];
            var complete = _session.IsAlive(layer);
            var reference = Compares && complete ? Program.Expectation.Exact(new GroupTensor(group)) : null;
            tensor = _session.TensorOf(layer) is { } value ? new ComparedTensor(value, reference) : null;
            _tensors.Add(group, tensor);
        }

        return tensor;
    }

    /// <summary>The scopes of a group and an engine; the first is the one that a client opens by itself.</summary>
    public ImmutableArray<DebugScope> Scopes(int group, Engine engine)
    {
        var scopes = ImmutableArray.CreateBuilder<DebugScope>();
        if (group >= 0)
        {
            scopes.Add(new DebugScope("Layer " + Layers.PathOf(group), false, () => Layer(group)));
            scopes.Add(new DebugScope("Operands", false, () => Operands(group)));
            scopes.Add(new DebugScope("Weights", false, () => Weights(group)));
        }

        scopes.Add(new DebugScope("Engine", true, () => EngineRows(engine)));
        scopes.Add(new DebugScope("Memory", true, MemoryRows));
        return scopes.ToImmutable();
    }

    /// <summary>The rows of an engine: what it does next, what is in flight, semaphores and queues.</summary>
    public IReadOnlyList<DebugNode> EngineRows(Engine engine)
    {
        var state = _session.State;
        var instructions = Program.Program.Instructions(engine);
        var next = state.NextInstruction(engine);
        var flight = state.InFlight(engine);
        return
        [
            new LeafNode("engine", Engines.Name(engine)),
            new LeafNode("time", Quantity.Count(state.Time) + " ps"),
            new LeafNode("next", next < instructions.Length ? TextOf(new InstructionLocation(engine, next)) : "none: the stream has ended"),
            new ListNode("in flight", Quantity.Count(flight.Count), flight.Count, () =>
                [.. flight.Select(location => new LeafNode(Number(location), TextOf(location)))]),
            Semaphores(),
            Queues(),
        ];
    }

    /// <summary>All semaphores of the program, by what writes them.</summary>
    public DebugNode Semaphores()
    {
        var declared = Program.Program.Program.Semaphores;
        return new ListNode("semaphores", Quantity.Count(declared.Length), declared.Length, () =>
        [
            .. declared.Select(semaphore => new LeafNode(
                "semaphore " + semaphore.Number.ToString(CultureInfo.InvariantCulture),
                $"{Quantity.Count(_session.State.Semaphore(semaphore.Number))} · written by {FrameBuilder.WriterOf(semaphore)}")),
        ]);
    }

    /// <summary>The transfers in flight.</summary>
    public DebugNode Queues()
    {
        var transfers = _session.State.Transfers();
        return new ListNode("queues", Quantity.Count(transfers.Count) + " transfers in flight", transfers.Count, () =>
        [
            .. transfers.Select(transfer => new LeafNode(
                string.Create(CultureInfo.InvariantCulture, $"queue {transfer.Queue}, {Number(transfer.Trigger)}"),
                (transfer.HasRead ? "writes: " : "reads: ") + TextOf(transfer.Trigger))),
        ]);
    }

    private List<DebugNode> Layer(int group)
    {
        var rows = new List<DebugNode>();
        var last = Layers.LastLayers[group];
        var expression = LayerName.Quote(Layers.Network.Layers[last].Path);
        if (TensorOf(group) is not { } tensor)
        {
            var why = Program.LocationOf(last) is null ? "not kept: it leaves the device as it is made" : "not computed yet";
            rows.Add(new LeafNode("device", why));
        }
        else
        {
            if (tensor.Difference is { IsEqual: false } difference)
            {
                rows.Add(Element("first wrong", difference.First!));
                rows.Add(Element("worst", difference.Worst!));
            }

            rows.Add(new TensorNode("device", tensor, _session.IsAlive(last) || _pinned.ContainsKey(group) ? null : "incomplete")
            {
                EvaluateName = expression,
            });
            if (tensor.Reference is { } reference)
            {
                rows.Add(new TensorNode("reference", new ComparedTensor(reference, null)) { EvaluateName = $"ref({expression})" });
                rows.Add(new TensorNode("difference", new ComparedTensor(TensorArithmetic.Subtract(tensor.Value, reference), null))
                {
                    EvaluateName = $"diff({expression})",
                });
            }
        }

        var members = Layers.LayersOf(group).Where(layer => layer != last).Select(layer => Layers.Network.Layers[layer].Path).ToList();
        if (members.Count > 0)
        {
            rows.Add(new LeafNode("computed together with", string.Join(", ", members)));
        }

        return rows;
    }

    private List<DebugNode> Operands(int group)
    {
        var rows = new List<DebugNode>();
        foreach (var operand in Layers.Fused.Groups[group].Operands)
        {
            if (operand.Kind == FusedLinkKind.NetworkInput)
            {
                var input = Layers.Network.Inputs[operand.Index];
                var given = new ComparedTensor(Program.Launched.Inputs[operand.Index], null);
                rows.Add(new TensorNode(input.Name, given) { EvaluateName = LayerName.Quote(input.Name) });
            }
            else if (operand.Kind == FusedLinkKind.Group)
            {
                var producer = group - operand.Distance;
                var path = Layers.PathOf(producer);
                var alive = _session.IsAlive(Layers.LastLayers[producer]);
                rows.Add(TensorOf(producer) is { } tensor
                    ? new TensorNode(path, tensor, alive ? null : "incomplete or written over") { EvaluateName = LayerName.Quote(path) }
                    : new LeafNode(path, "not in memory"));
            }
        }

        return rows;
    }

    private List<DebugNode> Weights(int group)
    {
        var rows = new List<DebugNode>();
        var several = Layers.LayersOf(group).Count() > 1;
        foreach (var index in Layers.LayersOf(group))
        {
            var layer = Layers.Network.Layers[index];
            var slots = layer.Operation.Operator.Slots;
            for (var i = 0; i < layer.Sources.Length; i++)
            {
                if (layer.Sources[i] is { } source)
                {
                    var slot = i < slots.Length ? slots[i].Name : string.Create(CultureInfo.InvariantCulture, $"operand {i - slots.Length}");
                    var name = several ? $"{layer.Path} {slot}" : slot;
                    rows.Add(new TensorNode(name, new ComparedTensor(Program.Launched.Read(source), null)));
                }
            }
        }

        return rows;
    }

    private List<DebugNode> MemoryRows()
    {
        var rows = new List<DebugNode>();
        foreach (var kind in new[] { MemoryKind.Sbuf, MemoryKind.Psum })
        {
            if (Program.Launched.Device.Memory(kind) is { } memory)
            {
                var name = Mnemonics.Name(kind);
                rows.Add(new LeafNode(name, $"{MemoryAddress.Partitions} partitions of {Quantity.Count(memory.Bytes)} bytes")
                {
                    MemoryReference = name + ":0",
                });
            }
        }

        var regions = Program.Program.Program.Regions;
        rows.Add(new ListNode("hbm", Quantity.Count(regions.Length) + " regions", regions.Length, () =>
        [
            .. regions.Select((region, i) => new LeafNode(
                string.Create(CultureInfo.InvariantCulture, $"region {i}"), $"{region.Kind} {region.Name} · {Quantity.Count(region.Bytes)} bytes")
            {
                MemoryReference = string.Create(CultureInfo.InvariantCulture, $"hbm{i}:0"),
            }),
        ]));
        return rows;
    }

    private string TextOf(InstructionLocation location) =>
        Disassembler.Disassemble(Program.Program[location], Program.Program.Program.Regions);

    private static string Number(InstructionLocation location) =>
        string.Create(CultureInfo.InvariantCulture, $"{Engines.Name(location.Engine)} #{location.Index}");

    private static LeafNode Element(string name, Bisection.Comparison.ElementDifference element) => new(
        name,
        $"{Quantity.Index(element.Index)}  {Quantity.Value(element.Device)} · reference {Quantity.Value(element.Reference)}"
        + $" · bound {Quantity.Value(element.Bound)}");
}

/// <summary>A group of rows of the variables view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsExpensive">Whether a client should not open it by itself.</param>
/// <param name="Rows">Makes its rows.</param>
public sealed record DebugScope(string Name, bool IsExpensive, Func<IReadOnlyList<DebugNode>> Rows);
