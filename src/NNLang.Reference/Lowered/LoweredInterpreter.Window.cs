using NNLang.Compiler.Lowered;
using NNLang.Tensors;

namespace NNLang.Reference.Lowered;

public sealed partial class LoweredInterpreter
{
    /// <summary>
    /// Evaluates instances <paramref name="first"/> to <paramref name="end"/> - 1 alone; what they read of earlier instances is given. Costs what
    /// these instances cost, wherever they stand.
    /// </summary>
    /// <param name="first">The first instance.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="inputs">One tensor an input of the network.</param>
    /// <param name="before">The result of an earlier instance, as a logical tensor.</param>
    /// <param name="trace">Told what every instruction wrote.</param>
    /// <returns>The result of the last instance.</returns>
    /// <exception cref="LoweredExecutionException">An operation reads what nothing wrote; the message names it.</exception>
    public Tensor RunWindow(int first, int end, IReadOnlyList<Tensor> inputs, Func<int, Tensor> before, Action<InstructionResult> trace)
    {
        var results = new SymbolicBuffer?[end];
        for (var i = first; i < end; i++)
        {
            var instance = _network.Groups[i];
            var given = new SymbolicBuffer[instance.Inputs.Length];
            for (var k = 0; k < given.Length; k++)
            {
                var link = instance.Inputs[k];
                if (link.IsNetworkInput)
                {
                    given[k] = new SymbolicBuffer(_network.Network.Inputs[link.Index].Name, TensorElements.ToFloats(inputs[link.Index]));
                    continue;
                }

                var producer = i - link.Distance;
                given[k] = results[producer] ??= Scatter(_network.Groups[producer].Body.Results[link.Index].Storage, before(producer));
            }

            var locals = new SymbolicBuffer[instance.Body.Buffers.Length];
            for (var b = 0; b < locals.Length; b++)
            {
                locals[b] = Make(instance.Body.Buffers[b], instance);
            }

            for (var o = 0; o < instance.Body.Operations.Length; o++)
            {
                Execute(new OperationLocation(i, o), instance.Body.Operations[o], locals, given, trace);
            }

            results[i] = Resolve(instance.Body.Results[0].Buffer, locals, given);
        }

        return Assemble(results[end - 1]!, _network.Groups[end - 1].Body.Results[0].Storage);
    }

    // The frame of padding belongs to the tensor: whoever made it filled it, so it is filled here.
    private static SymbolicBuffer Scatter(TensorStorage storage, Tensor tensor)
    {
        var buffer = new SymbolicBuffer("given", storage.Bytes / 4, !storage.IsDense, initialised: true);
        if (!storage.Halo.IsEmpty)
        {
            Array.Fill(buffer.Elements, BitConverter.UInt32BitsToSingle(storage.Halo.FillBits));
        }

        buffer.Write(PlacesOf(buffer, storage), TensorElements.ToFloats(tensor));
        return buffer;
    }
}
