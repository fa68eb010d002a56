using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Machine.ProgramFormat;

/// <summary>Reads the sections of a program, see <see cref="ProgramFile"/>.</summary>
internal sealed class ProgramFileReader(ReadOnlyMemory<byte> file)
{
    private static readonly string[] Known = ["DEVI", "STRG", "REGN", "WGHT", "INOU", "SEMA", "QUEU", .. ProgramFileWriter.CodeSections, "DEBG"];

    private readonly Dictionary<string, (int Offset, int Length)> _sections = new(StringComparer.Ordinal);
    private string[] _strings = [];
    private int _instructions;

    public MachineProgram Read()
    {
        Header();
        var text = Section("STRG");
        _strings = text.Strings();
        text.End();
        var device = Section("DEVI");
        var name = device.Text(_strings);
        var deviceName = device.Text(_strings);
        var deviceHash = device.Hash();
        var tablesHash = device.Hash();
        device.End();
        var regions = Regions();
        Recipes(regions);
        var (inputs, outputs) = Tensors(regions.Length);
        var semaphores = Semaphores();
        var queues = Queues();
        var streams = ImmutableArray.CreateBuilder<InstructionStream>(Engines.Count);
        for (var i = 0; i < Engines.Count; i++)
        {
            streams.Add(Stream((Engine)i));
        }

        return new MachineProgram
        {
            Name = name,
            DeviceName = deviceName,
            DeviceHash = deviceHash,
            FunctionTablesHash = tablesHash,
            Regions = [.. regions],
            Inputs = inputs,
            Outputs = outputs,
            Semaphores = semaphores,
            Queues = queues,
            Streams = streams.MoveToImmutable(),
            Debug = _sections.ContainsKey("DEBG") ? DebugSectionCodec.Read(Section("DEBG")) : null,
        };
    }

    private void Header()
    {
        var bytes = file.Span;
        if (bytes.Length < ProgramFile.HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != ProgramFile.Magic)
        {
            throw new ProgramFileException(0, "the file does not begin as a program does");
        }

        var major = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (major != ProgramFile.MajorVersion)
        {
            throw new ProgramFileException(4, $"the file has version {major}; this reader knows version {ProgramFile.MajorVersion}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        if (length != (ulong)bytes.Length || bytes.Length > ProgramFile.MaximumBytes)
        {
            throw new ProgramFileException(12, $"the file says that it has {length} bytes, it has {bytes.Length}");
        }

        Span<byte> hash = stackalloc byte[ContentHash.Length];
        SHA256.HashData(bytes[ProgramFile.HeaderBytes..], hash);
        if (!hash.SequenceEqual(bytes.Slice(20, ContentHash.Length)))
        {
            throw new ProgramFileException(20, "the hash does not fit the contents: the file is damaged");
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (count > (uint)(bytes.Length - ProgramFile.HeaderBytes) / ProgramFile.EntryBytes)
        {
            throw new ProgramFileException(8, $"{count} sections do not fit in the file");
        }

        Entries(bytes, (int)count);
    }

    private void Entries(ReadOnlySpan<byte> bytes, int count)
    {
        var ranges = new List<(long Start, long End, int Position)>();
        var first = ProgramFile.HeaderBytes + ((long)ProgramFile.EntryBytes * count);
        for (var i = 0; i < count; i++)
        {
            var position = ProgramFile.HeaderBytes + (i * ProgramFile.EntryBytes);
            var entry = bytes[position..];
            var id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
            var offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]);
            if (offset % 16 != 0 || offset < (ulong)first || offset > (ulong)bytes.Length || length > (ulong)bytes.Length - offset)
            {
                throw new ProgramFileException(position, $"section {i} lies outside the file or is not aligned to 16 bytes");
            }

            if (length > 0)
            {
                ranges.Add(((long)offset, (long)(offset + length), position));
            }

            var name = Array.Find(Known, known => ProgramFile.Id(known) == id);
            if (name is null)
            {
                if ((flags & ProgramFile.RequiredFlag) != 0)
                {
                    throw new ProgramFileException(position, $"section {i} is required, and this reader does not know it (0x{id:X8})");
                }
            }
            else if (!_sections.TryAdd(name, ((int)offset, (int)length)))
            {
                throw new ProgramFileException(position, $"section {name} is there twice");
            }
        }

        ranges.Sort();
        for (var i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].Start < ranges[i - 1].End)
            {
                throw new ProgramFileException(ranges[i].Position, "two sections overlap");
            }
        }

