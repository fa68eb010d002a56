namespace NNLang.Machine.Devices;

/// <summary>Where a number of a device description comes from (<c>docs/language.md</c> 11.5).</summary>
/// <param name="Path">What it is about, such as <c>engine vector.clock</c>.</param>
/// <param name="Kind">documented, figure, measured, inferred or recalled.</param>
/// <param name="Source">The source or the reason.</param>
public sealed record Provenance(string Path, ProvenanceKind Kind, string Source);

/// <summary>How well a number is known.</summary>
public enum ProvenanceKind : byte
{
    /// <summary>The vendor documents it.</summary>
    Documented,
    /// <summary>Read in a vendor's figure.</summary>
    Figure,
    /// <summary>Measured.</summary>
    Measured,
    /// <summary>Inferred, with a reason.</summary>
    Inferred,
    /// <summary>Recalled, with a reason.</summary>
    Recalled,
}
