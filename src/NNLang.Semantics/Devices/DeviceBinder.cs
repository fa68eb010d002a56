using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Spelling;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;

namespace NNLang.Semantics.Devices;

/// <summary>Turns merged items into a device (language 11). Not thread-safe; lives for one device.</summary>
internal sealed partial class DeviceBinder
{
    private static readonly string[] EngineNames = [.. Enum.GetValues<Engine>().Select(Engines.Name)];
    private static readonly string[] MemoryNames = ["sbuf", "psum", "hbm"];
    private readonly string _name;
    private readonly MergedItems _items;
    private readonly SyntaxNode _node;
    private readonly DeviceExpressions _scope;
    private readonly List<Diagnostic> _diagnostics;
    private readonly ImmutableArray<Provenance>.Builder _provenance = ImmutableArray.CreateBuilder<Provenance>();

    private DeviceBinder(string name, MergedItems items, SyntaxNode node, List<Diagnostic> diagnostics)
    {
        _name = name;
        _items = items;
        _node = node;
        _diagnostics = diagnostics;
        _scope = new DeviceExpressions(items, null, diagnostics);
    }

    /// <summary>Binds a device. Null if something without which there is no device is missing or wrong; diagnostics say what.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="items">Its items, bases merged in.</param>
    /// <param name="node">What to point at for the device as a whole.</param>
    /// <param name="diagnostics">Where problems go.</param>
    public static DeviceDescription? Bind(string name, MergedItems items, SyntaxNode node, List<Diagnostic> diagnostics) =>
        new DeviceBinder(name, items, node, diagnostics).Bind();

    private DeviceDescription? Bind()
    {
        var before = _diagnostics.Count;
        CheckTopLevel();
        foreach (var item in _items.Items)
        {
            if (item.Syntax is ConstantSyntax constant)
            {
                var named = DeviceSources.Add(
                    _provenance, constant.Name.ValueText, DeviceExpressions.AnnotationsOf(constant.Value), _scope);
                if (_scope.Bind(constant.Value) is not CostExpression.WordLiteral and not null && !named)
                {
                    _diagnostics.Add(Codes.NoProvenance.At(SyntaxLocation.Of(constant), constant.Name.ValueText));
                }
            }
        }

        var engines = BindEngines();
        var dma = BindDma();
        var memories = BindMemories();
        var ports = BindPorts();
        var (count, cost) = BindSemaphores();
        var rules = BindRules();
        var instructions = BindInstructions();
        var isWrong = false;
        for (var i = before; i < _diagnostics.Count; i++)
        {
            isWrong |= _diagnostics[i].Severity == DiagnosticSeverity.Error;
        }

        if (dma is null || count is null || isWrong)
        {
            return null;
        }

        var device = new DeviceDescription
        {
            Name = _name,
            Engines = engines,
            Dma = dma,
            Memories = memories,
            Ports = ports,
            SemaphoreCount = count.Value,
            SemaphoreCycles = cost ?? 64,
            Rules = rules,
            Instructions = instructions,
            Provenance = _provenance.ToImmutable(),
        };
        return HoldsTogether(device) ? BindFaults(device) : null;
    }

    private void CheckTopLevel()
    {
        foreach (var item in _items.Items)
        {
            var (token, known) = item.Syntax switch
            {
                SectionSyntax section when !DeviceVocabulary.SectionKinds.Contains(section.SectionKind.ValueText) =>
                    (section.SectionKind, DeviceVocabulary.SectionKinds),
                GroupSyntax group when !DeviceVocabulary.GroupKinds.Contains(group.GroupKind.ValueText) => (group.GroupKind, DeviceVocabulary.GroupKinds),
                FieldSyntax field => (field.Label, (IReadOnlyList<string>)[]),
                _ => default,
            };
            if (known is null)
            {
                continue;
            }

            var nearest = Suggestions.Nearest(token.ValueText, known);
            var location = SyntaxLocation.Of(token);
            var diagnostic = Codes.UnknownSection.At(
                location, $"A device has no {(item.Syntax is FieldSyntax ? "field" : "section")} '{token.ValueText}'{Suggestions.Ending(nearest)}",
                "Use engine, memory, port, semaphores, rule, instruction or fault.");
            _diagnostics.Add(nearest is null ? diagnostic : diagnostic.WithFix(CodeFix.Replace($"Change to '{nearest}'", location, nearest)));
        }
    }

