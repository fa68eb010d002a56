using System.Text.Json.Serialization;

namespace NNLang.Protocol;

/// <summary>A message without an answer: an LSP notification or a DAP event.</summary>
/// <typeparam name="TParams">What it carries.</typeparam>
/// <param name="Method">The method (LSP) or event (DAP).</param>
/// <param name="Json">The source-generated context that knows the type.</param>
/// <param name="ParametersOptional">Whether a peer may leave the parameters out; a handler then gets null.</param>
public sealed record NotificationType<TParams>(string Method, JsonSerializerContext Json, bool ParametersOptional = false);
