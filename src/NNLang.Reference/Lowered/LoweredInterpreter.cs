using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Tensors;

namespace NNLang.Reference.Lowered;

/// <summary>A tile operation of a network.</summary>
/// <param name="Instance">Index of the group instance.</param>
/// <param name="Operation">Index of the operation in its group.</param>
public readonly record struct OperationLocation(int Instance, int Operation);

/// <summary>What an instruction of a tile operation left in its destination.</summary>
/// <param name="Location">The operation.</param>
/// <param name="Instruction">Index of the instruction among those of the engine choice that ran.</param>
/// <param name="Values">The destination's elements, partition by partition, in pattern order.</param>
public sealed record InstructionResult(OperationLocation Location, int Instruction, float[] Values);

/// <summary>
/// Evaluates a tiled network from its instruction templates on symbolic buffers, in source order: what every later pass must keep, bit for bit.
/// Shares no code with the emulator. One run at a time.
/// </summary>
public sealed partial class LoweredInterpreter
{
    private readonly TiledNetwork _network;
    private readonly SourceReader _sources;
    private readonly Func<OperationLocation, int> _choice;

    /// <summary>Prepares a tiled network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sources">Reads weights and constants.</param>
    /// <param name="choice">Which engine choice of each operation to run; the first where null. The bits do not depend on it.</param>
    public LoweredInterpreter(TiledNetwork network, SourceReader sources, Func<OperationLocation, int>? choice = null)
    {
        _network = network;
        _sources = sources;
        _choice = choice ?? (static _ => 0);
    }

    /// <summary>Evaluates all groups.</summary>
    /// <param name="inputs">One tensor an input of the network.</param>
    /// <param name="observe">Told each instance's result, in order, conversions included; null if nobody wants them.</param>
    /// <param name="trace">Told what every instruction wrote; null if nobody wants to know.</param>
    /// <param name="cancellation">Stops between operations.</param>
    /// <returns>The outputs, from their regions.</returns>
    /// <exception cref="LoweredExecutionException">An operation reads what nothing wrote; the message names it.</exception>
    public ImmutableArray<Tensor> Run(
        IReadOnlyList<Tensor> inputs,
        Action<int, Tensor>? observe = null,
        Action<InstructionResult>? trace = null,
        CancellationToken cancellation = default)
    {
        var regions = inputs.Select((tensor, i) => new SymbolicBuffer(_network.Network.Inputs[i].Name, TensorElements.ToFloats(tensor))).ToArray();
        var results = new SymbolicBuffer[_network.Groups.Length];
        var outputs = new Tensor?[_network.Network.Outputs.Length];
        var lastUse = LastUses();
        for (var i = 0; i < results.Length; i++)
        {
            var instance = _network.Groups[i];
            var given = instance.Inputs.Select(link => link.IsNetworkInput ? regions[link.Index] : results[i - link.Distance]).ToArray();
            var locals = instance.Body.Buffers.Select(buffer => Make(buffer, instance)).ToArray();
            for (var o = 0; o < instance.Body.Operations.Length; o++)
            {
                cancellation.ThrowIfCancellationRequested();
                Execute(new OperationLocation(i, o), instance.Body.Operations[o], locals, given, trace);
            }

            var result = instance.Body.Results[0];
            results[i] = Resolve(result.Buffer, locals, given)!;
            observe?.Invoke(i, Assemble(results[i], result.Storage));
            for (var b = 0; b < locals.Length; b++)
            {
                if (instance.Body.Buffers[b].Kind == BufferKind.OutputRegion)
                {
                    var output = instance.Outputs[instance.Body.Buffers[b].Output];
                    outputs[output] = Tensor.Of(_network.Network.Outputs[output].Type.KnownShape!.Value, locals[b].Elements);
                }
            }

            foreach (var link in instance.Inputs)
            {
                if (!link.IsNetworkInput && lastUse[i - link.Distance] == i)
                {
                    results[i - link.Distance] = null!;
                }
            }
        }

        return [.. outputs.Select(output => output ?? throw new LoweredExecutionException("An output of the network is not stored."))];
    }

