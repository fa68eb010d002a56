using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

internal sealed partial class DeviceBinder
{
    private static bool IsCost(CostType type) => type.IsNumber || type == CostType.Duration;

    private ImmutableArray<TimingRule> BindRules()
    {
        var rules = ImmutableArray.CreateBuilder<TimingRule>();
        foreach (var item in _items.Sections("rule"))
        {
            var scope = new DeviceExpressions(item.Inner!, _scope, _diagnostics) { IsRule = true };
            var reader = Open("rule " + item.Name, item, scope);
            var when = reader.Expression("when", type => type == CostType.Bool, "a condition", required: true);
            var add = reader.Integer("add");
            var scale = reader.Number("scale");
            var engines = reader.Named("engines", DeviceEngine, "the engine", DeviceEngines(), _name);
            reader.Finish();
            if (add is null == scale is null)
            {
                _diagnostics.Add(Codes.MissingField.At(SyntaxLocation.Of(item.Syntax), $"The rule '{item.Name}'", "add' or 'scale"));
            }
            else if (when is not null)
            {
                rules.Add(new TimingRule(item.Name, when, engines, add, scale));
            }
        }

        return rules.ToImmutable();
    }

    private ImmutableArray<InstructionDescription> BindInstructions()
    {
        var instructions = ImmutableArray.CreateBuilder<InstructionDescription>();
        foreach (var item in _items.Sections("instruction"))
        {
            if (!DeviceVocabulary.IsInstruction(item.Name))
            {
                var nearest = Suggestions.Nearest(item.Name, DeviceVocabulary.Instructions);
                _diagnostics.Add(Codes.UnknownInstruction.At(
                    SyntaxLocation.Of(item.Section!.Name), item.Name, Suggestions.Ending(nearest),
                    "Use a name the machine knows: its name selects what it does."));
                continue;
            }

            instructions.Add(BindInstruction(item));
        }

        return instructions.ToImmutable();
    }

    private InstructionDescription BindInstruction(MergedItem item)
    {
        var title = "instruction " + item.Name;
        var parameters = BindParameters(item);
        var scope = new DeviceExpressions(item.Inner!, _scope, _diagnostics) { Parameters = parameters };
        var reader = Open(title, item, scope);
        var limits = reader.Conditions("limits");
        var functions = Functions(reader, "functions");
        var triggers = reader.Named("trigger", DeviceEngine, "the engine", DeviceEngines(), _name);
        var result = Memories(reader, "result");
        var variants = ImmutableArray.CreateBuilder<InstructionVariant>();
        foreach (var on in item.Inner!.Sections("on"))
        {
            BindVariant(item, on, scope, limits, result, variants);
        }

        reader.Finish("on");
        if (variants.Count == 0 && !item.Inner!.Sections("on").Any())
        {
            _diagnostics.Add(Codes.InstructionWithoutEngine.At(SyntaxLocation.Of(item.Section!.Name), item.Name, _name));
        }

        return new InstructionDescription
        {
            Name = item.Name,
            Parameters = parameters,
            Limits = limits,
            Functions = functions,
            Triggers = triggers,
            Variants = variants.ToImmutable(),
        };
    }

