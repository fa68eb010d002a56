using NNLang.Syntax.Diagnostics;

namespace NNLang.Syntax.Green;

/// <summary>Why tokens were skipped, relative to the node that holds them.</summary>
/// <param name="Descriptor">The code.</param>
/// <param name="Offset">Where, from the node's full start; negative where the place is the end of the token before.</param>
/// <param name="Length">Units.</param>
/// <param name="Found">What stands there, as the message says it.</param>
internal sealed record GreenSyntaxError(DiagnosticDescriptor Descriptor, int Offset, int Length, string Found);
