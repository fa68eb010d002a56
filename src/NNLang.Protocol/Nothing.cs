namespace NNLang.Protocol;

/// <summary>
/// Stands for "no parameters" and "no result" in message types. Its value is <see langword="null"/>: it is left out of a message,
/// or written as JSON null where the protocol wants a result to be present. Whatever a peer sends in its place is accepted.
/// </summary>
public sealed record Nothing;
