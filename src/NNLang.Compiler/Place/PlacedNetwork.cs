using System.IO.Hashing;
using System.Runtime.InteropServices;
using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Place;

/// <summary>
/// A tiled network with its operations and buffers numbered, and the problem of ordering them. Buffers are numbered: the network's inputs,
/// then each group's. Immutable, thread-safe.
/// </summary>
public sealed class PlacedNetwork
{
    private readonly byte[] _choiceIndex;

    internal PlacedNetwork(
        TiledNetwork tiled,
        OrderProblem problem,
        byte[] choiceIndex,
        int[] unitEnds,
        int[] firstOperation,
        int[] firstBuffer,
        int[] firstResult,
        int[] resultBuffer,
        int[] lastLayer)
    {
        _choiceIndex = choiceIndex;
        UnitEnds = unitEnds;
        Tiled = tiled;
        Problem = problem;
        FirstOperation = firstOperation;
        FirstBuffer = firstBuffer;
        FirstResult = firstResult;
        ResultBuffer = resultBuffer;
        LastLayer = lastLayer;
        var groupOf = new int[problem.OperationCount];
        for (var g = 0; g < tiled.Groups.Length; g++)
        {
            Array.Fill(groupOf, g, firstOperation[g], firstOperation[g + 1] - firstOperation[g]);
        }

        GroupOfOperation = groupOf;
    }

    /// <summary>The network it numbers.</summary>
    public TiledNetwork Tiled { get; }

    /// <summary>Number of tile operations.</summary>
    public int OperationCount => Problem.OperationCount;

    internal OrderProblem Problem { get; }

    /// <summary>Where regions may end, ascending.</summary>
    internal int[] UnitEnds { get; }

    /// <summary>Per group its first operation; one entry more than groups.</summary>
    internal int[] FirstOperation { get; }

    /// <summary>Per group its first buffer; one entry more than groups.</summary>
    internal int[] FirstBuffer { get; }

    /// <summary>Per group its first entry in <see cref="ResultBuffer"/>.</summary>
    internal int[] FirstResult { get; }

    /// <summary>The buffer of each result of each group, views resolved.</summary>
    internal int[] ResultBuffer { get; }

    /// <summary>Per group: the last layer of the network it covers; for loads and conversions, that of the group before.</summary>
    internal int[] LastLayer { get; }

    /// <summary>Per operation: its group.</summary>
    internal int[] GroupOfOperation { get; }

    /// <summary>
    /// Hash of everything that planning reads on one device: the groups' bodies and how they are tied together, the choices that annotations
    /// leave, and the constraints of annotations. O(groups + choices).
    /// </summary>
    internal UInt128 ContentKey()
    {
        var hash = new XxHash128();
        Span<UInt128> body = stackalloc UInt128[1];
        Span<int> counts = [Tiled.Inputs.Length, Tiled.Groups.Length];
        hash.Append(MemoryMarshal.AsBytes(counts));
        foreach (var group in Tiled.Groups)
        {
            body[0] = group.Body.Key;
            hash.Append(MemoryMarshal.AsBytes(body));
            hash.Append(MemoryMarshal.AsBytes(group.Inputs.AsSpan()));
        }

        hash.Append(MemoryMarshal.AsBytes(Problem.ChoiceStart.AsSpan()));
        hash.Append(_choiceIndex);
        var gates = Problem.Gates;
        foreach (var numbers in (ReadOnlySpan<int[]>)[gates.MemberStart, gates.Members, gates.WaiterStart, gates.Waiters])
        {
            counts[0] = numbers.Length;
            hash.Append(MemoryMarshal.AsBytes(counts[..1]));
            hash.Append(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        hash.Append(MemoryMarshal.AsBytes(gates.WaitsForEnd.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>The operation of a number.</summary>
    public TileOperation Operation(int operation)
    {
        var group = GroupOfOperation[operation];
        return Tiled.Groups[group].Body.Operations[operation - FirstOperation[group]];
    }

    /// <summary>The way of running an operation that a choice of the problem stands for.</summary>
    internal EngineChoice Choice(int operation, int choice) =>
        Operation(operation).Choices[_choiceIndex[Problem.ChoiceStart[operation] + choice]];

    /// <summary>The group instance an operation belongs to.</summary>
    public int GroupOf(int operation) => GroupOfOperation[operation];

    /// <summary>The layer of the network an operation belongs to; -1 for loads and conversions.</summary>
    public int LayerOf(int operation)
    {
        var group = GroupOfOperation[operation];
        var instance = Tiled.Groups[group];
        var member = instance.Body.Operations[operation - FirstOperation[group]].Member;
        return member < 0 || member >= instance.Layers.Length ? -1 : LastLayer[group] - instance.Layers[member];
    }

    /// <summary>The buffer a reference of a group stands for; -1 for none.</summary>
    internal int Resolve(int group, BufferRef reference) => reference.Origin switch
    {
        BufferOrigin.Local => FirstBuffer[group] + reference.Index,
        BufferOrigin.Input => InputBuffer(group, reference.Index),
        _ => -1,
    };

    /// <summary>The operation behind a dependency of a group, views followed; -1 for an input of the network.</summary>
    internal int DefinerOf(int group, OperationDependency dependency)
    {
        while (!dependency.IsLocal)
        {
            var link = Tiled.Groups[group].Inputs[dependency.Input];
            if (link.IsNetworkInput)
            {
                return -1;
            }

            group -= link.Distance;
            dependency = Tiled.Groups[group].Body.Results[link.Index].Tiles[dependency.Index].DefinedBy;
        }

        return FirstOperation[group] + dependency.Index;
    }

    /// <summary>The group a buffer belongs to, and its index there; group -1 for an input of the network.</summary>
    internal (int Group, int Index) OwnerOf(int buffer)
    {
        if (buffer < FirstBuffer[0])
        {
            return (-1, buffer);
        }

        var group = Array.BinarySearch(FirstBuffer, buffer);
        if (group < 0)
        {
            group = ~group - 1;
        }

        // Groups without buffers share their first number with the group after them.
        while (group + 1 < FirstBuffer.Length && FirstBuffer[group + 1] <= buffer)
        {
            group++;
        }

        return (group, buffer - FirstBuffer[group]);
    }

    private int InputBuffer(int group, int input)
    {
        var link = Tiled.Groups[group].Inputs[input];
        return link.IsNetworkInput ? link.Index : ResultBuffer[FirstResult[group - link.Distance] + link.Index];
    }
}
