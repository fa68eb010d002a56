using NNLang.Compiler.Allocate;
using NNLang.Compiler.Emit;
using NNLang.Compiler.Place;

namespace NNLang.Compiler.Lengths;

/// <summary>
/// Takes choices, order and addresses of the full plan over to a length. A store of a cut tensor stands right behind the last operation that
/// writes it, before anything may take its place; a load of a fed tensor stands where its first writer stood. O(n log n).
/// </summary>
internal sealed class PlanTransfer
{
    private readonly Plan _full;
    private readonly PlacedNetwork _placed;
    private readonly LengthBuilder _length;
    private readonly Instrumentation _instrumentation;
    private readonly int[] _placeInFull;

    public PlanTransfer(Plan full, PlacedNetwork placed, LengthBuilder length, Instrumentation instrumentation)
    {
        _full = full;
        _placed = placed;
        _length = length;
        _instrumentation = instrumentation;
        _placeInFull = new int[full.OperationCount];
        for (var k = 0; k < _placeInFull.Length; k++)
        {
            _placeInFull[full.OperationAt(k)] = k;
        }

        OperationInFull = new int[placed.OperationCount];
        Array.Fill(OperationInFull, -1);
    }

    /// <summary>Per operation of the length that of the full plan; -1 for added ones.</summary>
    public int[] OperationInFull { get; }

    /// <summary>The allocation of the length.</summary>
    public Allocation Allocation()
    {
        var choice = new byte[_placed.OperationCount];
        var address = new int[_placed.Problem.BufferCount];
        Array.Fill(address, -1);
        var order = new List<(int Place, int Rank, int Operation)>();
        for (var g = 0; g < _length.Origins.Count; g++)
        {
            var origin = _length.Origins[g];
            switch (origin.Kind)
            {
                case OriginKind.Instance:
                    TakeOver(g, origin.Instance, choice, address, order);
                    break;
                case OriginKind.Load:
                    AddAt(g, FirstUse(origin), -1_000_000, order);
                    address[_placed.FirstBuffer[g] + _placed.Tiled.Groups[g].Body.Results[0].Buffer.Index] = _full.Allocation.Address[BufferOf(origin)];
                    break;
                default:
                    AddAt(g, LastWrite(origin), 1_000_000, order);
                    break;
            }
        }

        order.Sort();
        return new Allocation
        {
            Sequence = [.. order.Select(entry => entry.Operation)],
            Choice = choice,
            Address = address,
            Makespan = 0,
            SbufPeak = _full.Allocation.SbufPeak,
            ActivationPeak = _full.Allocation.ActivationPeak,
            PsumPeak = _full.Allocation.PsumPeak,
        };
    }

    private void TakeOver(int group, int instance, byte[] choice, int[] address, List<(int Place, int Rank, int Operation)> order)
    {
        var body = _placed.Tiled.Groups[group].Body;
        var original = _full.Placed.Tiled.Groups[instance].Body;
        var first = _placed.FirstOperation[group];
        var firstInFull = _full.Placed.FirstOperation[instance];
        for (var i = 0; i < original.Operations.Length; i++)
        {
            OperationInFull[first + i] = firstInFull + i;
            choice[first + i] = _full.Allocation.Choice[firstInFull + i];
            order.Add((_placeInFull[firstInFull + i], 0, first + i));
        }

        for (var b = 0; b < body.Buffers.Length; b++)
        {
            address[_placed.FirstBuffer[group] + b] = b < original.Buffers.Length
                ? _full.Allocation.Address[_full.Placed.FirstBuffer[instance] + b]
                : _instrumentation.ScratchAddress.GetValueOrDefault((instance, b), -1);
        }

        // An added operation stands right behind what it reads.
        for (var i = original.Operations.Length; i < body.Operations.Length; i++)
        {
            var read = body.Operations[i].Dependencies[0].Index;
            while (read >= original.Operations.Length)
            {
                read = body.Operations[read].Dependencies[0].Index;
            }

            order.Add((_placeInFull[firstInFull + read], 1 + i - original.Operations.Length, first + i));
        }
    }

    private void AddAt(int group, int place, int rank, List<(int Place, int Rank, int Operation)> order)
    {
        for (var i = _placed.FirstOperation[group]; i < _placed.FirstOperation[group + 1]; i++)
        {
            order.Add((place, rank + i - _placed.FirstOperation[group], i));
        }
    }

    private int BufferOf(GroupOrigin origin) =>
        _full.Placed.ResultBuffer[_full.Placed.FirstResult[origin.Instance] + origin.Result];

    private int FirstUse(GroupOrigin origin)
    {
        var buffer = BufferOf(origin);
        var problem = _full.Placed.Problem;
        var first = int.MaxValue;
        for (var i = 0; i < problem.OperationCount; i++)
        {
            if (problem.Uses.AsSpan(problem.UseStart[i], problem.UseStart[i + 1] - problem.UseStart[i]).Contains(buffer))
            {
                first = Math.Min(first, _placeInFull[i]);
            }
        }

        return first;
    }

    private int LastWrite(GroupOrigin origin)
    {
        var last = 0;
        foreach (var tile in _full.Placed.Tiled.Groups[origin.Instance].Body.Results[origin.Result].Tiles)
        {
            var definer = _full.Placed.DefinerOf(origin.Instance, tile.DefinedBy);
            last = definer < 0 ? last : Math.Max(last, _placeInFull[definer]);
        }

        return last;
    }
}
