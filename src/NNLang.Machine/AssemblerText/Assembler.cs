using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Machine.ProgramFormat;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;
using NNLang.Tensors;

namespace NNLang.Machine.AssemblerText;

/// <summary>
/// Reads assembler text (<c>docs/machine.md</c> 8.8). Every error names line and column; reading goes on behind a faulty line. A text without
/// errors gives a program that <see cref="Disassembler"/> prints in the same form.
/// </summary>
public sealed class Assembler
{
    private const int MostErrors = 100;

    private readonly List<AssemblyError> _errors = [];
    private readonly List<Region> _regions = [];
    private readonly Dictionary<string, int> _regionIndices = new(StringComparer.Ordinal);
    private readonly List<SemaphoreDeclaration> _semaphores = [];
    private readonly List<QueueDeclaration> _queues = [];
    private readonly InstructionEncoder[] _streams = new InstructionEncoder[Engines.Count];
    private readonly List<int>[] _lines = new List<int>[Engines.Count];
    private List<ProgramTensor>? _inputs;
    private List<ProgramTensor>? _outputs;
    private string? _name;
    private string _deviceName = "";
    private ContentHash? _deviceHash;
    private ContentHash? _tablesHash;
    private Engine? _stream;

    private Assembler()
    {
        for (var i = 0; i < Engines.Count; i++)
        {
            _streams[i] = new InstructionEncoder();
            _lines[i] = [];
        }
    }

    /// <summary>Reads a program for a device and checks it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="device">The device it names.</param>
    /// <param name="program">The program; null if there are errors.</param>
    /// <param name="errors">The errors, at most 100.</param>
    /// <param name="validate">Whether to reject what <see cref="ProgramValidator"/> rejects.</param>
    public static bool TryAssemble(
        string text, DeviceDescription device, [NotNullWhen(true)] out MachineProgram? program, out ImmutableArray<AssemblyError> errors,
        bool validate = true)
    {
        var assembler = new Assembler();
        program = assembler.Read(text, device, validate);
        errors = [.. assembler._errors];
        return program is not null;
    }

    private MachineProgram? Read(string text, DeviceDescription device, bool validate)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            var cursor = new AssemblyCursor(line);
            try
            {
                if (!cursor.AtEnd)
                {
                    Line(cursor, number);
                    if (!cursor.AtEnd)
                    {
                        throw cursor.Error("the line goes on where it should end");
                    }
                }
            }
            catch (AssemblyException failure)
            {
                _errors.Add(new AssemblyError(number, failure.Column, failure.Message));
            }