    private ImmutableArray<InstructionParameter> BindParameters(MergedItem item)
    {
        if (item.Parameters is not { } list)
        {
            return [];
        }

        var opcode = Mnemonics.ParseOpcode(item.Name);
        var parameters = ImmutableArray.CreateBuilder<InstructionParameter>();
        foreach (var parameter in list.Parameters)
        {
            var name = parameter.Name.ValueText;
            InstructionParameterKind? kind = parameter.Type?.Name.Name.ValueText switch
            {
                "tile" => InstructionParameterKind.Tile,
                "int" => InstructionParameterKind.Int,
                "float" => InstructionParameterKind.Float,
                "string" => InstructionParameterKind.String,
                "type" => InstructionParameterKind.Type,
                _ => null,
            };
            if (kind is null)
            {
                _diagnostics.Add(Codes.BadField.At(
                    SyntaxLocation.Of(parameter), $"The parameter '{name}' has no type of instructions.", "Use tile, int, float, string or type."));
            }
            else if (opcode is { } known && InstructionSignature.Find(known, name)?.Kind != kind)
            {
                var signature = string.Join(", ", InstructionSignature.Of(known).Select(p => $"{p.Name}: {p.Kind.ToString().ToLowerInvariant()}"));
                _diagnostics.Add(Codes.BadField.At(
                    SyntaxLocation.Of(parameter), $"'{item.Name}' has no parameter '{name}: {kind.Value.ToString().ToLowerInvariant()}'.", $"Use {signature}."));
            }
            else
            {
                parameters.Add(new InstructionParameter(name, kind.Value));
            }
        }

        return parameters.ToImmutable();
    }

    private void BindVariant(
        MergedItem instruction,
        MergedItem item,
        DeviceExpressions outer,
        ImmutableArray<CostExpression> limits,
        ImmutableArray<MemoryKind> result,
        ImmutableArray<InstructionVariant>.Builder variants)
    {
        var reader = Open($"instruction {instruction.Name} on {item.Name}", item, new DeviceExpressions(item.Inner!, outer, _diagnostics));
        var engines = item.Name switch
        {
            "any" => [.. _items.Sections("engine").Select(e => Engines.Parse(e.Name)).Where(e => e is not null)],
            "dma" => [null],
            _ => DeviceEngine(item.Name) is { } engine ? new List<Engine?> { engine } : [],
        };
        if (engines.Count == 0)
        {
            _diagnostics.Add(Codes.UnknownResource.At(
                SyntaxLocation.Of(item.Section!.Name), $"'{instruction.Name}'", "the engine", item.Name, _name, string.Join(", ", DeviceEngines())));
        }

        var own = reader.Conditions("limits");
        var when = reader.Expression("when", type => type == CostType.Bool, "a condition");
        var cost = reader.Expression("cost", IsCost, "cycles or a time", required: true);
        var memory = Memories(reader, "result");
        var variant = cost is null ? null : new InstructionVariant
        {
            Engine = null,
            When = when,
            Limits = own,
            Result = memory.IsEmpty ? result.IsEmpty ? null : result[0] : memory[0],
            Cost = cost,
            Fixed = reader.Expression("fixed", IsCost, "cycles or a time"),
            Setup = reader.Expression("setup", IsCost, "cycles or a time"),
            SetupOn = reader.Expression("setup_on", type => type == CostType.Word, "a word"),
            Casts = reader.Truth("casts") ?? true,
        };
        reader.Know("fixed");
        reader.Know("setup");
        reader.Know("setup_on");
        reader.Know("casts");
        reader.Finish();
        if (variant is null)
        {
            return;
        }

        var conditions = limits.AddRange(own);
        conditions = when is null ? conditions : conditions.Add(when);
        if (CostIntervals.Check(cost!, conditions) is { } problem)
        {
            _diagnostics.Add(Codes.CostUndefined.At(reader.Place("cost"), instruction.Name, item.Name, problem));
        }

        foreach (var engine in engines)
        {
            variants.Add(variant with { Engine = engine });
        }
    }

    private DeviceDescription BindFaults(DeviceDescription device)
    {
        var faults = ImmutableArray.CreateBuilder<FaultDescription>();
        foreach (var item in _items.Sections("fault"))
        {
            if (FaultBinder.Bind(item.Section!, item.Inner!, new DeviceExpressions(item.Inner!, _scope, _diagnostics) { IsFault = true }, _diagnostics) is { } fault && FaultBinder.Check(fault, device, item.Section!, item.Inner!, _diagnostics))
            {
                faults.Add(fault);
            }
        }

        return faults.Count == 0 ? device : FaultBinder.WithFaults(device, device.Name, faults.ToImmutable());
    }
}
