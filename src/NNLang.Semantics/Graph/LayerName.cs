namespace NNLang.Semantics.Graph;

/// <summary>
/// The path of a layer as a chain of components; the text is made on demand and kept. Instances are shared while nothing about the
/// path changes. Thread-safe.
/// </summary>
public sealed class LayerName(LayerName? parent, string component)
{
    private string? _path;

    /// <summary>The enclosing instance or iteration; null at the network's level.</summary>
    public LayerName? Parent { get; } = parent;

    /// <summary>The last component or components, joined by '/', <c>a/conv2d#2</c>.</summary>
    public string Component { get; } = component;

    /// <summary>The path, components joined by '/'.</summary>
    public string Path => _path ??= Parent is null ? Component : Parent.Path + "/" + Component;

    /// <inheritdoc/>
    public override string ToString() => Path;
}
