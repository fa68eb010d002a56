using System.Collections.Immutable;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.ProgramFormat;

/// <summary>The bytes of a debug section (<c>docs/machine.md</c> 8.7). It has its own strings, so that it can be left out.</summary>
internal static class DebugSectionCodec
{
    private const int MaximumRank = 16;

    public static byte[] Write(DebugSection debug)
    {
        var strings = new StringTable();
        var body = new SectionWriter();
        body.U32((uint)debug.Operations.Length);
        foreach (var operation in debug.Operations)
        {
            body.I32(operation.Id);
            body.U32(strings.Add(operation.Name));
            body.U32(strings.Add(operation.LayerPath));
            body.U32(strings.Add(operation.File));
            body.I32(operation.Line);
            body.I32(operation.Column);
            body.I32(operation.Length);
            body.I32(operation.Tile);
        }

        foreach (var runs in debug.Runs)
        {
            body.U32((uint)runs.Length);
            foreach (var run in runs)
            {
                body.I32(run.Count);
                body.I32(run.Operation);
            }
        }

        body.U32((uint)debug.Tensors.Length);
        foreach (var tensor in debug.Tensors)
        {
            Write(body, strings, tensor);
        }

        var section = strings.Write();
        section.Bytes(body.ToArray());
        return section.ToArray();
    }

    public static DebugSection Read(SectionReader reader)
    {
        var strings = reader.Strings();
        var operations = ImmutableArray.CreateBuilder<DebugOperation>();
        for (var left = reader.Count(32); left > 0; left--)
        {
            operations.Add(new DebugOperation(
                reader.I32(), reader.Text(strings), reader.Text(strings), reader.Text(strings), reader.I32(), reader.I32(), reader.I32(), reader.I32()));
        }

        var streams = ImmutableArray.CreateBuilder<ImmutableArray<SourceRun>>(Engines.Count);
        for (var engine = 0; engine < Engines.Count; engine++)
        {
            var runs = ImmutableArray.CreateBuilder<SourceRun>();
            for (var left = reader.Count(8); left > 0; left--)
            {
                var run = new SourceRun(reader.I32(), reader.I32());
                if (run.Count < 0 || run.Operation < -1 || run.Operation >= operations.Count)
                {
                    throw reader.Error("a run has a negative count or no operation");
                }

                runs.Add(run);
            }

            streams.Add(runs.ToImmutable());
        }

        var tensors = ImmutableArray.CreateBuilder<TensorLocation>();
        for (var left = reader.Count(20); left > 0; left--)
        {
            tensors.Add(ReadTensor(ref reader, strings));
        }

        reader.End();
        return new DebugSection { Operations = operations.ToImmutable(), Runs = streams.MoveToImmutable(), Tensors = tensors.ToImmutable() };
    }

    private static void Write(SectionWriter body, StringTable strings, TensorLocation tensor)
    {
        body.U32(strings.Add(tensor.Ir));
        body.U32(strings.Add(tensor.LayerPath));
        body.U32(strings.Add(tensor.Name));
        body.U8((byte)tensor.Type);
        body.U8((byte)tensor.Shape.Rank);
        body.U8(tensor.FusedInto is null ? (byte)0 : (byte)1);
        body.U8(0);
        body.I64s(tensor.Shape.Dimensions.AsSpan());
        if (tensor.FusedInto is { } fused)
        {
            body.U32(strings.Add(fused.Tensor));
            body.U32(strings.Add(fused.Operation));
        }

        body.U32((uint)tensor.Placements.Length);
        foreach (var placement in tensor.Placements)
        {
            body.U8((byte)placement.Memory);
            body.U8((byte)placement.Layout);
            body.U8((byte)placement.Type);
            body.U8((byte)placement.Start.Length);
            body.I32(placement.Region);
            body.I32(placement.PartitionAxis);
            body.I32(placement.PartitionBase);
            body.I64(placement.Offset);
            body.I64s(placement.Start.AsSpan());
            body.I64s(placement.Extent.AsSpan());
            body.I64s(placement.Strides.AsSpan());
            Write(body, placement.From);
            Write(body, placement.Until);
        }
    }

    private static void Write(SectionWriter body, InstructionLocation? location)
    {
        body.I32(location is { } at ? (int)at.Engine : -1);
        body.I32(location?.Index ?? 0);
    }

    private static TensorLocation ReadTensor(ref SectionReader reader, string[] strings)
    {
        var (ir, path, name) = (reader.Text(strings), reader.Text(strings), reader.Text(strings));
        var type = reader.Enum(ElementType.Bool);
        var rank = reader.U8();
        var isFused = reader.U8();
        reader.Zero(1);
        if (rank > MaximumRank || isFused > 1)
        {
            throw reader.Error($"a tensor has rank {rank} or an unknown mark");
        }

        var shape = reader.Shape(rank);
        var fused = isFused == 1 ? new FusedTensor(reader.Text(strings), reader.Text(strings)) : null;
        var placements = ImmutableArray.CreateBuilder<TensorPlacement>();
        for (var left = reader.Count(40); left > 0; left--)
        {
            placements.Add(ReadPlacement(ref reader, rank));
        }

        return new TensorLocation(ir, path, name, type, shape, placements.ToImmutable(), fused);
    }

    private static TensorPlacement ReadPlacement(ref SectionReader reader, int rank)
    {
        var memory = (MemoryKind)reader.U8();
        var layout = reader.Enum(TensorLayout.R);
        var type = reader.Enum(ElementType.Bool);
        var axes = reader.U8();
        var region = reader.I32();
        var axis = reader.I32();
        var partition = reader.I32();
        var offset = reader.I64();
        if (axes != rank || axis < -1 || axis >= rank || memory is not (MemoryKind.Sbuf or MemoryKind.Psum or MemoryKind.Hbm))
        {
            throw reader.Error("a placement does not fit its tensor");
        }

        return new TensorPlacement(
            memory, region, layout, axis, offset, partition, type, reader.I64s(axes), reader.I64s(axes), reader.I64s(axes), ReadLocation(ref reader),
            ReadLocation(ref reader));
    }

    private static InstructionLocation? ReadLocation(ref SectionReader reader)
    {
        var (engine, index) = (reader.I32(), reader.I32());
        return engine == -1 ? null
            : engine is >= 0 and < Engines.Count && index >= 0 ? new InstructionLocation((Engine)engine, index)
            : throw reader.Error("there is no such instruction");
    }
}