        foreach (var known in Known)
        {
            if (known != "DEBG" && !_sections.ContainsKey(known))
            {
                throw new ProgramFileException(8, $"section {known} is missing");
            }
        }
    }

    private SectionReader Section(string name)
    {
        var (offset, length) = _sections[name];
        return new SectionReader(file.Span.Slice(offset, length), offset, name);
    }

    private Region[] Regions()
    {
        var reader = Section("REGN");
        var regions = new Region[reader.Count(16, ProgramFile.MaximumRegions)];
        for (var i = 0; i < regions.Length; i++)
        {
            var name = reader.Text(_strings);
            var kind = reader.Enum(RegionKind.Scratch);
            var type = reader.Enum(ElementType.Bool);
            var rank = reader.U16();
            var bytes = reader.I64();
            if (DeviceTypes.Code(type) < 0 || bytes < 0)
            {
                throw reader.Error($"region {name} has no device type or a negative size");
            }

            regions[i] = new Region(name, kind, type, reader.I64s(rank), bytes);
        }

        reader.End();
        return regions;
    }

    private void Recipes(Region[] regions)
    {
        var reader = Section("WGHT");
        for (var left = reader.Count(8); left > 0; left--)
        {
            var region = reader.U32();
            if (region >= regions.Length || regions[region].Recipe is not null)
            {
                throw reader.Error($"region {region} does not exist or has two recipes");
            }

            var steps = ImmutableArray.CreateBuilder<RecipeStep>();
            for (var step = reader.Count(16); step > 0; step--)
            {
                var operation = reader.Enum(RecipeOperation.Cast);
                var type = reader.Enum(ElementType.Bool);
                reader.Zero(2);
                var key = reader.Text(_strings);
                var numbers = reader.I64s(reader.Count(8));
                var values = reader.I64s(reader.Count(8));
                steps.Add(new RecipeStep(operation, key, numbers, [.. values.Select(BitConverter.Int64BitsToDouble)], type));
            }

            regions[region] = regions[region] with { Recipe = new Recipe(steps.ToImmutable()) };
        }

        reader.End();
    }

    private (ImmutableArray<ProgramTensor> Inputs, ImmutableArray<ProgramTensor> Outputs) Tensors(int regions)
    {
        var reader = Section("INOU");
        var counts = (reader.Count(1), reader.Count(1));
        var inputs = Tensors(ref reader, counts.Item1, regions);
        var outputs = Tensors(ref reader, counts.Item2, regions);
        reader.End();
        return (inputs, outputs);
    }

    private ImmutableArray<ProgramTensor> Tensors(ref SectionReader reader, int count, int regions)
    {
        var tensors = ImmutableArray.CreateBuilder<ProgramTensor>();
        for (var i = 0; i < count; i++)
        {
            var name = reader.Text(_strings);
            var region = reader.U32();
            var type = reader.Enum(ElementType.Bool);
            var rank = reader.U8();
            reader.Zero(2);
            if (region >= regions)
            {
                throw reader.Error($"there is no region {region}");
            }

            tensors.Add(new ProgramTensor(name, (int)region, type, reader.Shape(rank)));
        }

        return tensors.ToImmutable();
    }

    private ImmutableArray<SemaphoreDeclaration> Semaphores()
    {
        var reader = Section("SEMA");
        var semaphores = ImmutableArray.CreateBuilder<SemaphoreDeclaration>();
        for (var left = reader.Count(8); left > 0; left--)
        {
            var number = reader.U16();
            var (kind, writer) = (reader.U8(), reader.U8());
            if (kind > 1 || writer >= (kind == 0 ? Engines.Count : 16))
            {
                throw reader.Error($"semaphore {number} has no known writer");
            }

            var name = reader.Text(_strings);
            semaphores.Add(new SemaphoreDeclaration(number, kind == 0 ? (Engine)writer : null, kind == 1 ? writer : null, name));
        }

        reader.End();
        return semaphores.ToImmutable();
    }

    private ImmutableArray<QueueDeclaration> Queues()
    {
        var reader = Section("QUEU");
        var queues = ImmutableArray.CreateBuilder<QueueDeclaration>();
        for (var left = reader.Count(8, 16); left > 0; left--)
        {
            var number = reader.U8();
            var sequencer = reader.Enum(Engine.Sync);
            var source = reader.Enum(DescriptorSource.Software);
            reader.Zero(1);
            var semaphore = reader.U16();
            reader.Zero(2);
            if (number > 15)
            {
                throw reader.Error($"there is no queue {number}");
            }

            queues.Add(new QueueDeclaration(number, sequencer, source, semaphore));
        }

        reader.End();
        return queues.ToImmutable();
    }

    private InstructionStream Stream(Engine engine)
    {
        var name = ProgramFileWriter.CodeSections[(int)engine];
        var reader = Section(name);
        var count = reader.U32();
        reader.Zero(4);
        _instructions = (int)Math.Min(_instructions + (long)count, int.MaxValue);
        if (_instructions > ProgramFile.MaximumInstructions || count > reader.Left / InstructionCodec.HeaderBytes)
        {
            throw reader.Error($"{count} instructions do not fit");
        }

        var (offset, length) = _sections[name];
        var code = file.Slice(offset + 8, length - 8);
        if (new InstructionDecoder().Decode(code.Span, (int)count, out var position, out var problem) is null)
        {
            throw new ProgramFileException(offset + 8 + position, $"section {name}: {problem}");
        }

        return new InstructionStream(engine, code, (int)count);
    }
}
