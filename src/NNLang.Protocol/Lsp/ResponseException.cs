namespace NNLang.Protocol.Lsp;

/// <summary>Thrown by a handler to answer a request with an error of its choice; the message is shown to the user by some clients.</summary>
public sealed class ResponseException : Exception
{
    /// <summary>The server cannot do what was asked: code <see cref="LspErrorCodes.RequestFailed"/>.</summary>
    public ResponseException()
        : this("The request failed.")
    {
    }

    /// <summary>The server cannot do what was asked: code <see cref="LspErrorCodes.RequestFailed"/>.</summary>
    public ResponseException(string message)
        : this((int)LspErrorCodes.RequestFailed, message)
    {
    }

    /// <summary>The server cannot do what was asked: code <see cref="LspErrorCodes.RequestFailed"/>.</summary>
    public ResponseException(string message, Exception innerException)
        : base(message, innerException) => Code = (int)LspErrorCodes.RequestFailed;

    /// <summary>An error with a code of <see cref="ErrorCodes"/> or <see cref="LspErrorCodes"/>.</summary>
    public ResponseException(int code, string message)
        : base(message) => Code = code;

    /// <summary>The code on the wire.</summary>
    public int Code { get; }

    /// <summary>The answer to a request whose document changed meanwhile: the client asks again.</summary>
    public static ResponseException ContentModified() =>
        new((int)LspErrorCodes.ContentModified, "The document changed; the answer would be out of date.");

    /// <summary>The answer to a request that the client took back.</summary>
    public static ResponseException Cancelled() => new((int)LspErrorCodes.RequestCancelled, "The request was cancelled.");
}
