using System.Globalization;

namespace NNLang.Semantics.Graph;

/// <summary>
/// The path of a layer as a chain of components; the text is made on demand and kept. Instances are shared while nothing about the
/// path changes. Thread-safe.
/// </summary>
public sealed class LayerName
{
    private readonly string _group;
    private readonly string? _word;
    private readonly int _number;
    private readonly int _iteration = -1;
    private string? _component;
    private string? _path;

    /// <summary>A name below a parent.</summary>
    /// <param name="parent">The enclosing instance or iteration; null at the network's level.</param>
    /// <param name="group">The group, the name of <c>@name</c>, or the label of a loop.</param>
    /// <param name="word">The operation's word where the group has several things; null where it has one.</param>
    /// <param name="number">The number among those of the same word, from 1.</param>
    public LayerName(LayerName? parent, string group, string? word = null, int number = 1)
    {
        Parent = parent;
        _group = group;
        _word = word;
        _number = number;
    }

    /// <summary>The enclosing instance or iteration; null at the network's level.</summary>
    public LayerName? Parent { get; }

    /// <summary>The last component or components, joined by '/', <c>a/conv2d#2</c>.</summary>
    public string Component => _component ??= MakeComponent();

    /// <summary>The path, components joined by '/'.</summary>
    public string Path => _path ??= Parent is null ? Component : Parent.Path + "/" + Component;

    private LayerName(LayerName? parent, string label, int loop, int iteration)
        : this(parent, label, null, loop) => _iteration = iteration;

    /// <summary>The name of an iteration of a loop: <c>i/3</c>, <c>i#2/3</c> for the second loop of the label.</summary>
    public static LayerName Iteration(LayerName? parent, string label, int loop, int iteration) => new(parent, label, loop, iteration);

    /// <summary>Whether the name of an iteration made of these parts would be this one.</summary>
    public bool IsIteration(LayerName? parent, string label, int loop, int iteration) =>
        _iteration == iteration && Is(parent, label, null, loop);

    /// <summary>Whether a name made of these parts would be this one.</summary>
    public bool Is(LayerName? parent, string group, string? word, int number) =>
        ReferenceEquals(Parent, parent) && _number == number && _group == group && _word == word;

    /// <summary>A component as paths write it: in backticks unless it is a bare name.</summary>
    public static string Quote(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!(char.IsAsciiLetter(c) || c == '_' || (i > 0 && char.IsAsciiDigit(c))))
            {
                return Escape(name);
            }
        }

        return name.Length == 0 ? Escape(name) : name;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static string Escape(string name) =>
        "`" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal) + "`";

    private string MakeComponent()
    {
        var group = Quote(_group);
        return _iteration >= 0 ? Numbered(group, _number) + "/" + _iteration.ToString(CultureInfo.InvariantCulture)
            : _word is null ? group
            : group + "/" + Numbered(Quote(_word), _number);
    }

    private static string Numbered(string name, int number) =>
        number == 1 ? name : name + "#" + number.ToString(CultureInfo.InvariantCulture);
}
