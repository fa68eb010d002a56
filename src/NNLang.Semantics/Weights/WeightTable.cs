using System.Collections.Immutable;
using System.Globalization;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Devices;
using NNLang.Syntax.Diagnostics;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;

namespace NNLang.Semantics.Weights;

/// <summary>One source of weights: a file, or a seed.</summary>
internal sealed record WeightDeclaration
{
    /// <summary>The path as written; null for a seed.</summary>
    public string? Path { get; init; }

    /// <summary>The path resolved.</summary>
    public string? FullPath { get; init; }

    /// <summary>The header; null for a seed, or a file that cannot be read or must not be.</summary>
    public SafetensorsHeader? Header { get; init; }

    /// <summary>The seed, for <c>seeded</c>.</summary>
    public long Seed { get; init; }

    /// <summary>The scale, for <c>seeded</c>.</summary>
    public double Scale { get; init; } = 1;

    public WeightMap Map { get; init; } = WeightMap.Empty;

    /// <summary>The declaration; null for weights of the options or by default.</summary>
    public GreenNode? Green { get; init; }

    /// <summary>The version of the file when its header was read.</summary>
    public long? Version { get; init; }

    /// <summary>The name in messages.</summary>
    public string Title => Path is null ? string.Create(CultureInfo.InvariantCulture, $"seeded({Seed})") : System.IO.Path.GetFileName(Path);
}

/// <summary>The weights declarations in force. Immutable once made, thread-safe; the same object as long as nothing about them changes.</summary>
internal sealed class WeightTable : IWeightKeys
{
    private readonly Dictionary<string, string> _resolved = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private WeightTable(ImmutableArray<WeightDeclaration> declarations, ImmutableArray<Diagnostic> diagnostics)
    {
        Declarations = declarations;
        Diagnostics = diagnostics;
        IsIdentity = declarations.Length == 1 && declarations[0].Map.Entries.IsEmpty;
    }

    public ImmutableArray<WeightDeclaration> Declarations { get; }

    /// <summary>What is wrong with the declarations as such.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>Whether there is no declaration, so that weights are <c>seeded(0)</c>.</summary>
    public bool IsDefault => Declarations is [{ Green: null, Path: null, Seed: 0, Version: -1 }];

    private bool IsIdentity { get; }

    public static WeightTable Of(FileModel file, CompilationOptions options, WeightTable? previous)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var declarations = ImmutableArray.CreateBuilder<WeightDeclaration>();
        if (options.Weights is { } given)
        {
            declarations.Add(OfOption(given, options, previous, diagnostics));
        }
        else
        {
            foreach (var syntax in file.Weights)
            {
                if (OfSyntax(syntax, options, previous, diagnostics) is { } declaration)
                {
                    declarations.Add(declaration);
                }
            }

            if (file.Weights.Count == 0)
            {
                declarations.Add(new WeightDeclaration { Version = -1 });
            }
            else if (declarations.Count == 0)
            {
                declarations.Add(new WeightDeclaration());
            }
        }

