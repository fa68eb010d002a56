namespace NNLang.Protocol.Dap;

/// <summary>Thrown by a handler to answer a request with <c>success: false</c>.</summary>
public sealed class DebugRequestException : Exception
{
    /// <summary>The answer when the text is of no use to a user.</summary>
    public DebugRequestException()
        : this("The request failed.")
    {
    }

    /// <summary>An error with a text for the user. VS Code shows that of <c>launch</c> in a dialog.</summary>
    public DebugRequestException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a text for the user, and its cause.</summary>
    public DebugRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error that a client can tell from others by its number.</summary>
    /// <param name="id">Stable number of this kind of error.</param>
    /// <param name="message">The text for the user.</param>
    /// <param name="showUser">Whether a client should show it without being asked.</param>
    public DebugRequestException(int id, string message, bool showUser)
        : base(message)
    {
        Id = id;
        ShowUser = showUser;
    }

    /// <summary>The number of this kind of error; 0 where nobody needs to tell it apart.</summary>
    public int Id { get; }

    /// <summary>Whether a client should show the text without being asked.</summary>
    public bool ShowUser { get; }

    /// <summary>The answer to a request that needs a stopped program: the client may ask again.</summary>
    public static DebugRequestException NotStopped() => new("notStopped");
}
