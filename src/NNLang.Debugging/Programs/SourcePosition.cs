namespace NNLang.Debugging.Programs;

/// <summary>A place in a file as an editor shows it.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in UTF-16 units, from 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column);

/// <summary>A block call or loop that a layer was expanded from.</summary>
/// <param name="Callee">The block's name, or <c>repeat</c>.</param>
/// <param name="Path">The path of the instance.</param>
/// <param name="Place">Where the call stands; null for an imported model.</param>
public sealed record CallSite(string Callee, string Path, SourcePosition? Place);
