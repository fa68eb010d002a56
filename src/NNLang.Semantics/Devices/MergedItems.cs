namespace NNLang.Semantics.Devices;

/// <summary>
/// The items of a device after its bases are merged in: fields, constants, sections, groups, in order of first declaration. Filled while
/// merging, read-only afterwards.
/// </summary>
internal sealed class MergedItems
{
    private readonly List<MergedItem> _items = [];
    private readonly Dictionary<string, MergedItem> _index = new(StringComparer.Ordinal);

    /// <summary>All items in order.</summary>
    public IReadOnlyList<MergedItem> Items => _items;

    /// <summary>A field, or null.</summary>
    public FieldSyntax? Field(string label) => _index.TryGetValue("field " + label, out var item) ? (FieldSyntax)item.Syntax : null;

    /// <summary>A constant, or null.</summary>
    public ConstantSyntax? Constant(string name) => _index.TryGetValue("constant " + name, out var item) ? (ConstantSyntax)item.Syntax : null;

    /// <summary>A group, or null.</summary>
    public MergedItem? Group(string kind) => _index.GetValueOrDefault("group " + kind);

    /// <summary>The names of constants.</summary>
    public IEnumerable<string> ConstantNames => _items.Select(item => item.Syntax).OfType<ConstantSyntax>().Select(item => item.Name.ValueText);

    /// <summary>The sections of a kind, in order.</summary>
    public IEnumerable<MergedItem> Sections(string kind) => _items.Where(item => item.Syntax is SectionSyntax section && section.SectionKind.ValueText == kind);

    /// <summary>Merges the items of a declaration over those there are (language 11.4).</summary>
    public void Merge(ItemsSyntax items)
    {
        var ownFaults = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Items)
        {
            var key = KeyOf(item);
            if (item is SectionSyntax section && section.SectionKind.ValueText == "fault")
            {
                // Two faults of one kind in one declaration are two faults; in a derived device the second replaces the first.
                while (!ownFaults.Add(key))
                {
                    key += " again";
                }
            }

            if (InnerOf(item) is not { } inner)
            {
                Put(key, new MergedItem(item, null));
                continue;
            }

            if (IsAbsent(inner))
            {
                Remove(key);
                continue;
            }

            var merged = _index.TryGetValue(key, out var old) ? old.Inner!.Copy() : new MergedItems();
            merged.Merge(inner);
            Put(key, new MergedItem(item, merged) { Base = old });
        }
    }

    /// <summary>Starts from the items of a base.</summary>
    public void MergeBase(MergedItems basis)
    {
        _items.AddRange(basis._items);
        foreach (var (key, item) in basis._index)
        {
            _index.Add(key, item);
        }
    }

    private static ItemsSyntax? InnerOf(ItemSyntax item) => item switch
    {
        SectionSyntax section => section.Items,
        GroupSyntax group => group.Items,
        _ => null,
    };

    private static string KeyOf(ItemSyntax item) => item switch
    {
        FieldSyntax field => "field " + field.Label.ValueText,
        ConstantSyntax constant => "constant " + constant.Name.ValueText,
        GroupSyntax group => "group " + group.GroupKind.ValueText,
        SectionSyntax { Alias.IsMissing: false } section => $"section {section.SectionKind.ValueText} as {section.Alias.ValueText}",
        SectionSyntax section => $"section {section.SectionKind.ValueText} {section.Name.ValueText}",
        _ => "skipped",
    };

    private static bool IsAbsent(ItemsSyntax items)
    {
        foreach (var item in items.Items)
        {
            if (item is FieldSyntax field && field.Label.ValueText == "absent" && DeviceExpressions.Plain(field.Value) is LiteralSyntax literal
                && literal.Literal.Kind == SyntaxKind.TrueKeyword)
            {
                return true;
            }
        }

        return false;
    }

    private MergedItems Copy()
    {
        var copy = new MergedItems();
        copy.MergeBase(this);
        return copy;
    }

    private void Put(string key, MergedItem item)
    {
        if (_index.TryGetValue(key, out var old))
        {
            _items[_items.IndexOf(old)] = item;
        }
        else
        {
            _items.Add(item);
        }

        _index[key] = item;
    }

    private void Remove(string key)
    {
        if (_index.Remove(key, out var old))
        {
            _items.Remove(old);
        }
    }
}

/// <summary>An item and, for sections and groups, what is inside after merging.</summary>
internal sealed record MergedItem(ItemSyntax Syntax, MergedItems? Inner)
{
    /// <summary>What it was merged over; its annotations hold for what the base declares.</summary>
    public MergedItem? Base { get; init; }

    /// <summary>The section, if it is one.</summary>
    public SectionSyntax? Section => Syntax as SectionSyntax;

    /// <summary>The name of a section or the kind of a group.</summary>
    public string Name => Syntax switch
    {
        SectionSyntax section => section.Name.ValueText,
        GroupSyntax group => group.GroupKind.ValueText,
        _ => string.Empty,
    };

    /// <summary>The parameters: those of the innermost declaration that has any.</summary>
    public ParameterListSyntax? Parameters => Section?.Parameters ?? Base?.Parameters;

    /// <summary>The annotations, the base's included.</summary>
    public IEnumerable<AnnotationSyntax> Annotations => Own.Concat(Base?.Annotations ?? []);

    private IEnumerable<AnnotationSyntax> Own => Syntax switch
    {
        SectionSyntax section => section.Annotations,
        GroupSyntax group => group.Annotations,
        _ => [],
    };
}