    private SectionReader Open(string title, MergedItem item, DeviceExpressions? scope = null)
    {
        var inner = scope ?? new DeviceExpressions(item.Inner!, _scope, _diagnostics);
        var named = DeviceSources.Add(_provenance, title, item.Annotations, _scope);
        foreach (var field in item.Inner!.Items)
        {
            if (field.Syntax is not FieldSyntax syntax)
            {
                continue;
            }

            var has = DeviceSources.Add(_provenance, title + "." + syntax.Label.ValueText, DeviceExpressions.AnnotationsOf(syntax.Value), _scope);
            if (!has && !named && DeviceExpressions.Plain(syntax.Value) is NumberSyntax { Literal.Kind: SyntaxKind.QuantityToken })
            {
                _diagnostics.Add(Codes.NoProvenance.At(SyntaxLocation.Of(syntax), title + "." + syntax.Label.ValueText));
            }
        }

        return new SectionReader(title, item.Inner!, item.Syntax, inner, _diagnostics);
    }

    private ImmutableArray<EngineDescription> BindEngines()
    {
        var engines = ImmutableArray.CreateBuilder<EngineDescription>();
        foreach (var item in _items.Sections("engine"))
        {
            if (item.Name == "dma")
            {
                continue;
            }

            if (Engines.Parse(item.Name) is not { } engine)
            {
                var nearest = Suggestions.Nearest(item.Name, EngineNames.Append("dma"));
                _diagnostics.Add(Codes.UnknownSection.At(
                    SyntaxLocation.Of(item.Section!.Name), $"There is no engine '{item.Name}'{Suggestions.Ending(nearest)}",
                    "Use tensor, vector, scalar, gpsimd, sync or dma."));
                continue;
            }

            var reader = Open("engine " + item.Name, item);
            var clock = reader.Clock("clock");
            var description = new EngineDescription
            {
                Engine = engine,
                ClockHz = clock ?? 1,
                DrainCycles = reader.Integer("drain") ?? 0,
                Lanes = reader.Small("lanes", 1, 128) ?? 128,
                Reads = Memories(reader, "reads"),
                Writes = Memories(reader, "writes"),
                FunctionSets = BindTables(reader),
                Peaks = BindPeaks(reader),
                Accumulates = reader.Word("accumulate") is { } type ? ElementTypes.Parse(type) : null,
                Processors = reader.Small("processors", 1, 1_000_000),
                ScratchBytes = reader.Bytes("scratch"),
            };
            reader.Quantity("table_switch", CostType.Duration, "a time such as 1300ns");
            reader.Finish();
            engines.Add(description);
        }

        return [.. engines.OrderBy(engine => engine.Engine)];
    }

    private ImmutableArray<MemoryKind> Memories(SectionReader reader, string label) =>
        reader.Named(label, Mnemonics.ParseMemory, "the memory", MemoryNames, _name);

    private ImmutableArray<FunctionSet> BindTables(SectionReader reader)
    {
        if (reader.Group("tables") is not { } group)
        {
            return [];
        }

        DeviceSources.Add(_provenance, reader.Title + ".tables", group.Annotations, _scope);
        var sets = ImmutableArray.CreateBuilder<FunctionSet>();
        var inner = new SectionReader(reader.Title + " tables", group.Inner!, group.Syntax, reader.Scope, _diagnostics);
        foreach (var item in group.Inner!.Items)
        {
            if (item.Syntax is FieldSyntax field)
            {
                var label = field.Label.ValueText;
                sets.Add(new FunctionSet(label, Functions(inner, label)));
            }
        }

        inner.Finish();
        return sets.ToImmutable();
    }

    private ImmutableArray<ActivationFunction> Functions(SectionReader reader, string label) =>
        reader.Named(label, Mnemonics.ParseFunction, "the function", Enum.GetValues<ActivationFunction>().Select(Mnemonics.Name), "the machine");

    private ImmutableArray<EnginePeak> BindPeaks(SectionReader reader)
    {
        if (reader.Group("peak") is not { } group)
        {
            return [];
        }

        DeviceSources.Add(_provenance, reader.Title + ".peak", group.Annotations, _scope);
        var peaks = ImmutableArray.CreateBuilder<EnginePeak>();
        var inner = new SectionReader(reader.Title + " peak", group.Inner!, group.Syntax, reader.Scope, _diagnostics);
        foreach (var item in group.Inner!.Items)
        {
            if (item.Syntax is FieldSyntax field && ElementTypes.Parse(field.Label.ValueText) is { } type && inner.Number(field.Label.ValueText) is { } rate)
            {
                peaks.Add(new EnginePeak(type, rate));
            }
        }

        inner.Finish();
        return peaks.ToImmutable();
    }

