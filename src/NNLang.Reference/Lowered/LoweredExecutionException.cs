namespace NNLang.Reference.Lowered;

/// <summary>A lowered network does what no healthy one does: reads what nothing wrote, or leaves a buffer.</summary>
public sealed class LoweredExecutionException : Exception
{
    /// <summary>Says what.</summary>
    public LoweredExecutionException(string message)
        : base(message)
    {
    }

    /// <summary>Says what, and where.</summary>
    public LoweredExecutionException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Says nothing.</summary>
    public LoweredExecutionException()
    {
    }
}
