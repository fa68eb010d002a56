namespace NNLang.Syntax.Text;

/// <summary>A place as editors count it.</summary>
/// <param name="Line">The line, from 0.</param>
/// <param name="Column">The UTF-16 unit within the line, from 0.</param>
public readonly record struct LinePosition(int Line, int Column)
{
    /// <summary>The place as people count: both from 1.</summary>
    public override string ToString() => $"{Line + 1}:{Column + 1}";
}
