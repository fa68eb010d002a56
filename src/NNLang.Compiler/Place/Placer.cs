using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;
using NNLang.Machine.Devices;

namespace NNLang.Compiler.Place;

/// <summary>
/// The place pass: which engines each tile operation may run on, cheapest first, as the order pass reads it. An operation with one engine
/// left is placed; one with several is placed by the order pass, by load. O(operations).
/// </summary>
internal sealed class Placer
{
    private readonly DeviceDescription _device;
    private readonly Dictionary<UInt128, BodyShape> _shapes = [];

    /// <summary>Makes a placer for a device; it keeps the arrays of the bodies it has seen. Not thread-safe.</summary>
    public Placer(DeviceDescription device)
    {
        _device = device;
        Machine = MachineModels.Of(device);
    }

    /// <summary>The machine it places for.</summary>
    public MachineModel Machine { get; }

    /// <summary>Numbers and places a network.</summary>
    public PlacedNetwork Place(TiledNetwork tiled)
    {
        var groups = tiled.Groups;
        var shapes = new BodyShape[groups.Length];
        var firstOperation = new int[groups.Length + 1];
        var firstBuffer = new int[groups.Length + 1];
        var firstResult = new int[groups.Length + 1];
        var lastLayer = new int[groups.Length];
        firstBuffer[0] = tiled.Inputs.Length;
        int choices = 0, dependencies = 0, uses = 0;
        var layer = -1;
        for (var g = 0; g < groups.Length; g++)
        {
            var body = groups[g].Body;
            var shape = shapes[g] = ShapeOf(body);
            firstOperation[g + 1] = firstOperation[g] + shape.OperationCount;
            firstBuffer[g + 1] = firstBuffer[g] + body.Buffers.Length;
            firstResult[g + 1] = firstResult[g] + body.Results.Length;
            choices += shape.ChoiceAgent.Length;
            dependencies += shape.Dependencies.Length;
            uses += shape.Uses.Length;
            layer += groups[g].Advance;
            lastLayer[g] = layer;
        }

        var flattening = new Flattening(tiled, shapes, firstOperation, firstBuffer, firstResult, lastLayer, choices, dependencies, uses);
        for (var g = 0; g < groups.Length; g++)
        {
            flattening.Add(g);
        }

        return flattening.Finish(Machine);
    }

    private BodyShape ShapeOf(LoweredGroup body)
    {
        if (!_shapes.TryGetValue(body.Key, out var shape))
        {
            shape = new BodyShape(body, Machine, _device);
            _shapes.Add(body.Key, shape);
        }

        return shape;
    }
}
