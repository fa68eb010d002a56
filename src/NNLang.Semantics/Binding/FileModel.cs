using NNLang.Operators;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>The members of a file, sorted by kind. Immutable once made, thread-safe.</summary>
internal sealed class FileModel
{
    private readonly Dictionary<GreenNode, BlockSymbol> _symbols = new(ReferenceEqualityComparer.Instance);

    private FileModel()
    {
    }

    /// <summary>Blocks, in text order.</summary>
    public List<BlockSymbol> Blocks { get; } = [];

    /// <summary>Networks, in text order.</summary>
    public List<BlockSymbol> Networks { get; } = [];

    /// <summary>Devices, in text order, detached.</summary>
    public List<DeviceDeclarationSyntax> Devices { get; } = [];

    /// <summary>Fault sections, in text order, detached.</summary>
    public List<SectionSyntax> Faults { get; } = [];

    /// <summary>Weights declarations, in text order, detached.</summary>
    public List<WeightsDeclarationSyntax> Weights { get; } = [];

    /// <summary>Constants by name, detached.</summary>
    public Dictionary<string, BindingSyntax> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the members as such.</summary>
    public List<Diagnostic> Diagnostics { get; } = [];

    /// <summary>The names in scope.</summary>
    public required FileScope Scope { get; init; }

    /// <summary>Reads the members of a tree; symbols of unchanged declarations are those of before.</summary>
    public static FileModel Of(SyntaxTree tree, FileModel? previous)
    {
        var collected = new FileModel { Scope = null! };
        var names = new Dictionary<string, SyntaxLocation>(StringComparer.Ordinal);
        foreach (var element in tree.Root.Members.Greens)
        {
            if (element.Node.IsToken || element.Node.Kind == SyntaxKind.SkippedTokens)
            {
                continue;
            }

            collected.Add(element.Node, names, previous);
        }

        var model = new FileModel
        {
            Scope = new FileScope(collected.Constants, [.. collected.Blocks, .. collected.Networks], collected.Devices.Select(device => device.Name.ValueText)),
        };
        model.Take(collected);
        return model;
    }

    private void Take(FileModel other)
    {
        Blocks.AddRange(other.Blocks);
        Networks.AddRange(other.Networks);
        Devices.AddRange(other.Devices);
        Faults.AddRange(other.Faults);
        Weights.AddRange(other.Weights);
        Diagnostics.AddRange(other.Diagnostics);
        foreach (var (name, constant) in other.Constants)
        {
            Constants.Add(name, constant);
        }

        foreach (var (node, symbol) in other._symbols)
        {
            _symbols.Add(node, symbol);
        }
    }

    private void Add(GreenNode node, Dictionary<string, SyntaxLocation> names, FileModel? previous)
    {
        switch (node.Kind)
        {
            case SyntaxKind.BlockDeclaration or SyntaxKind.NetworkDeclaration:
                if (previous is null || !previous._symbols.TryGetValue(node, out var symbol))
                {
                    symbol = BlockSymbol.Of((CallableDeclarationSyntax)SyntaxNode.Detached(node));
                }

                _symbols[node] = symbol;
                AddCallable(symbol, names);
                return;
            case SyntaxKind.ImportDeclaration:
                Diagnostics.Add(Codes.ImportsUnsupported.At(SyntaxLocation.Of(SyntaxNode.Detached(node))));
                return;
        }

        switch (SyntaxNode.Detached(node))
        {
            case WeightsDeclarationSyntax weights:
                Weights.Add(weights);
                break;
            case DeviceDeclarationSyntax device:
                Devices.Add(device);
                Claim(device.Name, names);
                break;
            case SectionSyntax section:
                if (section.SectionKind.ValueText == "fault")
                {
                    Faults.Add(section);
                    Claim(section.Alias.IsMissing ? section.Name : section.Alias, names);
                }
                else
                {
                    var form = Spelling.ForeignWords.Form(section.SectionKind.ValueText);
                    Diagnostics.Add(form is null
                        ? Codes.UnknownSection.At(
                            SyntaxLocation.Of(section.SectionKind), $"'{section.SectionKind.ValueText}' stands in devices only.", "Move it into a device.")
                        : Codes.OtherLanguage.At(SyntaxLocation.Of(section.SectionKind), section.SectionKind.ValueText, form));
                }

                break;
            case BindingSyntax binding:
                AddConstant(binding, names);
                break;
            case EvaluatingSyntax { Value: NameSyntax name } when Spelling.ForeignWords.Form(name.Name.ValueText) is { } advice:
                Diagnostics.Add(Codes.OtherLanguage.At(SyntaxLocation.Of(name), name.Name.ValueText, advice));
                break;
            case var other:
                Diagnostics.Add(Codes.StatementOutsideBody.At(SyntaxLocation.Of(other)));
                break;
        }
    }

    private void AddCallable(BlockSymbol symbol, Dictionary<string, SyntaxLocation> names)
    {
        var view = (CallableDeclarationSyntax)SyntaxNode.Detached(symbol.Declaration);
        (symbol.IsNetwork ? Networks : Blocks).Add(symbol);
        if (view.Name.IsMissing)
        {
            return;
        }

        Claim(view.Name, names);
        if (OperatorCatalogue.Find(symbol.Name) is not null || FileScope.Functions.Contains(symbol.Name) || symbol.Name == FileScope.WeightSource)
        {
            Diagnostics.Add(Codes.HiddenName.At(SyntaxLocation.Of(view.Name), symbol.Name, "the operator"));
        }
    }

    private void AddConstant(BindingSyntax binding, Dictionary<string, SyntaxLocation> names)
    {
        var targets = binding.Targets.ToList();
        if (targets.Count != 1)
        {
            Diagnostics.Add(Codes.StatementOutsideBody.At(SyntaxLocation.Of(binding)));
            return;
        }

        Claim(targets[0], names);
        Constants.TryAdd(targets[0].ValueText, binding);
    }

    private void Claim(SyntaxToken name, Dictionary<string, SyntaxLocation> names)
    {
        if (name.IsMissing)
        {
            return;
        }

        var location = SyntaxLocation.Of(name);
        if (!names.TryAdd(name.ValueText, location))
        {
            Diagnostics.Add(Codes.DuplicateMember.At(location, name.ValueText).WithRelated(names[name.ValueText], "declared first here"));
        }
    }
}