    private DmaDescription? BindDma()
    {
        if (_items.Sections("engine").FirstOrDefault(item => item.Name == "dma") is not { } section)
        {
            _diagnostics.Add(Codes.MissingField.At(SyntaxLocation.Of(_node), $"The device '{_name}'", "engine dma"));
            return null;
        }

        var reader = Open("engine dma", section);
        var issue = reader.Group("issue");
        var issues = issue is null ? null : new SectionReader("engine dma issue", issue.Inner!, issue.Syntax, reader.Scope, _diagnostics);
        var description = new DmaDescription
        {
            Count = reader.Small("count", 1, 16) ?? 16,
            Queues = reader.Small("queues", 1, 16) ?? 16,
            BytesPerSecond = reader.BytesPerSecond("rate", required: true) ?? 1,
            LaunchPicoseconds = reader.Picoseconds("launch") ?? 0,
            LandPicoseconds = reader.Picoseconds("land") ?? 0,
            RowPicoseconds = reader.Picoseconds("row") ?? 0,
            HardwareIssuePicoseconds = issues?.Picoseconds("hw"),
            SoftwareIssuePicoseconds = issues?.Picoseconds("sw"),
            Completion = reader.Small("completion", 1, 1024) ?? 16,
            Reads = Memories(reader, "reads"),
            Writes = Memories(reader, "writes"),
        };
        issues?.Finish();
        if (reader.Word("arbitration") is { } arbitration && arbitration != "round_robin")
        {
            reader.Bad("arbitration", $"There is no arbitration '{arbitration}'.", "Use round_robin.");
        }

        reader.Finish();
        return description;
    }

    private ImmutableArray<MemoryDescription> BindMemories()
    {
        var memories = ImmutableArray.CreateBuilder<MemoryDescription>();
        foreach (var item in _items.Sections("memory"))
        {
            if (Mnemonics.ParseMemory(item.Name) is not { } kind)
            {
                _diagnostics.Add(Codes.UnknownSection.At(
                    SyntaxLocation.Of(item.Section!.Name), $"There is no memory '{item.Name}'{Suggestions.Ending(Suggestions.Nearest(item.Name, MemoryNames))}",
                    "Use sbuf, psum or hbm."));
                continue;
            }

            var reader = Open("memory " + item.Name, item);
            memories.Add(new MemoryDescription
            {
                Kind = kind,
                Partitions = reader.Small("partitions", 1, 128) ?? 1,
                Bytes = reader.Bytes("bytes", required: true) ?? 1,
                Types = reader.Named("types", ElementTypes.Parse, "the type", DeviceTypes.All.ToArray().Select(ElementTypes.Name), _name),
                Banks = reader.Small("banks", 1, 64) ?? 1,
                BankBytes = reader.Bytes("bank_bytes") ?? 0,
                Groups = reader.Small("groups", 0, 1024) ?? 0,
                StartPartitions = reader.Integers("start_partitions") ?? [],
                BytesPerSecond = reader.BytesPerSecond("rate"),
            });
            reader.Finish();
        }

        return memories.ToImmutable();
    }

    private ImmutableArray<PortDescription> BindPorts()
    {
        var ports = ImmutableArray.CreateBuilder<PortDescription>();
        foreach (var item in _items.Sections("port"))
        {
            var reader = Open("port " + item.Name, item);
            var memory = reader.Named("memory", Mnemonics.ParseMemory, "the memory", MemoryNames, _name, required: true);
            var engines = reader.Named("engines", DeviceEngine, "the engine", DeviceEngines(), _name, required: true);
            var isExclusive = reader.Truth("exclusive") ?? false;
            var scope = (isExclusive, reader.Word("per")) switch
            {
                (false, _) => PortScope.Shared,
                (_, "bank") => PortScope.Bank,
                (_, "performance") => PortScope.PerformanceMode,
                _ => PortScope.Memory,
            };
            reader.Finish();
            if (!memory.IsEmpty && !engines.IsEmpty)
            {
                ports.Add(new PortDescription(item.Name, memory[0], engines, scope));
            }
        }

        return ports.ToImmutable();
    }

    private IEnumerable<string> DeviceEngines() => _items.Sections("engine").Select(item => item.Name);

    private Engine? DeviceEngine(string name) =>
        Engines.Parse(name) is { } engine && _items.Sections("engine").Any(item => item.Name == name) ? engine : null;

    private (int? Count, long? Cost) BindSemaphores()
    {
        if (_items.Group("semaphores") is not { } group)
        {
            _diagnostics.Add(Codes.MissingField.At(SyntaxLocation.Of(_node), $"The device '{_name}'", "semaphores"));
            return (null, null);
        }

        var reader = Open("semaphores", group);
        var count = reader.Small("count", 8, 65_535, required: true);
        var cost = reader.Integer("cost");
        reader.Finish();
        return (count, cost);
    }
}
