using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Faults;

/// <summary>The kinds of faults, their fields and their checks (<c>docs/machine.md</c> 9, <c>docs/language.md</c> 11.6).</summary>
public static class FaultKinds
{
    private static readonly string[] Common = ["layer:string", "every:count", "probability:fraction", "seed:number", "instructions:opcodes"];
    private static readonly string[] CompilerFields = ["pass:string", "layer:string", "operation:string", "side:string"];

    private static readonly FrozenDictionary<string, FaultKind> Kinds = new[]
    {
        Make("stuck_bit", false, "engine!:engine", "lane:lane", "column:lane", "bit!:bit", "value:value"),
        Make("wrong_table", false, "engine!:engine", "function!:function", "segment!:segment"),
        Make("lost_accumulate", false, "bank:bank"),
        Make("dropped_row", false, "queue:queue"),
        Make("misplaced_row", false, "queue:queue", "offset!:number"),
        Make("flipped_bit", false, "memory!:memory", "partition:lane", "byte!:byte", "bit!:bit8", "at:time"),
        Make("wrong_pad", true),
        Make("dropped_tile", true),
        Make("wrong_stride", true),
        Make("swapped_operands", true),
        Make("wrong_fold", true),
        Make("wrong_offset", true),
        Make("missing_wait", true),
    }.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>All kinds, by name.</summary>
    public static IEnumerable<FaultKind> All => Kinds.Values.OrderBy(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>A kind; null if there is none of this name.</summary>
    public static FaultKind? Find(string name) => Kinds.GetValueOrDefault(name);

    /// <summary>
    /// Checks a fault of a device: kind, fields, values, resources. Device faults are checked against the device; compiler faults only by form.
    /// </summary>
    /// <returns>The problems, each with the field it concerns (null for the kind) and whether a resource does not exist (NN5012, else NN5011).</returns>
    public static ImmutableArray<FaultProblem> Validate(FaultDescription fault, DeviceDescription device)
    {
        if (Find(fault.Kind) is not { } kind)
        {
            var names = string.Join(", ", All.Select(known => known.Name));
            return [new FaultProblem(null, false, $"there is no fault '{fault.Kind}'; the kinds are {names}")];
        }

        var problems = ImmutableArray.CreateBuilder<FaultProblem>();
        foreach (var field in fault.Fields)
        {
            if (kind.Field(field.Name) is not { } declared)
            {
                var names = string.Join(", ", kind.Fields.Select(known => known.Name));
                problems.Add(new FaultProblem(field.Name, false, $"the fault {kind.Name} has no field '{field.Name}'; it has {names}"));
            }
            else if (CheckField(declared.Form, field.Value, fault, device) is { } problem)
            {
                problems.Add(new FaultProblem(field.Name, problem.Missing, $"'{field.Name}' {problem.Message}"));
            }
        }

        foreach (var required in kind.Fields)
        {
            if (required.Required && fault.Field(required.Name) is null)
            {
                problems.Add(new FaultProblem(null, false, $"the fault {kind.Name} needs the field '{required.Name}'; it takes {string.Join(", ", kind.Fields.Select(known => known.Name))}"));
            }
        }

        if (kind.Name == "stuck_bit" && fault.Field("lane") is null == fault.Field("column") is null)
        {
            problems.Add(new FaultProblem(null, false, "the fault stuck_bit needs one of the fields 'lane' and 'column'"));
        }

        if (kind.Name == "stuck_bit" && fault.Field("column") is not null && fault.Word("engine") is not (null or "tensor"))
        {
            problems.Add(new FaultProblem("column", true, "only the tensor engine has columns"));
        }

        return problems.ToImmutable();
    }

    private static (bool Missing, string Message)? CheckField(string form, object value, FaultDescription fault, DeviceDescription device)
    {
        switch (form)
        {
            case "string":
                return value is string ? null : (false, "is a string");
            case "engine":
                return value is not string name ? (false, "is the name of an engine")
                    : Engines.Parse(name) is { } engine && device.Engine(engine) is not null ? null
                    : (true, $"names the engine '{name}', which {device.Name} does not have");
            case "memory":
                return value is not string memory ? (false, "is the name of a memory")
                    : memory is "sbuf" or "psum" or "hbm" ? null : (true, $"names the memory '{memory}', which {device.Name} does not have");
            case "function":
                return value is not string function ? (false, "is the name of a function")
                    : Mnemonics.ParseFunction(function) is { } known && FunctionTables.SegmentsOf(known) > 0 ? null
                    : (true, $"names '{function}', which is no function with a table");
            case "opcodes":
                return value is ImmutableArray<string> names
                    ? names.FirstOrDefault(item => Mnemonics.ParseOpcode(item) is null) is { } unknown ? (true, $"names '{unknown}', which is no instruction") : null
                    : (false, "is a list of instructions");
            case "fraction":
                return value is double and >= 0 and <= 1 or long and >= 0 and <= 1 ? null : (false, "is a number from 0 to 1");
        }

        if (value is not long number)
        {
            return (false, "is a whole number");
        }

        var (least, most) = Range(form, fault, device);
        return number < least || number > most ? (form is not ("count" or "value"), $"is {number}; it must be {least} to {most}") : null;
    }

    private static (long Least, long Most) Range(string form, FaultDescription fault, DeviceDescription device) => form switch
    {
        "lane" => (0, 127),
        "bit" => (0, 31),
        "bit8" => (0, 7),
        "value" => (0, 1),
        "count" => (1, long.MaxValue),
        "bank" => (0, (device.Memory(MemoryKind.Psum)?.Banks ?? 1) - 1),
        "queue" => (0, device.Dma.Queues - 1),
        "segment" => (0, Math.Max(1, Mnemonics.ParseFunction(fault.Word("function") ?? "") is { } function ? FunctionTables.SegmentsOf(function) : 176) - 1),
        "byte" => (0, (Mnemonics.ParseMemory(fault.Word("memory") ?? "") is { } memory ? device.Memory(memory)?.Bytes ?? 1 : 1) - 1),
        "time" => (0, long.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    private static FaultKind Make(string name, bool compiler, params string[] fields)
    {
        var all = ImmutableArray.CreateBuilder<FaultKindField>();
        foreach (var field in fields.Concat(compiler ? CompilerFields : Common))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            all.Add(new FaultKindField(field[..colon].TrimEnd('!'), field[(colon + 1)..], field[colon - 1] == '!'));
        }

        if (compiler)
        {
            foreach (var field in Common.Where(item => !item.StartsWith("layer", StringComparison.Ordinal)))
            {
                var colon = field.IndexOf(':', StringComparison.Ordinal);
                all.Add(new FaultKindField(field[..colon], field[(colon + 1)..], false));
            }
        }

        return new FaultKind(name, compiler, all.ToImmutable());
    }
}

/// <summary>A kind of fault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsCompilerFault">Whether it is a defect of a compiler pass rather than of the device.</param>
/// <param name="Fields">Its fields.</param>
public sealed record FaultKind(string Name, bool IsCompilerFault, ImmutableArray<FaultKindField> Fields)
{
    /// <summary>A field; null if the kind has none of this name.</summary>
    public FaultKindField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);
}

/// <summary>A field of a kind of fault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Form">What it holds: string, engine, memory, function, opcodes, fraction, or a number named by its range.</param>
/// <param name="Required">Whether it must be given.</param>
public sealed record FaultKindField(string Name, string Form, bool Required);

/// <summary>A problem of a fault description.</summary>
/// <param name="Field">The field it concerns; null for the fault as a whole.</param>
/// <param name="MissingResource">Whether the field names what the device does not have (NN5012) rather than being malformed (NN5011).</param>
/// <param name="Message">What is wrong.</param>
public sealed record FaultProblem(string? Field, bool MissingResource, string Message);
