using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Weights;
using NNLang.Machine.AssemblerText;
using NNLang.Machine.Faults;
using NNLang.Machine.Programs;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Emulator.Tests;

/// <summary>Small assembler texts and what becomes of them: problems, hazards, time, outputs.</summary>
public sealed class CaseTests
{
    private const string Folder = "tests/NNLang.Emulator.Tests/Cases";

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Repository.PathOf(Folder), "*.asm").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void CaseGivesWhatIsWritten(string name)
    {
        var emulation = new Case(File.ReadAllText(Repository.PathOf($"{Folder}/{name}.asm")));
        Snapshot.Match($"{Folder}/{name}.txt", emulation.Describe([]));
    }

    [Fact]
    public void TheTinyProgramComputesADenseLayer()
    {
        var tiny = new Case(File.ReadAllText(Repository.PathOf($"{Folder}/tiny.asm")));
        float[] x = [1, 2, 3, -4, 5, -6], w = [1, 0, -1, 0.5f, 0.5f, 0.5f, 2, -1, 0, -3, 1, 1], b = [0, 1, -1, 0.25f];
        var y = tiny.Run(new EmulatorOptions()).Outputs[0].AsFloats();
        for (var row = 0; row < 2; row++)
        {
            for (var m = 0; m < 4; m++)
            {
                var sum = b[m] + Enumerable.Range(0, 3).Sum(k => x[(row * 3) + k] * w[(m * 3) + k]);
                Assert.Equal(Math.Max(0, sum), y[(row * 4) + m]);
            }
        }
    }
}

/// <summary>An assembler text with inputs and weights in lines that begin with '#'.</summary>
internal sealed class Case
{
    private readonly List<Tensor> _inputs = [];
    private readonly Dictionary<string, Tensor> _weights = [];

    public Case(string text)
    {
        var code = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith('#'))
            {
                code.Append(line).Append('\n');
                continue;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var shape = new Shape(words[2].Trim('[', ']').Split(',').Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray());
            var tensor = Tensor.Of(shape, words[3..].Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray());
            if (words[0] == "#input")
            {
                _inputs.Add(tensor);
            }
            else
            {
                _weights.Add(words[1], tensor);
            }
        }

        Assert.True(Assembler.TryAssemble(code.ToString(), NeuronCoreV2.Device, out var program, out var errors, validate: false), string.Join("\n", errors));
        Program = program!;
    }

    private Case(Case other, MachineProgram program)
    {
        _inputs = other._inputs;
        _weights = other._weights;
        Program = program;
    }

    public MachineProgram Program { get; }

    /// <summary>The same with a debug section.</summary>
    public Case With(DebugSection debug) => new(this, new MachineProgram
    {
        Name = Program.Name,
        DeviceName = Program.DeviceName,
        DeviceHash = Program.DeviceHash,
        FunctionTablesHash = Program.FunctionTablesHash,
        Regions = Program.Regions,
        Inputs = Program.Inputs,
        Outputs = Program.Outputs,
        Semaphores = Program.Semaphores,
        Queues = Program.Queues,
        Streams = Program.Streams,
        Debug = debug,
    });

    public IReadOnlyList<Tensor> Inputs => _inputs;

    public LoadedProgram Load() => LoadedProgram.Load(Program, NeuronCoreV2.Device).Value;

    public WeightImage Weights(LoadedProgram program) => WeightImage.Evaluate(program, new WeightDictionary(_weights)).Value;

    public EmulationResult Run(EmulatorOptions options, params TensorLocation[] taps)
    {
        var loaded = Load();
        using var emulator = new Emulator(loaded, Weights(loaded), options);
        return emulator.Run(_inputs, taps).Value;
    }

    public string Describe(params FaultDescription[] faults)
    {
        var text = new StringBuilder();
        var loaded = LoadedProgram.Load(Program, NeuronCoreV2.Device);
        foreach (var problem in loaded.Problems)
        {
            text.Append("problem: ").Append(problem).Append('\n');
        }

        if (!loaded.Succeeded)
        {
            return text.ToString();
        }

        var result = Run(new EmulatorOptions { Faults = [.. faults], Threads = 2 });
        foreach (var hazard in result.Hazards)
        {
            text.Append(CultureInfo.InvariantCulture, $"hazard at {hazard.Time} ps: {hazard}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"time: {result.Timing.Makespan} ps\n");
        for (var i = 0; i < result.Outputs.Length; i++)
        {
            text.Append(Program.Outputs[i].Name).Append(':');
            foreach (var value in MemoryMarshal.Cast<byte, float>(result.Outputs[i].Bytes.Span))
            {
                text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
