global using NNLang.Semantics.Diagnostics;
global using NNLang.Syntax;
global using NNLang.Syntax.Green;
global using NNLang.Syntax.Text;