            number++;
            if (_errors.Count >= MostErrors)
            {
                return null;
            }
        }

        if (_name is null)
        {
            _errors.Add(new AssemblyError(0, 0, "the line 'program \"name\" device name' is missing"));
        }
        else if (_deviceHash is null && _deviceName != device.Name)
        {
            _errors.Add(new AssemblyError(0, 0, $"the program is for {_deviceName}, not for {device.Name}"));
        }

        if (_errors.Count > 0)
        {
            return null;
        }

        var regions = _regions.ToImmutableArray();
        var program = new MachineProgram
        {
            Name = _name!,
            DeviceName = _deviceName,
            DeviceHash = _deviceHash ?? device.Hash,
            FunctionTablesHash = _tablesHash ?? FunctionTables.Standard.Hash,
            Regions = regions,
            Inputs = _inputs?.ToImmutableArray() ?? AssemblyWords.DefaultTensors(regions, RegionKind.Input),
            Outputs = _outputs?.ToImmutableArray() ?? AssemblyWords.DefaultTensors(regions, RegionKind.Output),
            Semaphores = [.. _semaphores],
            Queues = [.. _queues],
            Streams = [.. _streams.Select((stream, i) => stream.ToStream((Engine)i))],
        };
        return validate && !Validate(device, program) ? null : program;
    }

    private bool Validate(DeviceDescription device, MachineProgram program)
    {
        foreach (var problem in ProgramValidator.Validate(device, program, MostErrors))
        {
            var line = problem.Instruction is { } at ? _lines[(int)at.Engine][at.Index] : 0;
            _errors.Add(new AssemblyError(line, 0, problem.Message));
        }

        return _errors.Count == 0;
    }

    private void Line(AssemblyCursor cursor, int number)
    {
        switch (cursor.Peek())
        {
            case "program":
                Program(cursor);
                break;
            case "region":
                Region(cursor);
                break;
            case "input":
                Tensor(cursor, _inputs ??= []);
                break;
            case "output":
                Tensor(cursor, _outputs ??= []);
                break;
            case "semaphore":
                Semaphore(cursor);
                break;
            case "queue":
                Queue(cursor);
                break;
            case "stream":
                cursor.Word("stream");
                _stream = cursor.Engine();
                break;
            default:
                if (_stream is not { } engine)
                {
                    throw cursor.Error("an instruction follows a line 'stream name'; other lines are program, region, input, output, semaphore, queue");
                }

                var instruction = new InstructionParser(cursor, _regionIndices).Parse();
                _streams[(int)engine].Write(instruction);
                _lines[(int)engine].Add(number);
                break;
        }
    }

    private void Program(AssemblyCursor cursor)
    {
        cursor.Word("program");
        var name = cursor.Name("the program's name");
        if (!cursor.TryWord("device"))
        {
            throw cursor.Error("'device' is missing");
        }

        _deviceName = cursor.Name("the device's name");
        if (cursor.TryWord("hash"))
        {
            _deviceHash = Hash(cursor);
            if (!cursor.TryWord("functions"))
            {
                throw cursor.Error("'functions' is missing");
            }

            _tablesHash = Hash(cursor);
        }

        if (_name is not null)
        {
            throw cursor.Error("there is one program in a text");
        }

        _name = name;
    }

    private static ContentHash Hash(AssemblyCursor cursor)
    {
        var word = cursor.Peek();
        var hash = ContentHash.Parse(word) ?? throw cursor.Error("a hash has 64 hexadecimal digits");
        cursor.TryWord(word);
        return hash;
    }

    private void Region(AssemblyCursor cursor)
    {
        cursor.Word("region");
        var name = cursor.Name("the region's name");
        var kind = cursor.OneOf<RegionKind>("a kind of region", AssemblyWords.Kinds);
        var type = cursor.Type();
        var dimensions = Numbers(cursor);
        var bytes = cursor.TryWord("bytes")
            ? cursor.Number("a size", 0, long.MaxValue)
            : AssemblyWords.DenseBytes(type, dimensions);
        var recipe = cursor.Try('=') ? Recipe(cursor) : null;
        if (!_regionIndices.TryAdd(name, _regions.Count))
        {
            throw cursor.Error($"there is a region {name} already");
        }

        if (_regions.Count == ProgramFile.MaximumRegions)
        {
            throw cursor.Error("there are too many regions");
        }

        _regions.Add(new Region(name, kind, type, dimensions, bytes, recipe));
    }

    private static ImmutableArray<long> Numbers(AssemblyCursor cursor)
    {
        cursor.Expect('[');
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (!cursor.Try(']'))
        {
            if (numbers.Count > 0)
            {
                cursor.Expect(',');
            }

            numbers.Add(cursor.Number("an entry", long.MinValue, long.MaxValue));
        }

        return numbers.ToImmutable();
    }

    private static Recipe Recipe(AssemblyCursor cursor)
    {
        var steps = ImmutableArray.CreateBuilder<RecipeStep>();
        do
        {
            var operation = cursor.OneOf<RecipeOperation>("a step", AssemblyWords.Steps);
            var key = cursor.AtText ? cursor.Text() : "";
            ImmutableArray<long> numbers = AssemblyWords.HasNumbers(operation) ? Numbers(cursor) : [];
            var values = ImmutableArray.CreateBuilder<double>();
            if (cursor.Try('{'))
            {
                do
                {
                    values.Add(LiteralReader.Double(cursor));
                }
                while (cursor.Try(','));
                cursor.Expect('}');
            }

            var type = ElementTypes.Parse(cursor.Peek()) is not null ? cursor.Type() : ElementType.F64;
            steps.Add(new RecipeStep(operation, key, numbers, values.ToImmutable(), type));
        }
        while (cursor.Try('|'));
        return new Recipe(steps.ToImmutable());
    }

    private void Tensor(AssemblyCursor cursor, List<ProgramTensor> tensors)
    {
        cursor.Word("input or output");
        if (cursor.TryWord("none"))
        {
            return;
        }

        var name = cursor.Text();
        var regionName = cursor.Name("the region's name");
        if (!_regionIndices.TryGetValue(regionName, out var region))
        {
            throw cursor.Error($"there is no region {regionName}");
        }

        var type = cursor.Type();
        var dimensions = Numbers(cursor);
        Int128 count = 1;
        foreach (var dimension in dimensions)
        {
            count = dimension < 0 ? -1 : count * dimension;
            if (count < 0 || count > long.MaxValue)
            {
                throw cursor.Error("a shape has extents of at least 0 and fewer than 2^63 elements");
            }
        }

        tensors.Add(new ProgramTensor(name, region, type, new Shape(dimensions.AsSpan())));
    }

    private void Semaphore(AssemblyCursor cursor)
    {
        cursor.Word("semaphore");
        var number = (ushort)cursor.Number("a semaphore", 0, 65534);
        Engine? engine = null;
        int? queue = null;
        if (cursor.TryWord("queue"))
        {
            queue = (int)cursor.Number("a queue", 0, 15);
        }
        else
        {
            engine = cursor.Engine();
        }

        _semaphores.Add(new SemaphoreDeclaration(number, engine, queue, cursor.AtText ? cursor.Text() : ""));
    }

    private void Queue(AssemblyCursor cursor)
    {
        cursor.Word("queue");
        var number = (int)cursor.Number("a queue", 0, 15);
        var sequencer = cursor.Engine();
        var source = cursor.OneOf<DescriptorSource>("a descriptor source", AssemblyWords.Sources);
        _queues.Add(new QueueDeclaration(number, sequencer, source, (ushort)cursor.Number("a semaphore", 0, 65534)));
    }
}

/// <summary>An error of assembler text.</summary>
/// <param name="Line">The line, from 0.</param>
/// <param name="Column">The column in UTF-16 units, from 0.</param>
/// <param name="Message">What is wrong.</param>
public sealed record AssemblyError(int Line, int Column, string Message)
{
    /// <summary>Place, counted from 1, and message.</summary>
    public override string ToString() => $"({Line + 1},{Column + 1}): {Message}";
}
