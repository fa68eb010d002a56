namespace NNLang.Protocol.Framing;

/// <summary>
/// The byte stream is not a sequence of messages with a <c>Content-Length</c> header. Where the next message begins is unknown, so the
/// connection ends; the message says what was read and what was expected.
/// </summary>
public sealed class FramingException : IOException
{
    /// <summary>An error without a text of its own.</summary>
    public FramingException()
        : base("The stream is not a sequence of messages with a Content-Length header.")
    {
    }

    /// <summary>An error that says what was wrong with the stream.</summary>
    public FramingException(string message)
        : base(message)
    {
    }

    /// <summary>An error that says what was wrong with the stream, and its cause.</summary>
    public FramingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
