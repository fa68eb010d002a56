namespace NNLang.Machine.Programs;

/// <summary>What a region of device memory is for. The values are those of the program file.</summary>
public enum RegionKind : byte
{
    /// <summary>An input of the network: initialised by the loader.</summary>
    Input,
    /// <summary>An output of the network: uninitialised at start.</summary>
    Output,
    /// <summary>A weight: made by its recipe.</summary>
    Weight,
    /// <summary>A constant: made by its recipe from no weight.</summary>
    Constant,
    /// <summary>Room for tensors that do not fit on chip: uninitialised at start.</summary>
    Spill,
    /// <summary>Working memory that starts as zeros.</summary>
    Scratch,
}