        return previous is not null && Same(previous, declarations, diagnostics) ? previous : new WeightTable(declarations.ToImmutable(), diagnostics.ToImmutable());
    }

    /// <inheritdoc/>
    public string Resolve(string key, bool isMapped)
    {
        if (IsIdentity)
        {
            return key;
        }

        lock (_gate)
        {
            var name = isMapped ? key : " " + key;
            if (!_resolved.TryGetValue(name, out var resolved))
            {
                resolved = Search(key, isMapped);
                _resolved[name] = resolved;
            }

            return resolved;
        }
    }

    /// <summary>The first declaration that has a key; null if none has.</summary>
    public WeightDeclaration? Find(string key)
    {
        foreach (var declaration in Declarations)
        {
            if (declaration.Path is null || declaration.Header?.Find(key) is not null)
            {
                return declaration;
            }
        }

        return null;
    }

    private string Search(string key, bool isMapped)
    {
        foreach (var declaration in Declarations)
        {
            var mapped = isMapped ? declaration.Map.Apply(key) : key;
            if (declaration.Path is null || declaration.Header?.Find(mapped) is not null)
            {
                return mapped;
            }
        }

        return isMapped ? Declarations[0].Map.Apply(key) : key;
    }

    private static bool Same(WeightTable previous, ImmutableArray<WeightDeclaration>.Builder declarations, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        if (previous.Declarations.Length != declarations.Count || previous.Diagnostics.Length != diagnostics.Count)
        {
            return false;
        }

        for (var i = 0; i < declarations.Count; i++)
        {
            var (a, b) = (previous.Declarations[i], declarations[i]);
            if (!ReferenceEquals(a.Green, b.Green) || a.FullPath != b.FullPath || a.Version != b.Version || a.Seed != b.Seed
                || !a.Scale.Equals(b.Scale) || !ReferenceEquals(a.Header, b.Header))
            {
                return false;
            }
        }

        for (var i = 0; i < diagnostics.Count; i++)
        {
            var (a, b) = (previous.Diagnostics[i], diagnostics[i]);
            if (a.Code != b.Code || a.Message != b.Message || a.Location != b.Location)
            {
                return false;
            }
        }

        return true;
    }

    private static WeightDeclaration OfOption(
        string given, CompilationOptions options, WeightTable? previous, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var tree = SyntaxTree.Parse("weights " + (given.StartsWith("seeded", StringComparison.Ordinal) ? given : SyntaxFacts.WriteString(given)) + "\n");
        var syntax = tree.Root.Members.OfType<WeightsDeclarationSyntax>().FirstOrDefault();
        var found = ImmutableArray.CreateBuilder<Diagnostic>();
        var declaration = syntax is null ? null : OfSyntax(syntax, options, previous, found);

        // What is given from outside stands in no text: it is told at the start.
        diagnostics.AddRange(found.Select(problem => problem.WithLocations(_ => SyntaxLocation.Absolute(default))));
        return (declaration ?? new WeightDeclaration()) with { Green = null };
    }

    private static WeightDeclaration? OfSyntax(
        WeightsDeclarationSyntax syntax, CompilationOptions options, WeightTable? previous, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var old = previous?.Declarations.FirstOrDefault(declaration => declaration.Green is not null && ReferenceEquals(declaration.Green, syntax.Green));
        var map = old?.Map ?? WeightMap.Of(syntax.Map);
        switch (DeviceExpressions.Plain(syntax.Source))
        {
            case StringSyntax path:
                return OfFile(path, map, syntax, options, old, diagnostics);
            case CallSyntax { Callee: NameSyntax { Name.ValueText: "seeded" } } call:
                long? seed = null;
                var scale = 1.0;
                foreach (var argument in call.Arguments.Arguments)
                {
                    if (DeviceExpressions.Plain(argument.Value) is not NumberSyntax { Value: { Unit: "" } number })
                    {
                        diagnostics.Add(Codes.WrongType.At(SyntaxLocation.Of(argument), "'seeded' takes numbers.", "Write seeded(42) or seeded(42, scale: 0.5)."));
                    }
                    else if (argument.Label.IsMissing && seed is null && number.Integer is { } integer)
                    {
                        seed = integer;
                    }
                    else if (argument.Label.ValueText == "scale")
                    {
                        scale = number.Value;
                    }
                    else
                    {
                        diagnostics.Add(Codes.UnknownLabel.At(SyntaxLocation.Of(argument), "seeded", "argument", argument.ToString(), ".", "Write seeded(42, scale: 0.5)."));
                    }
                }

                if (seed is null)
                {
                    diagnostics.Add(Codes.MissingArgument.At(SyntaxLocation.Of(call), "seeded", "a", "seed", "seeded(42)"));
                }

                return new WeightDeclaration { Seed = seed ?? 0, Scale = scale, Map = map, Green = syntax.Green };
            case MissingExpressionSyntax:
                return null;
            default:
                diagnostics.Add(Codes.WeightsFile.At(SyntaxLocation.Of(syntax.Source), "A weights declaration names a file or a seed.", "Write weights \"file.safetensors\" or weights seeded(42)."));
                return null;
        }
    }

    private static WeightDeclaration OfFile(
        StringSyntax path, WeightMap map, WeightsDeclarationSyntax syntax, CompilationOptions options, WeightDeclaration? old, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var full = System.IO.Path.IsPathRooted(path.Value) || options.BasePath.Length == 0 ? path.Value : options.BasePath + "/" + path.Value;
        var declaration = new WeightDeclaration { Path = path.Value, FullPath = full, Map = map, Green = syntax.Green };
        if (options.Files is not { } files)
        {
            return declaration;
        }

        var version = files.VersionOf(full);
        if (version is null)
        {
            diagnostics.Add(Codes.WeightsFile.At(SyntaxLocation.Of(path), $"There is no file '{path.Value}'.", "Check the path; it starts from the folder of this file."));
            return declaration;
        }

        if (old is not null && old.FullPath == full && old.Version == version && old.Header is not null)
        {
            return old;
        }

        try
        {
            using var stream = files.Open(full);
            return declaration with { Version = version, Header = stream is null ? null : SafetensorsFile.ReadHeader(stream) };
        }
        catch (Exception failure) when (failure is IOException or TensorFileException or UnauthorizedAccessException)
        {
            diagnostics.Add(Codes.WeightsFile.At(SyntaxLocation.Of(path), $"'{path.Value}' cannot be read.", $"Check the file: {failure.Message}"));
            return declaration;
        }
    }
}
