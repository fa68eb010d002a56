using System.Buffers.Binary;
using System.Security.Cryptography;
using NNLang.Machine.Programs;

namespace NNLang.Machine.ProgramFormat;

/// <summary>Writes the sections of a program.</summary>
internal sealed class ProgramFileWriter
{
    public static readonly string[] CodeSections = ["CODT", "CODV", "CODS", "CODG", "CODY"];

    private readonly MachineProgram _program;
    private readonly List<(string Name, byte[] Bytes)> _sections = [];

    public ProgramFileWriter(MachineProgram program)
    {
        _program = program;
        var strings = new StringTable();
        var device = new SectionWriter();
        device.U32(strings.Add(program.Name));
        device.U32(strings.Add(program.DeviceName));
        device.Hash(program.DeviceHash);
        device.Hash(program.FunctionTablesHash);
        var regions = Regions(strings);
        var recipes = Recipes(strings);
        var tensors = Tensors(strings);
        var semaphores = Semaphores(strings);
        Add("DEVI", device);
        Add("STRG", strings.Write());
        Add("REGN", regions);
        Add("WGHT", recipes);
        Add("INOU", tensors);
        Add("SEMA", semaphores);
        Add("QUEU", Queues());
        for (var i = 0; i < CodeSections.Length; i++)
        {
            var code = new SectionWriter();
            code.U32((uint)program.Streams[i].Count);
            code.U32(0);
            code.Bytes(program.Streams[i].Code.Span);
            Add(CodeSections[i], code);
        }
    }

    public ContentHash Identity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> prefix = stackalloc byte[12];
        foreach (var (name, bytes) in _sections)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(prefix, ProgramFile.Id(name));
            BinaryPrimitives.WriteInt64LittleEndian(prefix[4..], bytes.Length);
            hash.AppendData(prefix);
            hash.AppendData(bytes);
        }

        Span<byte> result = stackalloc byte[ContentHash.Length];
        hash.GetHashAndReset(result);
        return new ContentHash(result);
    }

    public byte[] Write(bool withDebug)
    {
        var sections = _sections.ToList();
        if (withDebug && _program.Debug is { } debug)
        {
            sections.Add(("DEBG", DebugSectionCodec.Write(debug)));
        }

        var position = (long)ProgramFile.HeaderBytes + (ProgramFile.EntryBytes * sections.Count);
        var offsets = new long[sections.Count];
        for (var i = 0; i < offsets.Length; i++)
        {
            position = (position + 15) & ~15L;
            offsets[i] = position;
            position += sections[i].Bytes.Length;
        }

        var file = new byte[position];
        BinaryPrimitives.WriteUInt32LittleEndian(file, ProgramFile.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(4), ProgramFile.MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(6), ProgramFile.MinorVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), (uint)sections.Count);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(12), file.Length);
        for (var i = 0; i < sections.Count; i++)
        {
            var entry = file.AsSpan(ProgramFile.HeaderBytes + (i * ProgramFile.EntryBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(entry, ProgramFile.Id(sections[i].Name));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], sections[i].Name == "DEBG" ? 0 : ProgramFile.RequiredFlag);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], offsets[i]);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], sections[i].Bytes.Length);
            sections[i].Bytes.CopyTo(file.AsSpan((int)offsets[i]));
        }

        SHA256.HashData(file.AsSpan(ProgramFile.HeaderBytes), file.AsSpan(20, ContentHash.Length));
        return file;
    }

    private void Add(string name, SectionWriter section) => _sections.Add((name, section.ToArray()));

    private SectionWriter Regions(StringTable strings)
    {
        var section = new SectionWriter();
        section.U32((uint)_program.Regions.Length);
        foreach (var region in _program.Regions)
        {
            section.U32(strings.Add(region.Name));
            section.U8((byte)region.Kind);
            section.U8((byte)region.Type);
            section.U16((ushort)region.Dimensions.Length);
            section.I64(region.Bytes);
            section.I64s(region.Dimensions.AsSpan());
        }

        return section;
    }

    private SectionWriter Recipes(StringTable strings)
    {
        var section = new SectionWriter();
        section.U32((uint)_program.Regions.Count(region => region.Recipe is not null));
        for (var i = 0; i < _program.Regions.Length; i++)
        {
            if (_program.Regions[i].Recipe is not { } recipe)
            {
                continue;
            }

            section.U32((uint)i);
            section.U32((uint)recipe.Steps.Length);
            foreach (var step in recipe.Steps)
            {
                section.U8((byte)step.Operation);
                section.U8((byte)step.Type);
                section.U16(0);
                section.U32(strings.Add(step.Key));
                section.U32((uint)step.Numbers.Length);
                section.I64s(step.Numbers.AsSpan());
                section.U32((uint)step.Values.Length);
                foreach (var value in step.Values)
                {
                    section.I64(BitConverter.DoubleToInt64Bits(value));
                }
            }
        }

        return section;
    }

    private SectionWriter Tensors(StringTable strings)
    {
        var section = new SectionWriter();
        section.U32((uint)_program.Inputs.Length);
        section.U32((uint)_program.Outputs.Length);
        foreach (var tensor in _program.Inputs.Concat(_program.Outputs))
        {
            section.U32(strings.Add(tensor.Name));
            section.U32((uint)tensor.Region);
            section.U8((byte)tensor.Type);
            section.U8((byte)tensor.Shape.Rank);
            section.U16(0);
            section.I64s(tensor.Shape.Dimensions.AsSpan());
        }

        return section;
    }

    private SectionWriter Semaphores(StringTable strings)
    {
        var section = new SectionWriter();
        section.U32((uint)_program.Semaphores.Length);
        foreach (var semaphore in _program.Semaphores)
        {
            section.U16(semaphore.Number);
            section.U8(semaphore.Queue is null ? (byte)0 : (byte)1);
            section.U8((byte)(semaphore.Queue ?? (int)(semaphore.Sequencer ?? 0)));
            section.U32(strings.Add(semaphore.Name));
        }

        return section;
    }

    private SectionWriter Queues()
    {
        var section = new SectionWriter();
        section.U32((uint)_program.Queues.Length);
        foreach (var queue in _program.Queues)
        {
            section.U8((byte)queue.Number);
            section.U8((byte)queue.Sequencer);
            section.U8((byte)queue.Source);
            section.U8(0);
            section.U16(queue.Semaphore);
            section.U16(0);
        }

        return section;
    }
}
