using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Machine.Costs;

/// <summary>
/// The costs, limits and rules of a device, compiled from its expressions. Thread-safe; made once per device
/// (<see cref="DeviceDescription.Costs"/>). Evaluating takes a fraction of a microsecond.
/// </summary>
public sealed class CostModel
{
    private const double MostCycles = 9007199254740992; // 2^53 (1.3)

    private readonly DeviceDescription _device;
    private readonly CompiledVariant?[] _variants = new CompiledVariant?[Engines.Count * 32];
    private readonly CompiledRule[] _rules;
    private readonly long[] _clocks = new long[Engines.Count];
    private readonly int[] _functionSets = new int[Mnemonics.FunctionCount];
    private readonly bool _rulesReadPrevious;
    private readonly int _rulesReadCircumstances;

    /// <summary>Compiles the expressions of a device.</summary>
    /// <exception cref="CostTypeException">An expression reads what does not exist; <see cref="DeviceValidator"/> reports where.</exception>
    internal CostModel(DeviceDescription device)
    {
        _device = device;
        foreach (var engine in device.Engines)
        {
            _clocks[(int)engine.Engine] = engine.ClockHz;
            var set = 0;
            foreach (var functions in engine.FunctionSets)
            {
                set++;
                foreach (var function in functions.Functions)
                {
                    _functionSets[(int)function] = set;
                }
            }
        }

        var rules = new CostCompiler(null);
        _rules = [.. device.Rules.Select(rule => new CompiledRule(rule, rules.Bool(rule.When), EnginesOf(rule)))];
        foreach (var rule in device.Rules)
        {
            // The canonical text names every part that an expression reads.
            var text = rule.When.ToString();
            _rulesReadPrevious |= text.Contains("previous.instruction", StringComparison.Ordinal);
            _rulesReadCircumstances |= text.Contains("previous.", StringComparison.Ordinal) ? EnginesOf(rule) : 0;
        }

        foreach (var instruction in device.Instructions)
        {
            if (instruction.Opcode is { } opcode)
            {
                foreach (var variant in instruction.Variants)
                {
                    if (variant.Engine is { } engine)
                    {
                        _variants[((int)engine * 32) + (int)opcode] = Compile(instruction, opcode, variant);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The cost of an instruction on an engine. Null, with a message that says why, if the device does not run it there or its cost is not
    /// defined.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="instruction">The instruction, with the operands of its opcode.</param>
    /// <param name="previous">The instruction before it on the engine, for rules that name it.</param>
    /// <param name="problem">What is wrong.</param>
    public InstructionCost? Evaluate(Engine engine, in Instruction instruction, Opcode previous, out string? problem) =>
        Evaluate(new CostArguments(), engine, instruction, previous, out problem);

    /// <summary>The same with arguments that the caller reuses from call to call.</summary>
    internal InstructionCost? Evaluate(
        CostArguments arguments, Engine engine, in Instruction instruction, Opcode previous, out string? problem)
    {
        problem = null;
        if (_clocks[(int)engine] == 0)
        {
            problem = $"the device has no {Engines.Name(engine)} engine";
            return null;
        }

        if (instruction.IsTransfer)
        {
            var trigger = Cycles(engine, _device.SemaphoreCycles);
            return new InstructionCost { Busy = trigger, BusyIdle = trigger, BusyDependent = trigger, BusyDependentIdle = trigger };
        }

        var variant = _variants[((int)engine * 32) + (int)instruction.Opcode];
        if (variant is null)
        {
            problem = $"{Mnemonics.Name(instruction.Opcode)} does not run on the {Engines.Name(engine)} engine";
            return null;
        }

        if (!arguments.Fill(engine, instruction))
        {
            problem = $"{Mnemonics.Name(instruction.Opcode)} does not have its operands";
            return null;
        }

        try
        {
            return Evaluate(engine, instruction, previous, variant, arguments, ref problem);
        }
        catch (ArithmeticException failure)
        {
            problem = $"the cost of {Mnemonics.Name(instruction.Opcode)} is not defined for these operands: {failure.Message}";
            return null;
        }
    }

    /// <summary>Checks the conditions of the device for an instruction on an engine. Null if all hold, else what does not.</summary>
    public string? Check(Engine engine, in Instruction instruction) => Check(new CostArguments(), engine, instruction);

    /// <summary>The same with arguments that the caller reuses from call to call.</summary>
    internal string? Check(CostArguments arguments, Engine engine, in Instruction instruction)
    {
        if (instruction.IsTransfer)
        {
            return CheckTransfer(engine, instruction);
        }

        var name = Mnemonics.Name(instruction.Opcode);
        var variant = _variants[((int)engine * 32) + (int)instruction.Opcode];
        if (variant is null)
        {
            return $"{name} does not run on the {Engines.Name(engine)} engine of {_device.Name}";
        }

        if (!arguments.Fill(engine, instruction))
        {
            return $"{name} does not have its operands";
        }

        try
        {
            if (variant.When is { } when && !when(arguments))
            {
                return $"{name} runs on the {Engines.Name(engine)} engine of {_device.Name} only when {variant.Source.When}";
            }

            foreach (var (test, text) in variant.Limits)
            {
                if (!test(arguments))
                {
                    return $"{name} breaks a limit of {_device.Name}: {text}";
                }
            }
        }
        catch (ArithmeticException failure)
        {
            return $"a limit of {name} is not defined for these operands: {failure.Message}";
        }

        if (variant.Source.Result is { } result && instruction.Operands[0].Memory != result)
        {
            return $"the result of {name} on the {Engines.Name(engine)} engine goes to {Mnemonics.Name(result)}";
        }

        if (instruction.Opcode is Opcode.Activation or Opcode.ActivationReduce && !variant.Functions.IsEmpty
            && !variant.Functions.Contains(instruction.Attributes.Function))
        {
            return $"{_device.Name} does not offer the function {Mnemonics.Name(instruction.Attributes.Function)}";
        }

        return null;
    }

    private string? CheckTransfer(Engine engine, in Instruction instruction)
    {
        var name = Mnemonics.Name(instruction.Opcode);
        if (_device.Instruction(instruction.Opcode) is not { } description)
        {
            return $"{_device.Name} has no {name}";
        }

        return description.Triggers.IsEmpty || description.Triggers.Contains(engine)
            ? null
            : $"the {Engines.Name(engine)} engine of {_device.Name} cannot trigger {name}";
    }

    private InstructionCost? Evaluate(
        Engine engine, in Instruction instruction, Opcode previous, CompiledVariant variant, CostArguments arguments, ref string? problem)
    {
        long cycles = 0;
        long picoseconds = 0;
        if (!variant.Cost.AddTo(arguments, ref cycles, ref picoseconds))
        {
            problem = $"the cost of {Mnemonics.Name(instruction.Opcode)} is negative or too large for these operands";
            return null;
        }

        Span<long> occupancy = stackalloc long[4];
        for (var circumstance = 0; circumstance < 4; circumstance++)
        {
            if (circumstance > 0 && (!arguments.HasTiles || (_rulesReadCircumstances & (1 << (int)engine)) == 0))
            {
                occupancy[circumstance] = occupancy[0];
                continue;
            }

            var (scaledCycles, scaledTime) = (cycles, picoseconds);
            if (arguments.HasTiles && _rules.Length > 0)
            {
                arguments.PreviousIdle = (circumstance & 1) != 0;
                arguments.PreviousWrites = (circumstance & 2) != 0;
                arguments.PreviousName = _rulesReadPrevious ? Mnemonics.Name(previous) : "";
                Correct(engine, arguments, ref scaledCycles, ref scaledTime);
            }

            if (variant.Fixed is { } @fixed && !@fixed.AddTo(arguments, ref scaledCycles, ref scaledTime))
            {
                problem = $"the fixed cost of {Mnemonics.Name(instruction.Opcode)} is negative or too large";
                return null;
            }

            occupancy[circumstance] = checked(Cycles(engine, scaledCycles) + scaledTime);
        }

        var set = 0;
        long setup = 0;
        if (variant.Setup is { } compiled)
        {
            long setupCycles = 0;
            set = variant.SetupIsFunction ? _functionSets[(int)instruction.Attributes.Function] : 0;
            if (set != 0)
            {
                if (!compiled.AddTo(arguments, ref setupCycles, ref setup))
                {
                    problem = $"the setup of {Mnemonics.Name(instruction.Opcode)} is negative or too large";
                    return null;
                }

                setup = checked(setup + Cycles(engine, setupCycles));
            }
        }

        return new InstructionCost
        {
            Busy = occupancy[0],
            BusyIdle = occupancy[1],
            BusyDependent = occupancy[2],
            BusyDependentIdle = occupancy[3],
            FunctionSet = set,
            Setup = setup,
        };
    }

    // All rules that hold apply, scales first.
    private void Correct(Engine engine, CostArguments arguments, ref long cycles, ref long picoseconds)
    {
        long added = 0;
        foreach (var rule in _rules)
        {
            if ((rule.Engines & (1 << (int)engine)) != 0 && rule.When(arguments))
            {
                added = checked(added + (rule.Source.AddCycles ?? 0));
                if (rule.Source.Scale is { } scale)
                {
                    cycles = checked((long)Math.Ceiling(cycles * scale));
                    picoseconds = checked((long)Math.Ceiling(picoseconds * scale));
                }
            }
        }

        cycles = checked(cycles + added);
    }

    private static int EnginesOf(TimingRule rule)
    {
        var engines = rule.Engines.IsEmpty ? (1 << Engines.Count) - 1 : 0;
        foreach (var engine in rule.Engines)
        {
            engines |= 1 << (int)engine;
        }

        return engines;
    }

    private long Cycles(Engine engine, long cycles) => DeviceDescription.Picoseconds(cycles, _clocks[(int)engine]);

    private static CompiledVariant Compile(InstructionDescription instruction, Opcode opcode, InstructionVariant variant)
    {
        var compiler = new CostCompiler(opcode);
        return new CompiledVariant(
            variant,
            variant.When is null ? null : compiler.Bool(variant.When),
            [.. instruction.Limits.Concat(variant.Limits).Select(limit => (compiler.Bool(limit), limit.ToString()))],
            instruction.Functions,
            CompiledCost.Of(compiler, variant.Cost)!,
            CompiledCost.Of(compiler, variant.Fixed),
            CompiledCost.Of(compiler, variant.Setup),
            variant.SetupOn is CostExpression.Parameter { Name: "function" });
    }

    private sealed record CompiledVariant(
        InstructionVariant Source,
        Func<CostArguments, bool>? When,
        ImmutableArray<(Func<CostArguments, bool> Test, string Text)> Limits,
        ImmutableArray<ActivationFunction> Functions,
        CompiledCost Cost,
        CompiledCost? Fixed,
        CompiledCost? Setup,
        bool SetupIsFunction);

    private sealed record CompiledRule(TimingRule Source, Func<CostArguments, bool> When, int Engines);

    private sealed class CompiledCost
    {
        private Func<CostArguments, long>? _int;
        private Func<CostArguments, double>? _float;
        private Func<CostArguments, decimal>? _time;

        public static CompiledCost? Of(CostCompiler compiler, CostExpression? expression) => expression?.Type switch
        {
            null => null,
            { Kind: CostKind.Int } => new CompiledCost { _int = compiler.Int(expression) },
            { Kind: CostKind.Float } => new CompiledCost { _float = compiler.Float(expression) },
            { } type when type == CostType.Duration => new CompiledCost { _time = compiler.Quantity(expression) },
            { } type => throw new CostTypeException($"a cost is a number of cycles or a time, not {type}"),
        };

        // False if the value is no cost (1.3).
        public bool AddTo(CostArguments arguments, ref long cycles, ref long picoseconds)
        {
            if (_int is not null)
            {
                var value = _int(arguments);
                cycles = checked(cycles + value);
                return value is >= 0 and <= (long)MostCycles;
            }

            if (_float is not null)
            {
                var value = _float(arguments);
                if (!(value is >= 0 and <= MostCycles))
                {
                    return false;
                }

                cycles = checked(cycles + (long)Math.Ceiling(value));
                return true;
            }

            var time = _time!(arguments);
            if (time is < 0 or > (decimal)MostCycles)
            {
                return false;
            }

            picoseconds = checked(picoseconds + (long)Math.Ceiling(time));
            return true;
        }
    }
}