    /// <summary>
    /// The first instruction, in source order, whose result differs between two lowerings of one network; null if none does. Both have the
    /// same instances and operations (a fault changes what operations do, not which there are), else the first that does not match is named.
    /// </summary>
    public static InstructionDifference? FirstDifference(LoweredInterpreter first, LoweredInterpreter second, IReadOnlyList<Tensor> inputs)
    {
        var expected = new Queue<InstructionResult>();
        first.Run(inputs, trace: expected.Enqueue);
        InstructionDifference? found = null;
        second.Run(inputs, trace: actual =>
        {
            if (found is not null)
            {
                return;
            }

            if (!expected.TryDequeue(out var wanted) || wanted.Location != actual.Location || wanted.Values.Length != actual.Values.Length)
            {
                found = new InstructionDifference(actual.Location, actual.Instruction, -1, float.NaN, float.NaN);
                return;
            }

            for (var i = 0; i < actual.Values.Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(actual.Values[i]) != BitConverter.SingleToInt32Bits(wanted.Values[i]))
                {
                    found = new InstructionDifference(actual.Location, actual.Instruction, i, wanted.Values[i], actual.Values[i]);
                    return;
                }
            }
        });
        return found;
    }

    private void Execute(
        OperationLocation location, TileOperation operation, SymbolicBuffer[] locals, SymbolicBuffer[] given, Action<InstructionResult>? trace)
    {
        var choice = operation.Choices[_choice(location)];
        for (var t = 0; t < choice.Instructions.Length; t++)
        {
            var template = choice.Instructions[t];
            var buffers = template.Buffers.Select(buffer => Resolve(buffer, locals, given)).ToArray();
            try
            {
                TemplateExecutor.Execute(template.Instruction, buffers);
            }
            catch (LoweredExecutionException failure)
            {
                var title = _network.Groups[location.Instance].Body.Title;
                throw new LoweredExecutionException(
                    $"Group {location.Instance} ({title}), operation '{operation.Name}', instruction {t}: {failure.Message}", failure);
            }

            if (trace is not null)
            {
                var places = buffers[0]!.PlacesOf(template.Instruction.Operands[0]);
                var values = new float[places.Length];
                buffers[0]!.Read(places, values);
                trace(new InstructionResult(location, t, values));
            }
        }
    }

    private SymbolicBuffer Make(LocalBuffer buffer, in GroupInstance instance)
    {
        if (buffer.Recipe is { } recipe)
        {
            var sources = instance.Sources;
            return new SymbolicBuffer(
                buffer.Name,
                RecipeInterpreter.EvaluateFloats(
                    recipe.Steps, key => _sources(sources[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)]!)));
        }

        return new SymbolicBuffer(buffer.Name, buffer.Bytes / 4, !buffer.IsRegion, initialised: buffer.Kind == BufferKind.ScratchRegion);
    }

    private static SymbolicBuffer? Resolve(BufferRef buffer, SymbolicBuffer[] locals, SymbolicBuffer[] given) => buffer.Origin switch
    {
        BufferOrigin.Local => locals[buffer.Index],
        BufferOrigin.Input => given[buffer.Index],
        _ => null,
    };

    private static Tensor Assemble(SymbolicBuffer buffer, TensorStorage storage)
    {
        var places = PlacesOf(buffer, storage);
        var values = new float[places.Length];
        buffer.Read(places, values);
        return Tensor.Of(storage.Shape, values);
    }

    // The word of each logical element, row-major.
    private static int[] PlacesOf(SymbolicBuffer buffer, TensorStorage storage)
    {
        var shape = storage.Shape;
        var places = new int[shape.Count];
        var index = new long[shape.Rank];
        for (var i = 0; i < places.Length; i++)
        {
            var (offset, partition) = (storage.Offset, 0L);
            for (var axis = 0; axis < index.Length; axis++)
            {
                if (axis == storage.PartitionAxis)
                {
                    partition = index[axis] % TensorStorage.PartitionCount;
                    offset += index[axis] / TensorStorage.PartitionCount * storage.Strides[axis];
                }
                else
                {
                    offset += index[axis] * storage.Strides[axis];
                }
            }

            places[i] = (int)((partition * buffer.Words) + (offset / 4));
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return places;
    }

    private int[] LastUses()
    {
        var last = new int[_network.Groups.Length];
        for (var i = 0; i < last.Length; i++)
        {
            foreach (var link in _network.Groups[i].Inputs)
            {
                if (!link.IsNetworkInput)
                {
                    last[i - link.Distance] = i;
                }
            }
        }

        return last;
    }
}

/// <summary>Where two lowerings first differ.</summary>
/// <param name="Location">The operation.</param>
/// <param name="Instruction">Which of its instructions.</param>
/// <param name="Element">The first element of its destination that differs, in pattern order; -1 if the operations themselves do not match.</param>
/// <param name="Expected">The first lowering's value.</param>
/// <param name="Actual">The second's.</param>
public sealed record InstructionDifference(OperationLocation Location, int Instruction, int Element, float Expected, float Actual);
