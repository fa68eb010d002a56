namespace NNLang.Compiler.Tile;

/// <summary>A group that a device cannot run; the tiler turns it into a problem at the layer.</summary>
internal sealed class LoweringException(string code, string message, string help) : Exception(message)
{
    /// <summary>The diagnostic code.</summary>
    public string Code { get; } = code;

    /// <summary>What to do.</summary>
    public string Help { get; } = help;
}
