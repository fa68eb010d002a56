using Antlr4.Runtime;

namespace NNLang.Syntax.Parsing;

/// <summary>Rules or operators are nested deeper than the limits (NN8004). Never leaves the parser.</summary>
#pragma warning disable CA1032 // It is thrown in one place only.
internal sealed class TooDeepException(Parser parser) : InputMismatchException(parser)
#pragma warning restore CA1032
{
}
