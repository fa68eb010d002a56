namespace NNLang.Tensors;

/// <summary>
/// A file of tensors that cannot be read: the message says what is wrong and where, in one sentence; callers put the file's name in front.
/// </summary>
public sealed class TensorFileException : Exception
{
    /// <summary>Makes one.</summary>
    public TensorFileException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    public TensorFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes one without words; for serialisers only.</summary>
    public TensorFileException()
        : this("The file cannot be read.")
    {
    }
}
