namespace NNLang.Operators.Shapes;

/// <summary>What the facts say about an equation.</summary>
public enum Proof : byte
{
    /// <summary>Neither provable: it depends on the binding.</summary>
    Undecided,
    /// <summary>Both sides are equal for every binding that fits the facts.</summary>
    Equal,
    /// <summary>The sides differ for every binding that fits the facts.</summary>
    Unequal,
}
