namespace NNLang.Machine.Costs;

/// <summary>A cost expression's types or dimensions do not fit (NN5004). The message says which, as part of a sentence.</summary>
public sealed class CostTypeException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CostTypeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CostTypeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CostTypeException()
    {
    }
}
