using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Semantics;
using NNLang.Semantics.Graph;
using NNLang.Compiler.Lowered;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Targets.Faults;

namespace NNLang.Targets.Launch;

/// <summary>Turns what a user asks for into a network that is ready to run.</summary>
public static class Launcher
{
    /// <summary>Reads, binds and compiles.</summary>
    /// <exception cref="LaunchException">Something that was asked for cannot run.</exception>
    public static LaunchedNetwork Launch(LaunchRequest request)
    {
        var (path, wanted) = Split(request.Program);
        var source = SourceFile.Open(path, request);
        var network = FindNetwork(source, wanted);
        var device = FindDevice(source, network.Name, request.Device);
        var faults = device.Faults.AddRange(FindFaults(source.Compilation, request.Faults, device, network));
        var places = source.Compilation.PlacesOf(network.Layers.Select(layer => layer.Anchor).Distinct<SourceAnchor>(ReferenceEqualityComparer.Instance).ToList());
        var compiled = Compiler.CompilationPipeline.Compiler.Compile(network, device, new CompileOptions
        {
            Level = request.SourceOrder ? OptimizationLevel.SourceOrder : OptimizationLevel.Default,
            Faults = faults,
            Locate = anchor => Place(source, places, anchor),
        });
        if (!compiled.Succeeded && request.NeedsProgram)
        {
            throw Refuse(source, network, compiled.Problems, places);
        }

        if (HostLimits.Check(network) is { IsEmpty: false } tooLarge)
        {
            throw Refuse(source, network, tooLarge, places);
        }

        var inputs = InputFactory.Create(network, request);
        return new LaunchedNetwork(source, network, device, faults, compiled, inputs, request.Faults);
    }

    /// <summary>Splits <c>file#network</c>; without <c>#</c> the network is null.</summary>
    public static (string Path, string? Network) Split(string program)
    {
        var hash = program.LastIndexOf('#');
        return hash < 0 || File.Exists(program) ? (program, null) : (program[..hash], program[(hash + 1)..]);
    }

    /// <summary>The network of a file: the named one, else the only one, else <c>main</c>.</summary>
    /// <exception cref="LaunchException">The file has errors, or has no such network.</exception>
    public static Network FindNetwork(SourceFile source, string? wanted)
    {
        var compilation = source.Compilation;
        var errors = compilation.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToImmutableArray();
        if (!errors.IsEmpty)
        {
            throw new LaunchException(source.Path, compilation.Tree, errors);
        }

        var name = wanted ?? compilation.MainNetwork;
        if (name is null || !compilation.Networks.Contains(name))
        {
            var known = compilation.Networks.IsEmpty ? "it has no network" : "its networks are " + string.Join(", ", compilation.Networks);
            throw new LaunchException(
                "program", name is null ? $"{source.Path}: {known}. Name one, as in {source.Path}#name." : $"{source.Path} has no network '{name}': {known}.");
        }

        var network = compilation.GetNetwork(name)
            ?? throw new LaunchException("program", $"{source.Path}: network '{name}' is too large to expand (NN8001).");
        foreach (var input in network.Inputs)
        {
            if (input.Type.KnownShape is null)
            {
                var symbol = input.Type.Dimensions.First(d => d.Value is null);
                throw new LaunchException(
                    "dims",
                    $"{PlaceOf(source, name)}: NN3011: Input '{input.Name}' is {input.Type}: {symbol} has no value. "
                    + $"Write 'dim {symbol} = 1', or give --dim {symbol}=1.");
            }
        }

        return network;
    }

    /// <summary>The device of a network.</summary>
    /// <exception cref="LaunchException">There is no such device.</exception>
    public static DeviceDescription FindDevice(SourceFile source, string network, string? wanted)
    {
        var compilation = source.Compilation;
        var device = wanted is null ? compilation.DeviceOf(network) : compilation.GetDevice(wanted);
        return device ?? throw new LaunchException("device", "device", wanted ?? "", $"not a device. Known: {string.Join(", ", compilation.DeviceNames)}.");
    }

    private static IEnumerable<FaultDescription> FindFaults(
        Compilation compilation, ImmutableArray<string> specs, DeviceDescription device, Network network)
    {
        for (var i = 0; i < specs.Length; i++)
        {
            var fault = compilation.GetFault(specs[i], device, out var problems);
            if (fault is null)
            {
                var problem = problems.IsEmpty ? "it is not a fault" : $"{problems[0].Code}: {problems[0].Message} {problems[0].Help}".TrimEnd();
                throw new LaunchException("faults", $"faults[{i}]", specs[i], problem);
            }

            if (FaultCheck.LayerProblem(network, fault) is { } absent)
            {
                throw new LaunchException("faults", $"faults[{i}]", specs[i], absent);
            }

            yield return fault;
        }
    }

    // What a device cannot run stands in the text; in an imported model, whose text is no file, the layer's name says where.
    private static LaunchException Refuse(
        SourceFile source, Network network, ImmutableArray<CompilationProblem> problems, IReadOnlyDictionary<SourceAnchor, Syntax.Text.TextSpan> places)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>(problems.Length);
        foreach (var problem in problems)
        {
            if (source.IsImported || problem.Layer < 0 || !places.TryGetValue(network.Layers[problem.Layer].Anchor, out var span))
            {
                var where = problem.Layer < 0 ? "" : $" Node '{network.Layers[problem.Layer].Path}':";
                return new LaunchException("program", $"{source.Path}:{where} {problem.Code}: {problem.Message} {problem.Help}".TrimEnd());
            }

            diagnostics.Add(new Diagnostic(CompilerCodes.Get(problem.Code), problem.Message, problem.Help, SyntaxLocation.Absolute(span)));
        }

        return new LaunchException(source.Path, source.Compilation.Tree, diagnostics.ToImmutable());
    }

    private static string PlaceOf(SourceFile source, string network)
    {
        var tree = source.Compilation.Tree;
        var declaration = tree.Root.Members.OfType<CallableDeclarationSyntax>().FirstOrDefault(member => member.Name.ValueText == network);
        return declaration is null || source.IsImported ? source.Path : $"{source.Path}:{tree.Text.PositionOf(SyntaxLocation.Of(declaration.Name).Span.Start)}";
    }

    private static Compiler.CompilationPipeline.SourcePlace? Place(
        SourceFile source, IReadOnlyDictionary<SourceAnchor, Syntax.Text.TextSpan> places, SourceAnchor anchor)
    {
        if (!places.TryGetValue(anchor, out var span))
        {
            return null;
        }

        var position = source.Compilation.Tree.Text.PositionOf(span.Start);
        return new Compiler.CompilationPipeline.SourcePlace(source.Path, position.Line, position.Column, span.Length);
    }
}
