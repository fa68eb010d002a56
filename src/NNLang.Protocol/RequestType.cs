using System.Text.Json.Serialization;

namespace NNLang.Protocol;

/// <summary>
/// A request of a protocol: its name on the wire and how its two bodies are written. The generated tables hold those of the official
/// models; a project with messages of its own declares more in the same way.
/// </summary>
/// <typeparam name="TParams">What the request carries.</typeparam>
/// <typeparam name="TResult">What a successful answer carries.</typeparam>
/// <param name="Method">The method (LSP) or command (DAP).</param>
/// <param name="Json">The source-generated context that knows both types.</param>
/// <param name="ParametersOptional">Whether a peer may leave the parameters out; a handler then gets null.</param>
public sealed record RequestType<TParams, TResult>(string Method, JsonSerializerContext Json, bool ParametersOptional = false);
