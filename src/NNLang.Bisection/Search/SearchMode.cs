namespace NNLang.Bisection.Search;

/// <summary>How the shortest failing length is found.</summary>
public enum SearchMode : byte
{
    /// <summary>Halving: about log2 of the number of lengths, one compilation and one run each.</summary>
    Bisect,
    /// <summary>Every length from the shortest on.</summary>
    Linear,
    /// <summary>One run with taps on every tensor; only for targets that can tap.</summary>
    Tap,
}
